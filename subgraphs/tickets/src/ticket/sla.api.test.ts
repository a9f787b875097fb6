import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { HOUR, MINUTE, SECOND } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';

const SUPERVISORS = newId('tem');
/** The directory that conversations keeps, as far as tickets ask it. */
const directory = {
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    if (document.includes('TeamKeys')) return { teams: { nodes: [{ id: SUPERVISORS, key: 'supervisor_group' }], pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
    const fields = [...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, { id: variables[name!], isEnabled: true }]);
    return Object.fromEntries(fields) as Data;
  },
};

let world: World;
let agent: Identity;
beforeAll(async () => void (world = await createTestWorld(createTickets, { deps: { services: directory } })));
afterAll(() => world.close());
beforeEach(() => void (agent = agentIdentity({ role: 'supervisor' })));

const TICKET = `id number state priority version lastSeq tags team { id } agentId solvedAt closedAt
  clocks { target state dueAt usedSeconds remainingSeconds pauseReason breachedAt endedAt isAtRisk policyName }
  escalations { target state teamKey doneAt latenessMs cancelReason team { id } actor { kind } }
  entries(first: 50) { nodes { seq kind facts actor { kind } comment { text visibility } } }`;

async function ask(document: string, variables: object = {}, viewer: Identity | 'SYSTEM' = agent): Promise<any> {
  const { data, errors } = await world.execute('tickets', document, variables as Record<string, unknown>, viewer as Identity);
  if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)} ${error.message}`).join('; '));
  return data;
}
const tell = async (verb: string, input: object, selection = `ticket { ${TICKET} }`, viewer = agent) =>
  (await ask(`mutation ($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }, viewer))[verb];
const read = async (id: string) => (await ask(`query ($id: ID!) { ticket(id: $id) { ${TICKET} } }`, { id })).ticket;
async function create(changes: object = {}): Promise<any> {
  const { results } = await tell('createTickets', { tickets: [{ category: 'PAYMENT', subject: '退款未到账', customerId: newId('cus'), priority: 'P0', ...changes }], idempotencyKey: randomUUID() }, `results { ticket { ${TICKET} } userErrors { code } }`);
  return results[0].ticket;
}
const reply = (ticketId: string, more: object = {}) => tell('commentTicket', { ticketId, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '已为您核实', lastSeenSeq: 999, ...more }, `ticket { ${TICKET} } entry { seq comment { text } } conflict { lastSeq entries { seq comment { text } } }`);
async function after(ms: number): Promise<void> {
  world.clock.advance(ms);
  await world.runJobs();
}
const clockOf = (ticket: any, target: string) => ticket.clocks.find((clock: any) => clock.target === target);
const kinds = (ticket: any) => ticket.entries.nodes.map(({ kind }: any) => kind);

