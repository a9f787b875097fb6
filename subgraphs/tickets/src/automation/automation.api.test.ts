import { agentIdentity } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { HOUR, MINUTE, SECOND } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
beforeEach(async () => void (desk = await openTicketDesk()));
afterEach(() => desk.world.close());

const RULE = 'rule { id name isEnabled ranCount30d lastRanAt activeVersion { number } versions { id number state } } version { id number state trigger since after conditions steps { verb value } author { kind } }';
const TRACES = `query ($id: ID!) { ruleTraces(ticketId: $id, first: 50) { nodes {
  eventId trigger outcome failedCondition refusedStep refusal { code message } depth versionNumber changes { verb value } rule { name } } } }`;

interface Draft {
  name?: string;
  trigger?: string;
  conditions?: object;
  steps?: object[];
  [more: string]: unknown;
}

const save = ({ name = '规则', trigger = 'TICKET_CREATED', conditions = {}, steps = [{ verb: 'ADD_TAG', value: '已看' }], ...more }: Draft = {}, viewer = desk.agent) =>
  desk.tell('saveAutomationRule', { name, trigger, conditions, steps, idempotencyKey: randomUUID(), ...more }, RULE, viewer);
const activate = (ruleId: string, versionId: string | null) => desk.tell('activateAutomationRule', { ruleId, versionId }, 'rule { id isEnabled activeVersion { number state } }');

async function dryRun(versionId: string): Promise<any> {
  const { dryRun: begun } = await desk.tell('dryRunAutomationRule', { versionId, idempotencyKey: randomUUID() }, 'dryRun { id state }');
  await desk.after(SECOND);
  return (await desk.ask(`query ($id: ID!) { automationDryRun(id: $id) { id state percent ticketCount touchedCount runCount tickets(first: 10) { nodes { at runCount ticket { id } } } } }`, { id: begun.id })).automationDryRun;
}

async function inForce(draft: Draft): Promise<{ ruleId: string; versionId: string }> {
  const { rule, version, userErrors } = await save(draft);
  expect(userErrors).toEqual([]);
  expect((await dryRun(version.id)).state).toBe('DONE');
  expect((await activate(rule.id, version.id)).rule).toMatchObject({ isEnabled: true });
  return { ruleId: rule.id, versionId: version.id };
}

/** Lets events travel and rules answer, until chains of rules have come to their end. */
async function settle(): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    await desk.world.drainEvents();
    await desk.after(SECOND);
  }
}

const traces = async (ticketId: string): Promise<any[]> => (await desk.ask(TRACES, { id: ticketId })).ruleTraces.nodes;

