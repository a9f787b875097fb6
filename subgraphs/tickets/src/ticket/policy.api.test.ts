import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { HOUR, MINUTE, SECOND } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';

const directory = {
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    if (document.includes('TeamKeys')) return { teams: { nodes: [{ id: newId('tem'), key: 'supervisor_group' }], pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
    return Object.fromEntries([...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, { id: variables[name!], isEnabled: true }])) as Data;
  },
};

const ORDERED = `priority: P0
first_response: 15m
resolution_time: 4h
escalation_rules:
  - after: 10m
    target: supervisor_group
`;

let world: World;
const admin: Identity = agentIdentity({ role: 'admin' });
beforeAll(async () => void (world = await createTestWorld(createTickets, { deps: { services: directory } })));
afterAll(() => world.close());

async function ask(document: string, variables: object = {}, viewer = admin): Promise<any> {
  const { data, errors } = await world.execute('tickets', document, variables as Record<string, unknown>, viewer);
  if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)} ${error.message}`).join('; '));
  return data;
}
const tell = async (verb: string, input: object, selection: string, viewer = admin) =>
  (await ask(`mutation ($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }, viewer))[verb];
const VERSION = 'version { id number state yaml problems { line column message isWarning } policies { priority targets { target budget budgetSeconds } escalationRules { after target team { id } } businessHours { key } } }';
const save = (content: object, more: object = {}) => tell('saveSlaPolicy', { name: '试用策略', content, ...more }, `document { id activeVersion { number } draftVersion { number } } ${VERSION}`);
const clocks = async (id: string) => (await ask('query ($id: ID!) { ticket(id: $id) { clocks { target budgetSeconds state policyName dueAt } } }', { id })).ticket.clocks;
async function create(changes: object = {}): Promise<string> {
  const { results } = await tell('createTickets', { tickets: [{ category: 'PAYMENT', subject: '测试', customerId: newId('cus'), priority: 'P1', ...changes }], idempotencyKey: randomUUID() }, 'results { ticket { id } }');
  return results[0].ticket.id;
}
async function dryRun(versionId: string): Promise<any> {
  const { dryRun: begun } = await tell('dryRunSlaPolicy', { versionId, idempotencyKey: randomUUID() }, 'dryRun { id state }');
  world.clock.advance(SECOND);
  await world.runJobs();
  return (await ask('query ($id: ID!) { slaDryRun(id: $id) { id state percent ticketCount changedCount unpromisedCount attainmentBefore attainmentAfter retargetCount escalationDelta changes(first: 10) { nodes { target before after ticket { id } } } } }', { id: begun.id })).slaDryRun;
}