describe('a promise', () => {
  it('begins with the ticket and says when it is due, to the second', async () => {
    const now = world.clock.now();
    const ticket = await create();
    expect(clockOf(ticket, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING', dueAt: new Date(now + 15 * MINUTE).toISOString(), remainingSeconds: 900, policyName: 'P0 默认策略 v1' });
    expect(clockOf(ticket, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', dueAt: new Date(now + 4 * HOUR).toISOString() });
    expect(ticket.escalations.map(({ state, teamKey }: any) => [state, teamKey])).toEqual([['PLANNED', 'supervisor_group'], ['PLANNED', 'supervisor_group']]);
  });

  it('is met by the first public word of a person, not by a note', async () => {
    const { id } = await create();
    await after(5 * MINUTE);
    expect(clockOf((await reply(id, { visibility: 'INTERNAL' })).ticket, 'FIRST_RESPONSE').state).toBe('RUNNING');
    const { ticket } = await reply(id);
    expect(clockOf(ticket, 'FIRST_RESPONSE')).toMatchObject({ state: 'MET', usedSeconds: 300 });
    expect(ticket.state).toBe('OPEN');
    expect(ticket.escalations.find(({ target }: any) => target === 'FIRST_RESPONSE')).toMatchObject({ state: 'CANCELLED', cancelReason: 'REACHED' });
  });

  it('is missed a moment after the deadline and escalates ten minutes later, each once', async () => {
    const { id } = await create();
    await after(15 * MINUTE);
    expect(clockOf(await read(id), 'FIRST_RESPONSE').state).toBe('RUNNING');
    await after(SECOND);
    const missed = await read(id);
    expect(clockOf(missed, 'FIRST_RESPONSE')).toMatchObject({ state: 'BREACHED', isAtRisk: true });
    expect(missed.team).toBeNull();
    await after(10 * MINUTE - 2 * SECOND);
    expect(kinds(await read(id))).not.toContain('ESCALATED');
    await after(SECOND);
    const escalated = await read(id);
    expect(escalated.team).toEqual({ id: SUPERVISORS });
    expect(kinds(escalated).filter((kind: string) => kind === 'CLOCK_BREACHED' || kind === 'ESCALATED')).toEqual(['CLOCK_BREACHED', 'ESCALATED']);
    expect(escalated.escalations[0]).toMatchObject({ state: 'DONE', latenessMs: 0, team: { id: SUPERVISORS }, actor: { kind: 'SYSTEM' } });
  });

  it('answered between deadline and escalation is missed, and nobody is called', async () => {
    const { id } = await create();
    await after(20 * MINUTE);
    const { ticket } = await reply(id);
    await after(HOUR);
    expect(clockOf(ticket, 'FIRST_RESPONSE').state).toBe('BREACHED');
    expect(kinds(await read(id))).not.toContain('ESCALATED');
    expect(kinds(ticket)).toContain('ESCALATION_CANCELLED');
  });

  it('missed stands still all the same while the customer is asked', async () => {
    const { id } = await create();
    await after(5 * HOUR);
    await reply(id, { state: 'PENDING' });
    await after(HOUR);
    expect(clockOf(await read(id), 'RESOLUTION')).toMatchObject({ state: 'BREACHED', pauseReason: null, usedSeconds: 5 * 3_600 });
  });

  it('answered late although no sweep ran is missed all the same', async () => {
    const { id } = await create();
    world.clock.advance(15 * MINUTE + 1);
    expect(clockOf((await reply(id)).ticket, 'FIRST_RESPONSE').state).toBe('BREACHED');
  });

  it('stands still while the customer is asked and goes on afterwards', async () => {
    const { id } = await create();
    await reply(id, { state: 'PENDING' });
    await after(10 * HOUR);
    const waiting = await read(id);
    expect(clockOf(waiting, 'RESOLUTION')).toMatchObject({ state: 'PAUSED', pauseReason: 'WAITING_FOR_CUSTOMER', usedSeconds: 0 });
    const { ticket } = await tell('updateTicket', { ticketId: id, state: 'OPEN' });
    expect(clockOf(ticket, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', remainingSeconds: 4 * 3_600 });
    expect(kinds(ticket)).toEqual(expect.arrayContaining(['CLOCK_PAUSED', 'CLOCK_RESUMED']));
  });

  it('is counted anew from the start when the priority changes, with a reason that is kept sealed', async () => {
    const { id } = await create({ priority: 'P2' });
    await after(10 * MINUTE);
    expect((await tell('updateTicket', { ticketId: id, priority: 'P0' })).userErrors[0]).toMatchObject({ code: 'REQUIRED', field: ['reason'] });
    const { ticket } = await tell('updateTicket', { ticketId: id, priority: 'P0', reason: '涉及大额资金' });
    expect(clockOf(ticket, 'FIRST_RESPONSE')).toMatchObject({ remainingSeconds: 300 });
    expect(ticket.entries.nodes.find(({ kind }: any) => kind === 'PRIORITISED').facts).toEqual({ from: 'P2', to: 'P0', reason: '涉及大额资金' });
    const db = await world.database('tickets');
    expect((await db.query('SELECT 1 FROM ticket_entries WHERE LOCATE(?, CONVERT(sealed_reason USING binary)) > 0 OR LOCATE(?, facts) > 0', ['涉及大额', '涉及大额'])).length).toBe(0);
  });

  it('ends with the solution and goes on where it stood when the ticket is opened again', async () => {
    const { id } = await create();
    await after(10 * MINUTE);
    const solved = (await tell('solveTicket', { ticketId: id, text: '已退款', clientCommentId: randomUUID(), lastSeenSeq: 999 })).ticket;
    expect([solved.state, clockOf(solved, 'FIRST_RESPONSE').state, clockOf(solved, 'RESOLUTION').state]).toEqual(['SOLVED', 'MET', 'MET']);
    await after(HOUR);
    const reopened = (await tell('reopenTicket', { ticketId: id, reason: '客户说没有收到' })).ticket;
    expect(clockOf(reopened, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', usedSeconds: 600 });
  });

  it('is closed by itself a week after it was solved', async () => {
    const { id } = await create();
    await tell('solveTicket', { ticketId: id });
    await after(7 * 24 * HOUR + HOUR);
    expect((await read(id)).state).toBe('CLOSED');
    expect((await reply(id)).userErrors[0].code).toBe('WRONG_STATE');
  });
});

describe('a reply', () => {
  it('is stored once under its id', async () => {
    const { id } = await create();
    const clientCommentId = randomUUID();
    const [one, two] = await Promise.all([reply(id, { clientCommentId }), reply(id, { clientCommentId })]);
    expect(one.entry.seq).toBe(two.entry.seq);
    expect(kinds(await read(id)).filter((kind: string) => kind === 'COMMENT')).toHaveLength(1);
  });

  it('stores nothing when a colleague wrote meanwhile, and shows what was written', async () => {
    const { id, lastSeq } = await create();
    const colleague = agentIdentity({ role: 'admin' });
    await tell('commentTicket', { ticketId: id, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '我来处理', lastSeenSeq: lastSeq }, 'entry { seq }', colleague);
    const refused = await reply(id, { lastSeenSeq: lastSeq });
    expect(refused).toMatchObject({ entry: null, conflict: { entries: [{ comment: { text: '我来处理' } }] }, userErrors: [{ code: 'CONFLICT_NEW_MESSAGES' }] });
    expect((await reply(id, { lastSeenSeq: lastSeq, confirm: true })).userErrors).toEqual([]);
  });

  it('ends in exactly one verdict when it races the deadline', async () => {
    const { id } = await create();
    world.clock.advance(15 * MINUTE + 1);
    await Promise.all([reply(id), world.runJobs(), reply(id), world.runJobs()]);
    const ticket = await read(id);
    expect(kinds(ticket).filter((kind: string) => kind === 'CLOCK_BREACHED')).toHaveLength(1);
    expect(kinds(ticket)).not.toContain('CLOCK_MET');
  });
});

describe('an escalation by hand', () => {
  it('passes the ticket on at once, once for each key', async () => {
    const { id } = await create({ priority: 'P2' });
    const input = { ticketId: id, target: 'supervisor_group', reason: '客户要求主管回电', idempotencyKey: randomUUID() };
    const [first, again] = [await tell('escalateTicket', input, `ticket { ${TICKET} } escalation { state teamKey target actor { kind } }`), await tell('escalateTicket', input)];
    expect(first.escalation).toEqual({ state: 'DONE', teamKey: 'supervisor_group', target: null, actor: { kind: 'AGENT' } });
    expect(again.ticket.escalations).toHaveLength(1);
    expect((await tell('escalateTicket', { ...input, target: 'nobody', idempotencyKey: randomUUID() })).userErrors[0]).toMatchObject({ code: 'NOT_FOUND', field: ['target'] });
  });
});

it('refuses to change what changed since, and shows how it is now', async () => {
  const { id, version } = await create();
  await tell('updateTicket', { ticketId: id, tags: ['vip'], expectedVersion: version });
  expect(await tell('updateTicket', { ticketId: id, tags: [], expectedVersion: version })).toMatchObject({ userErrors: [{ code: 'STALE_VERSION' }], ticket: { tags: ['vip'] } });
});

it('proves how each clock was counted', async () => {
  const { id } = await create();
  await after(5 * MINUTE);
  await reply(id, { state: 'PENDING' });
  await after(HOUR);
  await tell('updateTicket', { ticketId: id, state: 'OPEN' });
  await after(10 * MINUTE);
  const PROOF = 'query ($id: ID!) { slaProof(ticketId: $id) { hash clocks { clock { target state usedSeconds } countedSeconds pausedSeconds verdict policyVersion businessHoursVersion corrections { dueAt } intervals { seconds isCounted pauseReason entrySeq } } } }';
  const { slaProof } = await ask(PROOF, { id });
  const [first, resolution] = ['FIRST_RESPONSE', 'RESOLUTION'].map((target) => slaProof.clocks.find(({ clock }: any) => clock.target === target));
  expect(first).toMatchObject({ verdict: 'MET', countedSeconds: 300, pausedSeconds: 0 });
  expect(resolution).toMatchObject({ verdict: 'RUNNING', countedSeconds: 900, pausedSeconds: 3_600, clock: { usedSeconds: 900 }, corrections: [] });
  expect(resolution.intervals.map(({ seconds, isCounted, pauseReason }: any) => [seconds, isCounted, pauseReason])).toEqual([[300, true, null], [3_600, false, 'WAITING_FOR_CUSTOMER'], [600, true, null]]);
  expect((await ask(PROOF, { id })).slaProof.hash).toBe(slaProof.hash);
});

describe('the board', () => {
  const BOARD = `rows { priority runningCount atRiskCount breachedCount pausedCount } nextDue { target dueAt ticket { id } } attainment { metCount breachedCount rate threshold sampleMin isWarning } histogram { fromMinutes toMinutes count }`;
  const COUNTS = [['RUNNING', 'runningCount'], ['PAUSED', 'pausedCount'], ['BREACHED', 'breachedCount']] as const;

  it('shows numbers that equal the lists they open', async () => {
    for (const priority of ['P0', 'P1', 'P2']) await create({ priority });
    await after(16 * MINUTE);
    const { slaBoard } = await ask(`{ slaBoard { ${BOARD} } }`);
    for (const row of slaBoard.rows) {
      for (const [state, field] of COUNTS) {
        const { tickets } = await ask('query ($filter: TicketFilter) { tickets(first: 1, filter: $filter) { totalCount } }', { filter: { priorities: [row.priority], clockStates: [state] } });
        expect([row.priority, state, row[field]]).toEqual([row.priority, state, tickets.totalCount]);
      }
    }
    expect(slaBoard.rows.map(({ priority }: any) => priority)).toEqual(['P0', 'P1', 'P2']);
    const dues = slaBoard.nextDue.map(({ dueAt }: any) => Date.parse(dueAt));
    expect([dues.length > 2, dues.every((due: number) => due >= world.clock.now()), dues]).toEqual([true, true, dues.toSorted((a: number, b: number) => a - b)]);
    expect(slaBoard.attainment).toMatchObject({ threshold: 0.95, sampleMin: 20 });
  });

  it('is pushed when something happens', async () => {
    const stream = await world.subscribe('tickets', `subscription { slaBoardChanged { __typename seq ... on SlaBoardChanged { board { ${BOARD} } } } }`, {}, agent);
    const first = (await stream.next()).value.data.slaBoardChanged;
    await create({ priority: 'P0' });
    const next = (await stream.next()).value.data.slaBoardChanged;
    const running = (event: any) => event.board.rows[0].runningCount;
    expect(running(next)).toBe(running(first) + 1);
    await stream.return!();
  });
});

it('streams the life of a ticket from any position on, without holes', async () => {
  const { id } = await create();
  await reply(id);
  const stream = await world.subscribe('tickets', 'subscription ($id: ID!) { ticketChanged(ticketId: $id, afterSeq: 1) { __typename seq ... on TicketEntryAdded { previousSeq entry { kind } } ... on TicketChanged { ticket { version } } } }', { id }, agent);
  const { lastSeq } = await read(id);
  const seqs: number[] = [];
  while (seqs.at(-1) !== lastSeq) {
    const event = (await stream.next()).value.data.ticketChanged;
    if (event.__typename === 'TicketEntryAdded') seqs.push(event.seq);
  }
  expect(seqs).toEqual(Array.from({ length: lastSeq - 1 }, (_, index) => index + 2));
  await stream.return!();
});

describe('who may', () => {
  const stranger = () => agentIdentity({ queueIds: [newId('que')] });
  it.each(['updateTicket', 'solveTicket', 'reopenTicket', 'commentTicket'])('not even read a ticket is told by %s that there is none', async (verb) => {
    const { id } = await create();
    const more: Record<string, object> = { reopenTicket: { reason: 'x' }, commentTicket: { clientCommentId: randomUUID(), visibility: 'INTERNAL', text: 'x' } };
    await expect(tell(verb, { ticketId: id, ...more[verb] }, 'ticket { id }', stranger())).rejects.toThrow('NOT_FOUND');
  });

  it('read the ticket of the team it was escalated to', async () => {
    const { id } = await create();
    await after(30 * MINUTE);
    const member = agentIdentity({ teamIds: [SUPERVISORS] });
    expect((await ask('query ($id: ID!) { ticket(id: $id) { id } }', { id }, member)).ticket).toEqual({ id });
    expect((await ask('query { tickets(first: 100) { nodes { id } } }', {}, member)).tickets.nodes).toContainEqual({ id });
  });
});