describe('a rule', () => {
  it('is dry run, put in force, acts as the system on what happens from then on, and leaves a trace of it', async () => {
    const early = await desk.create();
    const draft = { name: '大额退款', conditions: { priorities: ['P0'] }, steps: [{ verb: 'ASSIGN_TEAM', value: 'supervisor_group' }, { verb: 'ADD_TAG', value: 'vip' }, { verb: 'COMMENT', value: '请先核实账户' }] };
    const { rule, version } = await save(draft);
    expect(version).toMatchObject({ number: 1, state: 'DRAFT', trigger: 'TICKET_CREATED', conditions: { priorities: ['P0'] }, author: { kind: 'AGENT' } });
    expect((await activate(rule.id, version.id)).userErrors[0]).toMatchObject({ code: 'DRY_RUN_REQUIRED' });
    await desk.create({ priority: 'P1' });
    const run = await dryRun(version.id);
    expect(run).toMatchObject({ state: 'DONE', percent: 100, ticketCount: 2, touchedCount: 1, runCount: 1 });
    expect(run.tickets.nodes).toEqual([{ at: expect.any(String), runCount: 1, ticket: { id: early.id } }]);
    expect((await activate(rule.id, version.id)).rule).toMatchObject({ isEnabled: true, activeVersion: { number: 1, state: 'ACTIVE' } });
    const { id } = await desk.create();
    const calm = await desk.create({ priority: 'P1' });
    await settle();
    const ticket = await desk.read(id);
    expect(ticket).toMatchObject({ tags: ['vip'], team: { id: desk.supervisorsId } });
    expect(ticket.entries.nodes.filter(({ comment }: any) => comment)).toEqual([expect.objectContaining({ actor: { kind: 'SYSTEM' }, comment: { text: '请先核实账户', visibility: 'INTERNAL' } })]);
    expect(await traces(id)).toEqual([expect.objectContaining({ trigger: 'TICKET_CREATED', outcome: 'RAN', depth: 1, versionNumber: 1, changes: draft.steps, rule: { name: '大额退款' } })]);
    expect(await traces(calm.id)).toEqual([expect.objectContaining({ outcome: 'SKIPPED', failedCondition: 'priorities', changes: [] })]);
    expect(await traces(early.id)).toEqual([]);
    const { automationRules } = await desk.ask('{ automationRules(first: 10) { nodes { ranCount30d lastRanAt } } }');
    expect(automationRules.nodes).toEqual([{ ranCount30d: 1, lastRanAt: expect.any(String) }]);
  });

  it('acts once on an event that is delivered and begun again, as after a crash', async () => {
    await inForce({ steps: [{ verb: 'COMMENT', value: '一次' }] });
    const { id } = await desk.create();
    await desk.world.drainEvents();
    const db = await desk.world.database('tickets');
    const [waiting] = await db.query<Record<string, unknown>>('SELECT HEX(event_id) AS event, HEX(ticket_id) AS ticket FROM automation_events');
    await settle();
    await db.execute(`INSERT INTO automation_events (event_id, ticket_id, set_off_by, chain, at, due_at, tries) VALUES (UNHEX('${String(waiting!['event'])}'), UNHEX('${String(waiting!['ticket'])}'), 'TICKET_CREATED', '[]', '2099-01-01', '2026-01-01', 0)`);
    await settle();
    expect(await db.query('SELECT place FROM automation_events')).toEqual([]);
    expect((await desk.read(id)).entries.nodes.filter(({ comment }: any) => comment)).toHaveLength(1);
    expect(await traces(id)).toHaveLength(1);
  });

  it('that is switched off does nothing, and comes back into force without another dry run', async () => {
    const { ruleId, versionId } = await inForce({});
    expect((await activate(ruleId, null)).rule).toMatchObject({ isEnabled: false, activeVersion: { number: 1, state: 'RETIRED' } });
    const { id } = await desk.create();
    await settle();
    expect((await desk.read(id)).tags).toEqual([]);
    expect((await activate(ruleId, versionId)).rule.isEnabled).toBe(true);
  });

  it('whose step is refused does nothing at all and says which and why', async () => {
    await inForce({ steps: [{ verb: 'ADD_TAG', value: '半途' }, { verb: 'SET_STATE', value: 'CLOSED' }] });
    const { id } = await desk.create();
    await settle();
    expect(await desk.read(id)).toMatchObject({ tags: [], state: 'NEW' });
    expect(await traces(id)).toEqual([expect.objectContaining({ outcome: 'REFUSED', refusedStep: 1, refusal: { code: 'WRONG_STATE', message: expect.any(String) } })]);
  });
});

describe('a rule that tells a team', () => {
  /** Notices about a ticket that wait in the outbox. */
  async function noticesOf(ticketId: string): Promise<any[]> {
    const db = await desk.world.database('tickets');
    const events = (await db.query<{ envelope: any }>('SELECT envelope FROM outbox ORDER BY id')).map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope));
    return events.filter((event) => event.key === ticketId && event.type === 'ticket.noticed').map((event) => ({ id: event.id, notices: event.data.notices }));
  }

  it('tells it once for each event it is asked about, and changes nothing about the ticket', async () => {
    const steps = [{ verb: 'NOTIFY_TEAM', value: 'supervisor_group' }];
    await inForce({ name: '请主管关注', trigger: 'TICKET_COMMENTED', steps });
    const { id } = await desk.create();
    await desk.reply(id);
    const before = await desk.read(id);
    const told = new Map<string, any>();
    for (let round = 0; round < 8; round += 1) {
      await desk.world.drainEvents();
      await desk.after(SECOND);
      // What was told leaves the outbox with the next round.
      for (const event of await noticesOf(id)) told.set(event.id, event.notices);
    }
    expect((await desk.read(id)).entries.nodes).toEqual(before.entries.nodes);
    expect(await traces(id)).toEqual([expect.objectContaining({ outcome: 'RAN', changes: steps })]);
    expect([...told.values()]).toEqual([[{ kind: 'TEAM_TOLD', agentIds: [], teamIds: [desk.supervisorsId] }]]);
  });

  it('is refused when it names a team that there is not', async () => {
    expect((await save({ steps: [{ verb: 'NOTIFY_TEAM', value: 'nobody' }] })).userErrors[0]).toMatchObject({ code: 'NOT_FOUND', field: ['steps', '0', 'value'] });
  });
});