describe('a policy document', () => {
  it('keeps the ordered YAML to the letter, and form and YAML are one document', async () => {
    const { version } = await save({ yaml: ORDERED });
    expect(version).toMatchObject({ number: 1, state: 'DRAFT', yaml: ORDERED, problems: [] });
    expect(version.policies).toEqual([{
      priority: 'P0', targets: [{ target: 'FIRST_RESPONSE', budget: 'PT15M', budgetSeconds: 900 }, { target: 'RESOLUTION', budget: 'PT4H', budgetSeconds: 14_400 }],
      escalationRules: [{ after: 'PT10M', target: 'supervisor_group', team: { id: expect.any(String) } }], businessHours: { key: '7x24' },
    }]);
    const form = { priority: 'P0', firstResponse: '15m', resolutionTime: '4h', escalationRules: [{ after: '10m', target: 'supervisor_group' }] };
    const { slaPolicyCheck } = await ask('query ($input: SlaPolicyDocumentInput!) { slaPolicyCheck(input: $input) { yaml isValid policies { priority } } }', { input: { policies: [form] } });
    expect(slaPolicyCheck).toEqual({ yaml: ORDERED, isValid: true, policies: [{ priority: 'P0' }] });
  });

  it('is saved with its mistakes, each with its place, but never put in force with them', async () => {
    const { version, document } = await save({ yaml: 'priority: P0\nfirst_response: soon\n' });
    expect(version.problems).toEqual([{ line: 2, column: 17, message: 'Write the duration like 15m, 4h, 1h30m or 3d.', isWarning: false }]);
    expect(document.activeVersion).toBeNull();
    expect((await tell('activateSlaPolicy', { versionId: version.id, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { id }')).userErrors[0]).toMatchObject({ code: 'DOCUMENT_INVALID', message: expect.stringContaining('Line 2') });
  });

  it('is not overwritten by who began with an older version, and saving the same makes none', async () => {
    const { document, version } = await save({ yaml: ORDERED });
    const changed = ORDERED.replace('15m', '20m');
    expect((await save({ yaml: ORDERED }, { documentId: document.id })).version.id).toBe(version.id);
    expect((await save({ yaml: changed }, { documentId: document.id, baseVersion: 1 })).version.number).toBe(2);
    expect((await save({ yaml: ORDERED }, { documentId: document.id, baseVersion: 1 })).userErrors[0]).toMatchObject({ code: 'STALE_VERSION' });
    const { slaPolicyDocument } = await ask('query ($id: ID!) { slaPolicyDocument(id: $id) { versions(first: 10) { nodes { id number } } } }', { id: document.id });
    const [two, one] = slaPolicyDocument.versions.nodes;
    const { slaPolicyDiff } = await ask('query ($from: ID!, $to: ID!) { slaPolicyDiff(fromVersionId: $from, toVersionId: $to) { unified addedCount removedCount } }', { from: one.id, to: two.id });
    expect(slaPolicyDiff).toMatchObject({ addedCount: 1, removedCount: 1, unified: expect.stringContaining('-first_response: 15m\n+first_response: 20m') });
  });

  it('is changed only by who may', async () => {
    await expect(tell('saveSlaPolicy', { name: 'x', content: { yaml: ORDERED } }, 'version { id }', agentIdentity({ role: 'supervisor' }))).rejects.toThrow('FORBIDDEN');
  });
});

describe('a new version', () => {
  it('needs a dry run that says what it would have changed, then counts new tickets, open ones when asked, and can be rolled back', async () => {
    const { slaPolicyDocuments } = await ask('{ slaPolicyDocuments(first: 10) { nodes { id name activeVersion { id number yaml } } } }');
    const standing = slaPolicyDocuments.nodes.find(({ name }: any) => name === '默认策略');
    const open = await create();
    const late = await create();
    world.clock.advance(30 * MINUTE);
    await tell('solveTicket', { ticketId: late }, 'ticket { state }');
    const yaml = standing.activeVersion.yaml.replace('first_response: 1h\nresolution_time: 8h', 'first_response: 10m\nresolution_time: 20m');
    const { version } = await save({ yaml }, { documentId: standing.id });
    const activation = (more: object = {}) => tell('activateSlaPolicy', { versionId: version.id, scope: 'RETARGET_OPEN', idempotencyKey: randomUUID(), ...more }, 'version { state number } retargetedCount');
    expect((await activation()).userErrors[0].code).toBe('DRY_RUN_REQUIRED');
    const run = await dryRun(version.id);
    expect(run).toMatchObject({ state: 'DONE', percent: 100, attainmentBefore: 1 });
    expect(run.changes.nodes).toEqual(expect.arrayContaining([expect.objectContaining({ target: 'RESOLUTION', before: 'MET', after: 'BREACHED', ticket: { id: late } })]));
    expect(run.retargetCount).toBeGreaterThan(0);
    const { slaDryRun } = await ask('query ($id: ID!) { slaDryRun(id: $id) { changes(first: 10) { nodes { target ticket { id } } } } }', { id: run.id }, agentIdentity());
    expect(slaDryRun.changes.nodes).toContainEqual({ target: 'RESOLUTION', ticket: null });
    expect((await activation()).version).toMatchObject({ state: 'ACTIVE' });
    world.clock.advance(SECOND);
    await world.runJobs();
    world.clock.advance(SECOND);
    await world.runJobs();
    expect(await clocks(open)).toContainEqual(expect.objectContaining({ target: 'FIRST_RESPONSE', budgetSeconds: 600, state: 'BREACHED' }));
    expect(await clocks(await create())).toContainEqual(expect.objectContaining({ target: 'FIRST_RESPONSE', budgetSeconds: 600 }));
    await tell('activateSlaPolicy', { versionId: standing.activeVersion.id, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { state }');
    expect(await clocks(await create())).toContainEqual(expect.objectContaining({ target: 'FIRST_RESPONSE', budgetSeconds: 3_600 }));
  });

  it('planned for later comes into force at its moment', async () => {
    const { version } = await save({ yaml: 'priority: P2\nconditions:\n  categories: [ACCOUNT]\nfirst_response: 5m\n' });
    await dryRun(version.id);
    const at = world.clock.now() + HOUR;
    const planned = await tell('activateSlaPolicy', { versionId: version.id, scope: 'NEW_ONLY', activateAt: new Date(at).toISOString(), idempotencyKey: randomUUID() }, 'version { state activatedAt }');
    expect(planned.version).toEqual({ state: 'SCHEDULED', activatedAt: new Date(at).toISOString() });
    world.clock.advance(HOUR);
    await world.runJobs();
    expect((await ask('query ($id: ID!) { slaPolicyDiff(fromVersionId: $id, toVersionId: $id) { unified } }', { id: version.id })).slaPolicyDiff.unified).toBe('');
    const { slaPolicyDocuments } = await ask('{ slaPolicyDocuments(first: 50) { nodes { activeVersion { id } } } }');
    expect(slaPolicyDocuments.nodes).toContainEqual({ activeVersion: { id: version.id } });
  });
});

describe('business hours', () => {
  const week = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '18:00' }));
  const HOURS = 'businessHours { id key version isOpen changesAt intervals { weekday from to } specialDays { date kind name } } affectedClockCount';
  const hours = (more: object = {}) => tell('saveBusinessHours', { name: '工作日', key: `k_${randomUUID().slice(0, 8)}`, timeZone: 'Asia/Shanghai', intervals: week, specialDays: [], scope: 'NEW_ONLY', ...more }, HOURS);

  it('take the holidays and make-up workdays of a shipped plan or an iCalendar file', async () => {
    const { specialDays } = await tell('readHolidays', { plan: 'cn-2026' }, 'specialDays { date name kind intervals { weekday from to } }');
    expect(specialDays.filter(({ kind }: any) => kind === 'HOLIDAY')).toHaveLength(33);
    expect(specialDays.filter(({ kind }: any) => kind === 'MAKE_UP_WORKDAY').map(({ date }: any) => date)).toEqual(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']);
    const saved = await hours({ specialDays });
    expect(saved.businessHours).toMatchObject({ version: 1, isOpen: expect.any(Boolean) });
    const ics = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\nSUMMARY:元旦\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270109\r\nSUMMARY:元旦\r\n 补班\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
    const read = await tell('readHolidays', { ics }, 'specialDays { date name kind }');
    expect(read.specialDays).toEqual([
      { date: '2027-01-01', name: '元旦', kind: 'HOLIDAY' }, { date: '2027-01-02', name: '元旦', kind: 'HOLIDAY' }, { date: '2027-01-03', name: '元旦', kind: 'HOLIDAY' },
      { date: '2027-01-09', name: '元旦补班', kind: 'MAKE_UP_WORKDAY' },
    ]);
  });

  it('refuse a calendar with an event that repeats, and name it', async () => {
    const ics = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
    expect((await tell('readHolidays', { ics }, 'specialDays { date }')).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['ics'], message: expect.stringContaining('Christmas') });
  });

  it('refuse a plan that nobody ships', async () => {
    expect((await tell('readHolidays', { plan: 'constructor' }, 'specialDays { date }')).userErrors[0]).toMatchObject({ code: 'NOT_FOUND', field: ['plan'] });
  });

  it.each([
    ['an unknown zone', { timeZone: 'Asia/Nowhere' }, ['timeZone']],
    ['a time that is none', { intervals: [{ weekday: 1, from: '9:00', to: '18:00' }] }, ['intervals', '0', 'from']],
    ['two intervals at once', { intervals: [{ weekday: 1, from: '22:00', to: '06:00' }, { weekday: 2, from: '05:00', to: '09:00' }] }, ['intervals', '1']],
    ['no open time at all', { intervals: [] }, ['intervals']],
    ['a weekday that is none', { intervals: [{ weekday: 8, from: '09:00', to: '18:00' }] }, ['intervals', '0', 'weekday']],
    ['a holiday that is open', { specialDays: [{ date: '2026-10-01', name: '国庆节', kind: 'HOLIDAY', intervals: [{ weekday: 4, from: '09:00', to: '10:00' }] }] }, ['specialDays', '0', 'intervals']],
    ['two changes on one day', { periods: [{ from: '2026-12-01', intervals: week }, { from: '2026-12-01', intervals: [] }] }, ['periods', '1', 'from']],
    ['a change beyond five years', { periods: [{ from: '2036-01-01', intervals: week }] }, ['periods', '0', 'from']],
    ['a time that is none after a change', { periods: [{ from: '2026-12-01', intervals: [{ weekday: 1, from: '9', to: '18:00' }] }] }, ['periods', '0', 'intervals', '0', 'from']],
    ['a key with capitals', { key: 'Weekday' }, ['key']],
  ])('refuse %s and name the field', async (_name, changes, field) => {
    expect((await hours(changes)).userErrors[0].field).toEqual(field);
  });

  it('change from a day on, and the days before keep the hours they had', async () => {
    const later = [1, 2].map((weekday) => ({ weekday, from: '08:00', to: '16:00' }));
    const today = new Date(world.clock.now() + 8 * HOUR).toISOString().slice(0, 10);
    const { businessHours: made } = await hours();
    const shown = 'businessHours { version intervals { weekday from to } periods { from intervals { weekday from to } } } pastDiff { dayCount }';
    const input = { businessHoursId: made.id, name: '工作日', timeZone: 'Asia/Shanghai', specialDays: [], scope: 'NEW_ONLY' };
    const changed = await tell('saveBusinessHours', { ...input, intervals: week, periods: [{ from: '2027-03-01', intervals: [] }, { from: today, intervals: later }] }, shown);
    expect(changed).toMatchObject({ userErrors: [], pastDiff: null, businessHours: { version: 2, intervals: week, periods: [{ from: today, intervals: later }, { from: '2027-03-01', intervals: [] }] } });
  });

  it('never read days that have passed otherwise before somebody has seen which', async () => {
    const daily = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '09:00', to: '18:00' }));
    const dayAt = (at: number) => new Date(at + 8 * HOUR).toISOString().slice(0, 10);
    const { businessHours: made } = await hours({ intervals: daily });
    const began = dayAt(world.clock.now());
    world.clock.advance(3 * 24 * HOUR);
    const shorter = daily.map((interval) => ({ ...interval, to: '17:00' }));
    const input = { businessHoursId: made.id, key: null, intervals: shorter };
    const DIFF = 'businessHours { version } pastDiff { dayCount days { date before { to } after { to } } }';
    const change = (more: object) => tell('saveBusinessHours', { name: '工作日', timeZone: 'Asia/Shanghai', specialDays: [], scope: 'NEW_ONLY', ...input, ...more }, DIFF);
    const refused = await change({});
    expect(refused).toMatchObject({ businessHours: null, pastDiff: { dayCount: 3 }, userErrors: [{ code: 'CONFIRMATION_REQUIRED', field: ['isCorrection'] }] });
    expect(refused.pastDiff.days.at(-1)).toEqual({ date: began, before: [{ to: '18:00' }], after: [{ to: '17:00' }] });
    const tomorrow = dayAt(world.clock.now() + 24 * HOUR);
    expect(await change({ intervals: daily, periods: [{ from: tomorrow, intervals: shorter }] })).toMatchObject({ userErrors: [], pastDiff: null, businessHours: { version: 2 } });
    expect(await change({ isCorrection: true })).toMatchObject({ userErrors: [], pastDiff: { dayCount: 3 }, businessHours: { version: 3 } });
  });

  it('corrected later show a difference in the proof, and change nothing unless asked', async () => {
    const key = `k_${randomUUID().slice(0, 8)}`;
    const { businessHours } = await hours({ key, intervals: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' })) });
    const { version } = await save({ yaml: `priority: P2\nconditions:\n  tags: [${key}]\nfirst_response: 2h\nbusiness_hours: ${key}\n` });
    await dryRun(version.id);
    await tell('activateSlaPolicy', { versionId: version.id, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { state }');
    const id = await create({ priority: 'P2' });
    await tell('updateTicket', { ticketId: id, tags: [key] }, 'ticket { id }');
    const before = (await clocks(id))[0];
    const today = new Date(world.clock.now() + 8 * HOUR).toISOString().slice(0, 10);
    const closed = { businessHoursId: businessHours.id, key: null, specialDays: [{ date: today, name: '补录的假日', kind: 'HOLIDAY', intervals: [] }] };
    expect(await hours(closed)).toMatchObject({ businessHours: { version: 2 }, affectedClockCount: 0 });
    expect((await clocks(id))[0].dueAt).toBe(before.dueAt);
    const { slaProof } = await ask('query ($id: ID!) { slaProof(ticketId: $id) { clocks { businessHoursVersion corrections { businessHoursVersion dueAt verdict } } } }', { id });
    expect(slaProof.clocks[0]).toMatchObject({ businessHoursVersion: 1, corrections: [{ businessHoursVersion: 2 }] });
    expect((await hours({ ...closed, scope: 'RETARGET_OPEN' })).affectedClockCount).toBe(1);
    world.clock.advance(SECOND);
    await world.runJobs();
    expect((await clocks(id))[0].dueAt > before.dueAt).toBe(true);
  });
});

const SIMULATION = 'query ($input: SlaSimulationInput!) { slaSimulation(input: $input) { policy { priority place } steps { at kind target usedSeconds teamKey } } }';

it('simulates an imagined ticket in time order', async () => {
  const { slaSimulation } = await ask(SIMULATION, { input: { document: { yaml: ORDERED }, priority: 'P0', createdAt: '2026-11-23T01:00:00.000Z' } });
  expect(slaSimulation.policy).toEqual({ priority: 'P0', place: 0 });
  expect(slaSimulation.steps.map(({ at, kind, target, teamKey }: any) => [at.slice(11, 16), kind, target, teamKey])).toEqual([
    ['01:00', 'CREATED', null, null], ['01:15', 'DUE', 'FIRST_RESPONSE', null], ['01:25', 'ESCALATED', 'FIRST_RESPONSE', 'supervisor_group'],
    ['05:00', 'DUE', 'RESOLUTION', null], ['05:10', 'ESCALATED', 'RESOLUTION', 'supervisor_group'],
  ]);
});

it('simulates a ticket of a category below the one a policy names', async () => {
  const db = await world.database('tickets');
  await db.execute(`INSERT INTO categories (id, category_key, name_zh, name_en, parent_id, is_retired, position, version)
    VALUES (UNHEX('019aab00000070008000000000000099'), 'REFUND', '退款', 'Refund', UNHEX('019aab00000070008000000000000003'), 0, 9, 1)`);
  const document = { yaml: 'priority: P1\nconditions:\n  categories: [PAYMENT]\nfirst_response: 5m\n' };
  const { slaSimulation } = await ask('query ($input: SlaSimulationInput!) { slaSimulation(input: $input) { policy { priority } } }', { input: { document, priority: 'P1', createdAt: '2026-11-23T01:00:00.000Z', category: 'REFUND' } });
  expect(slaSimulation.policy).toEqual({ priority: 'P1' });
});

it('simulates under the first policy that matches, by tags and category', async () => {
  const yaml = `priority: P1\nconditions:\n  tags: [vip]\nfirst_response: 5m\n---\npriority: P1\nconditions:\n  categories: [PAYMENT]\nfirst_response: 10m\n---\n${ORDERED.replace('P0', 'P1')}`;
  const winner = async (more: object) => (await ask(SIMULATION, { input: { document: { yaml }, priority: 'P1', createdAt: '2026-11-23T01:00:00.000Z', ...more } })).slaSimulation.policy?.place ?? null;
  expect([await winner({}), await winner({ tags: ['vip'] }), await winner({ category: 'PAYMENT' }), await winner({ priority: 'P0' })]).toEqual([2, 0, 1, null]);
});

it('counts the tickets that a version promises nothing any more', async () => {
  const { slaPolicyDocuments } = await ask('{ slaPolicyDocuments(first: 50) { nodes { id name activeVersion { id yaml } } } }');
  const standing = slaPolicyDocuments.nodes.find(({ name }: any) => name === '默认策略');
  const { version: same } = await save({ yaml: `${standing.activeVersion.yaml}\n` }, { documentId: standing.id });
  const { unpromisedCount: before } = await dryRun(same.id);
  await create();
  const { version: urgentOnly } = await save({ yaml: ORDERED }, { documentId: standing.id });
  const run = await dryRun(urgentOnly.id);
  expect([before, run.unpromisedCount > 0, run.unpromisedCount <= run.ticketCount]).toEqual([0, true, true]);
});

it('counts before it is activated how many open tickets would be set anew, however old', async () => {
  const { version } = await save({ yaml: `priority: P1\nconditions:\n  tags: [${newId('x')}]\nfirst_response: 5m\n` });
  const { retargetCount: untouched } = await dryRun(version.id);
  const tag = newId('x');
  await tell('updateTicket', { ticketId: await create(), tags: [tag] }, 'ticket { id }');
  world.clock.advance(40 * 24 * HOUR);
  const { version: wanted } = await save({ yaml: `priority: P1\nconditions:\n  tags: [${tag}]\nfirst_response: 5m\n` });
  expect(await dryRun(wanted.id)).toMatchObject({ ticketCount: 0, retargetCount: untouched + 1 });
});