describe('rules that set each other off', () => {
  it('never set themselves off, and say so', async () => {
    await inForce({ name: '自言自语', trigger: 'TICKET_COMMENTED', steps: [{ verb: 'COMMENT', value: '又一条' }] });
    const { id } = await desk.create();
    await desk.reply(id);
    await settle();
    expect((await desk.read(id)).entries.nodes.filter(({ comment }: any) => comment)).toHaveLength(2);
    expect((await traces(id)).map(({ outcome, depth }) => [outcome, depth])).toEqual([['LOOP_STOPPED', 2], ['RAN', 1]]);
  });

  it('are cut after a chain of five', async () => {
    for (const place of [1, 2, 3, 4, 5, 6, 7]) {
      const conditions = place === 1 ? {} : { tags: [`t${place - 1}`] };
      await inForce({ name: `第${9 - place}条`, trigger: place === 1 ? 'TICKET_CREATED' : 'TICKET_UPDATED', conditions, steps: [{ verb: 'ADD_TAG', value: `t${place}` }] });
    }
    const { id } = await desk.create();
    for (let round = 0; round < 3; round += 1) await settle();
    expect((await desk.read(id)).tags).toEqual(['t1', 't2', 't3', 't4', 't5']);
    expect((await traces(id)).filter(({ outcome }) => outcome === 'LOOP_STOPPED')).toEqual([expect.objectContaining({ depth: 6, rule: { name: '第3条' } })]);
  });
});

describe('a rule that waits for time', () => {
  it('acts when a ticket has been quiet so long, once, and never because of what it did itself', async () => {
    const old = await desk.create();
    await desk.after(2 * HOUR);
    await inForce({ trigger: 'TIME_SINCE', since: 'UPDATED', afterSeconds: 3_600, conditions: { states: ['NEW', 'OPEN'] }, steps: [{ verb: 'COMMENT', value: '已有一小时没有进展' }] });
    const { id } = await desk.create({ priority: 'P2' });
    await desk.after(30 * MINUTE);
    await desk.reply(id);
    await desk.after(45 * MINUTE);
    expect(await traces(id)).toEqual([]);
    await desk.after(15 * MINUTE);
    await desk.after(SECOND);
    expect(await traces(id)).toEqual([expect.objectContaining({ trigger: 'TIME_SINCE', outcome: 'RAN' })]);
    await desk.after(HOUR);
    await desk.after(SECOND);
    await desk.after(2 * HOUR);
    await desk.after(SECOND);
    expect((await traces(id)).map(({ outcome }) => outcome)).toEqual(['LOOP_STOPPED', 'RAN']);
    expect((await traces(old.id)).filter(({ outcome }) => outcome === 'RAN').length).toBeLessThanOrEqual(1);
  });

  it('loses nothing while no worker runs, and two workers do it once', async () => {
    await inForce({ trigger: 'TIME_SINCE', since: 'CREATED', afterSeconds: 600, steps: [{ verb: 'ADD_TAG', value: '十分钟' }] });
    const { id } = await desk.create({ priority: 'P2' });
    desk.world.clock.advance(2 * HOUR);
    const second = await createTickets({ ...desk.world.deps, services: desk.directory as never });
    await second.startWorker();
    for (let round = 0; round < 3; round += 1) await Promise.all([desk.after(SECOND), desk.world.runJobs()]);
    expect(await traces(id)).toEqual([expect.objectContaining({ outcome: 'RAN', changes: [{ verb: 'ADD_TAG', value: '十分钟' }] })]);
    await second.stop();
  });
});

it('a clock at risk and a clock that was missed set rules off, and the dry run finds the same', async () => {
  const { version: risk } = await save({ name: '临近超时', trigger: 'SLA_AT_RISK', steps: [{ verb: 'ADD_TAG', value: '临近' }] });
  const { rule: missed } = await save({ name: '超时', trigger: 'SLA_BREACHED', conditions: { clockStates: ['BREACHED'], clockTarget: 'FIRST_RESPONSE' }, steps: [{ verb: 'SET_STATE', value: 'OPEN' }] });
  const rules = [{ rule: { id: (await desk.ask('{ automationRules(first: 10) { nodes { id name } } }')).automationRules.nodes.find(({ name }: any) => name === '临近超时').id }, version: risk }, { rule: missed, version: missed.versions[0] }];
  for (const { rule, version } of rules) {
    await dryRun(version.id);
    await activate(rule.id, version.id);
  }
  const { id } = await desk.create();
  await desk.after(13 * MINUTE);
  await settle();
  expect((await desk.read(id)).tags).toEqual(['临近']);
  expect((await desk.read(id)).state).toBe('NEW');
  await desk.after(5 * MINUTE);
  await settle();
  expect((await desk.read(id)).state).toBe('OPEN');
  expect((await traces(id)).map(({ trigger, outcome }) => `${trigger} ${outcome}`)).toEqual(['SLA_BREACHED RAN', 'SLA_AT_RISK RAN']);
  const { version } = await save({ name: '另一条', trigger: 'SLA_AT_RISK', steps: [{ verb: 'ADD_TAG', value: '新' }] });
  expect(await dryRun(version.id)).toMatchObject({ touchedCount: 1, runCount: 1 });
  const { version: later } = await save({ name: '第三条', trigger: 'SLA_BREACHED', conditions: { clockStates: ['BREACHED'] }, steps: [{ verb: 'ADD_TAG', value: '新' }] });
  expect(await dryRun(later.id)).toMatchObject({ touchedCount: 1, runCount: 1 });
});

describe('saving a rule', () => {
  it('is refused without the permission, and for conditions and steps that could never hold', async () => {
    await expect(save({}, agentIdentity({ role: 'supervisor' }))).rejects.toThrow('FORBIDDEN');
    const refused = async (draft: Draft) => (await save(draft)).userErrors[0];
    expect(await refused({ name: '  ' })).toMatchObject({ code: 'REQUIRED', field: ['name'] });
    expect(await refused({ conditions: { ids: [newId('tkt')] } })).toMatchObject({ code: 'INVALID', field: ['conditions', 'ids'] });
    expect(await refused({ steps: [] })).toMatchObject({ code: 'REQUIRED', field: ['steps'] });
    expect(await refused({ steps: [{ verb: 'SET_PRIORITY', value: 'P9' }] })).toMatchObject({ code: 'INVALID', field: ['steps', '0', 'value'], message: expect.stringContaining('P0, P1, P2') });
    expect(await refused({ steps: [{ verb: 'ASSIGN_TEAM', value: 'nobody' }] })).toMatchObject({ code: 'NOT_FOUND', field: ['steps', '0', 'value'] });
    expect(await refused({ trigger: 'TIME_SINCE', since: 'CREATED' })).toMatchObject({ code: 'REQUIRED', field: ['afterSeconds'] });
    expect(await refused({ trigger: 'TIME_SINCE', since: 'CREATED', afterSeconds: 299 })).toMatchObject({ code: 'OUT_OF_RANGE' });
    expect(await refused({ trigger: 'TICKET_CREATED', afterSeconds: 600 })).toMatchObject({ code: 'INVALID' });
  });

  it('makes a version for each other content, none for the same, one rule for one key, and heeds who began earlier', async () => {
    const idempotencyKey = randomUUID();
    const first = await save({ idempotencyKey });
    expect((await save({ idempotencyKey })).rule.id).toBe(first.rule.id);
    expect((await save({ ruleId: first.rule.id, baseVersion: 1 })).version.number).toBe(1);
    const other = { ruleId: first.rule.id, steps: [{ verb: 'ADD_TAG', value: '别的' }], baseVersion: 1 };
    expect((await save(other)).version.number).toBe(2);
    const stale = await save({ ...other, steps: [{ verb: 'ADD_TAG', value: '第三' }] });
    expect([stale.userErrors[0].code, stale.rule.versions[0].number]).toEqual(['STALE_VERSION', 2]);
  });
});
