import { systemIdentity, type Identity } from '@careline/kit/auth';
import type { Locale } from '@careline/kit/errors';
import { agentIdentity } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { MINUTE, SECOND } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketsContext } from '../context.ts';
import { clockOf, openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';
import { workJobs, type JobWorker } from './work-jobs.ts';

let desk: TicketDesk;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk.world.close());

const JOB = 'job { id kind state totalCount doneCount failedCount undoableUntil finishedAt items(first: 100) { nodes { index isFinished ticket { id } error { code field } } } }';
const bulk = (input: object, viewer?: Identity) => desk.tell('bulkUpdateTickets', { idempotencyKey: randomUUID(), ...input }, JOB, viewer);
const undo = (jobId: string, viewer?: Identity) => desk.tell('undoTicketJob', { jobId }, JOB, viewer);
const readJob = async (id: string, viewer?: Identity) => (await desk.ask(`query ($id: ID!) { ticketJob(id: $id) { ${JOB.slice(6, -1)} } }`, { id }, viewer)).ticketJob;
const made = (count: number, changes: object = {}) => Promise.all(Array.from({ length: count }, () => desk.create(changes)));
/** Lets the worker have its turn. */
const work = () => desk.after(SECOND / 4);
const ids = (tickets: any[]) => tickets.map(({ id }) => id);
const stored = (tickets: any[]) => Promise.all(tickets.map(({ id }) => desk.read(id)));
const codes = (job: any) => job.items.nodes.map(({ error }: any) => error?.code ?? null);

/** Asks for a change and lets it be done. */
async function done(input: object, viewer?: Identity): Promise<any> {
  const { job, userErrors } = await bulk(input, viewer);
  expect(userErrors).toEqual([]);
  await work();
  return readJob(job.id, viewer);
}

describe('a change of many tickets', () => {
  it('keeps the good ones when some are refused, and says why of each', async () => {
    const [one, closed, other] = await made(3);
    await desk.tell('solveTicket', { ticketId: closed.id });
    await desk.tell('closeTicket', { ticketId: closed.id });
    const job = await done({ ids: [one.id, closed.id, newId('tkt'), 'nonsense', other.id, one.id], change: { state: 'PENDING', addTags: ['退款'] } });
    expect(job).toMatchObject({ kind: 'UPDATE', state: 'DONE', totalCount: 5, doneCount: 2, failedCount: 3 });
    expect(codes(job)).toEqual([null, 'WRONG_STATE', 'NOT_FOUND', 'NOT_FOUND', null]);
    expect((await stored([one, closed, other])).map(({ state, tags }) => [state, tags])).toEqual([['PENDING', ['退款']], ['CLOSED', []], ['PENDING', ['退款']]]);
  });

  it('reaches every ticket of a filter as it is when it is asked for, and no later one', async () => {
    const customerId = newId('cus');
    const before = await made(3, { customerId });
    const { job } = await bulk({ filter: { customerId }, change: { priority: 'P2', note: '影响很小' } });
    const [later] = await made(1, { customerId });
    await work();
    expect(await readJob(job.id)).toMatchObject({ state: 'DONE', totalCount: 3, doneCount: 3 });
    expect((await stored([...before, later])).map(({ priority }) => priority)).toEqual(['P2', 'P2', 'P2', 'P0']);
  });

  it('says the same note once in each, only to colleagues', async () => {
    const tickets = await made(2);
    await done({ ids: ids(tickets), change: { note: '渠道故障，统一处理' } });
    for (const { entries } of await stored(tickets)) {
      expect(entries.nodes.flatMap(({ comment }: any) => comment ?? [])).toEqual([{ text: '渠道故障，统一处理', visibility: 'INTERNAL' }]);
    }
  });

  it('is one job however often it is asked for under one key', async () => {
    const [ticket] = await made(1);
    const input = { ids: [ticket.id], change: { note: '一次' }, idempotencyKey: randomUUID() };
    const [first, second] = [await bulk(input), await bulk(input)];
    expect(second.job.id).toBe(first.job.id);
    await work();
    expect((await desk.read(ticket.id)).entries.nodes.filter(({ comment }: any) => comment)).toHaveLength(1);
    expect((await bulk({ ...input, change: { note: '两次' } })).userErrors[0].code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it.each<[string, object, object]>([
    ['nothing to change', { change: {} }, { code: 'REQUIRED', field: ['change'] }],
    ['a priority without a reason', { change: { priority: 'P1' } }, { code: 'REQUIRED', field: ['change', 'note'] }],
    ['being put on hold without a reason', { change: { state: 'ON_HOLD' } }, { code: 'REQUIRED', field: ['change', 'note'] }],
    ['a reason too long', { change: { priority: 'P1', note: '长'.repeat(501) } }, { code: 'TOO_LONG', field: ['change', 'note'] }],
    ['a way back to NEW', { change: { state: 'NEW' } }, { code: 'INVALID', field: ['change', 'state'] }],
    ['an unknown team', { change: { teamId: newId('tem') } }, { code: 'NOT_FOUND', field: ['change', 'teamId'] }],
    ['no ticket', { ids: [], change: { state: 'OPEN' } }, { code: 'REQUIRED', field: ['ids'] }],
    ['ids and a filter', { filter: {}, change: { state: 'OPEN' } }, { code: 'INVALID', field: ['ids'] }],
    ['a filter that no ticket meets', { ids: null, filter: { customerId: newId('cus') }, change: { state: 'OPEN' } }, { code: 'NOT_FOUND', field: ['filter'] }],
    ['more than 10,000 ids', { ids: Array.from({ length: 10_001 }, () => newId('tkt')), change: { state: 'OPEN' } }, { code: 'TOO_MANY', field: ['ids'] }],
  ])('is refused with %s', async (_name, input, refusal) => {
    const answer = await bulk({ ids: [newId('tkt')], ...input });
    expect([answer.job, answer.userErrors]).toMatchObject([null, [refusal]]);
  });

  it('changes of an agent only what is theirs, and nothing their role may not', async () => {
    const agent = agentIdentity();
    const [mine, others] = await made(2);
    await desk.tell('updateTicket', { ticketId: mine.id, agentId: agent.id });
    const job = await done({ ids: [mine.id, others.id], change: { addTags: ['我的'] } }, agent);
    expect(codes(job)).toEqual([null, 'NOT_FOUND']);
    expect((await bulk({ ids: [mine.id], change: { priority: 'P0', note: '涉及资金' } }, agent)).userErrors[0]).toMatchObject({ code: 'NOT_ALLOWED', field: ['change', 'priority'] });
    await expect(bulk({ ids: [mine.id], change: { state: 'OPEN' } }, agentIdentity({ role: 'auditor' }))).rejects.toThrow('FORBIDDEN');
    const { 'ticket:solve': _lost, ...grants } = agent.grants;
    const half = agentIdentity({ id: agent.id, grants });
    expect(codes(await done({ ids: [mine.id], change: { state: 'SOLVED' } }, half))).toEqual(['NOT_ALLOWED']);
  });

  it('is refused to who has ten unfinished ones', async () => {
    const hasty = agentIdentity({ role: 'admin' });
    const [ticket] = await made(1);
    for (let one = 0; one < 10; one += 1) await bulk({ ids: [ticket.id], change: { addTags: [`第${one}`] } }, hasty);
    expect((await bulk({ ids: [ticket.id], change: { addTags: ['十一'] } }, hasty)).userErrors[0].code).toBe('LIMIT_REACHED');
    await work();
    expect((await desk.read(ticket.id)).tags).toHaveLength(10);
  });

  it('leaves an audit entry that does not hold what was written', async () => {
    const [ticket] = await made(1);
    const { job } = await bulk({ ids: [ticket.id], change: { note: '只给同事看' } });
    const db = await desk.world.database('tickets');
    const [event] = await db.query('SELECT envelope FROM outbox WHERE envelope LIKE ?', [`%${job.id}%`]);
    expect(JSON.stringify(event)).toContain('ticket:bulk');
    expect(JSON.stringify(event)).not.toContain('只给同事看');
  });
});

describe('the job', () => {
  it('is nobody else’s', async () => {
    const [ticket] = await made(1);
    const { job } = await bulk({ ids: [ticket.id], change: { addTags: ['甲'] } });
    const other = agentIdentity({ role: 'admin' });
    expect(await readJob(job.id, other)).toBeNull();
    await expect(undo(job.id, other)).rejects.toThrow('NOT_FOUND');
    await expect(desk.tell('cancelTicketJob', { jobId: job.id }, JOB, other)).rejects.toThrow('NOT_FOUND');
    await work();
  });

  it('does each item once, however many work on it at once', async () => {
    const tickets = await made(6);
    const { job } = await bulk({ ids: ids(tickets), change: { note: '一次' } });
    const act = (identity: Identity | null, locale: Locale) => desk.world.subgraphs.tickets!.createContext({ identity, locale, requestId: 'req', address: null, device: null, clientName: 'test' }) as TicketsContext;
    const worker: JobWorker = { system: () => act(systemIdentity('tickets', desk.world.clock.now()), 'EN'), actAs: act };
    await Promise.all([workJobs(worker), workJobs(worker), workJobs(worker)]);
    expect(await readJob(job.id)).toMatchObject({ state: 'DONE', doneCount: 6, failedCount: 0 });
    for (const { entries } of await stored(tickets)) expect(entries.nodes.filter(({ comment }: any) => comment)).toHaveLength(1);
  });

  it('stops, and what was done can be taken back', async () => {
    const [ticket] = await made(1);
    const { job } = await bulk({ ids: [ticket.id], change: { addTags: ['甲'] } });
    const stopped = await desk.tell('cancelTicketJob', { jobId: job.id }, JOB);
    expect(stopped.job).toMatchObject({ state: 'CANCELLED', doneCount: 0, undoableUntil: null });
    await work();
    expect((await desk.read(ticket.id)).tags).toEqual([]);
    expect((await undo(job.id)).userErrors[0].code).toBe('WINDOW_CLOSED');
  });

  it('tells its progress from the present state on, and ends when it has ended', async () => {
    const tickets = await made(2);
    const { job } = await bulk({ ids: ids(tickets), change: { addTags: ['甲'] } });
    const stream = await desk.world.subscribe('tickets', 'subscription ($jobId: ID!) { ticketJobChanged(jobId: $jobId, afterSeq: 0) { __typename seq ... on TicketJobChanged { job { state doneCount } } } }', { jobId: job.id }, desk.agent);
    const states: string[] = [];
    const seqs: number[] = [];
    const reading = (async () => {
      for await (const { data } of stream) {
        states.push(data.ticketJobChanged.job.state as string);
        seqs.push(data.ticketJobChanged.seq);
      }
    })();
    await work();
    await reading;
    expect([states[0], states.at(-1)]).toEqual(['QUEUED', 'DONE']);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });
});

describe('taking back', () => {
  it('leaves every ticket as it was, its clocks counting as if nothing had been', async () => {
    const team = desk.supervisorsId;
    const tickets = await made(2);
    await desk.tell('updateTicket', { ticketId: tickets[0].id, tags: ['旧', '留'] });
    const before = (await stored(tickets)).map(({ state, priority, agentId, team: own, tags }) => ({ state, priority, agentId, own, tags }));
    const job = await done({ ids: ids(tickets), change: { state: 'SOLVED', agentId: desk.agent.id, teamId: team, priority: 'P2', addTags: ['新'], removeTags: ['旧'], note: '统一处理' } });
    expect((await stored(tickets)).map(({ state, priority, solvedAt }) => [state, priority, solvedAt !== null])).toEqual([['SOLVED', 'P2', true], ['SOLVED', 'P2', true]]);
    expect((await undo(job.id)).job).toMatchObject({ state: 'RUNNING', undoableUntil: null });
    await work();
    expect(await readJob(job.id)).toMatchObject({ state: 'UNDONE', totalCount: 2, doneCount: 2, failedCount: 0 });
    const after = await stored(tickets);
    expect(after.map(({ state, priority, agentId, team: own, tags }) => ({ state, priority, agentId, own, tags: [...tags].sort() }))).toEqual(before.map((one) => ({ ...one, tags: [...one.tags].sort() })));
    for (const ticket of after) {
      expect(ticket.solvedAt).toBeNull();
      expect(clockOf(ticket, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING', endedAt: null });
      expect(clockOf(ticket, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', endedAt: null });
    }
    const { slaProof } = await desk.ask('query ($id: ID!) { slaProof(ticketId: $id) { clocks { clock { target state } verdict } } }', { id: tickets[0].id });
    expect(slaProof.clocks.every(({ clock, verdict }: any) => clock.state === verdict)).toBe(true);
    expect((await undo(job.id)).job.state).toBe('UNDONE');
  });

  it('lets a clock that was ended too early be missed after all', async () => {
    const [ticket] = await made(1);
    const job = await done({ ids: [ticket.id], change: { state: 'SOLVED' } });
    await undo(job.id);
    await work();
    await desk.after(15 * MINUTE + 1_000);
    expect(clockOf(await desk.read(ticket.id), 'FIRST_RESPONSE').state).toBe('BREACHED');
  });

  it('overwrites nothing that somebody changed since, and says which', async () => {
    const [one, other] = await made(2);
    const job = await done({ ids: [one.id, other.id], change: { priority: 'P2', state: 'PENDING', addTags: ['甲'], note: '等客户' } });
    await desk.tell('updateTicket', { ticketId: one.id, state: 'OPEN', priority: 'P1', reason: '客户来电', tags: ['甲', '乙'] });
    // Away and back again is a change too.
    await desk.tell('updateTicket', { ticketId: other.id, state: 'OPEN' });
    await desk.tell('updateTicket', { ticketId: other.id, state: 'PENDING' });
    await undo(job.id);
    await work();
    const undone = await readJob(job.id);
    expect(undone).toMatchObject({ state: 'UNDONE', totalCount: 2, doneCount: 0, failedCount: 2 });
    expect(undone.items.nodes.map(({ error }: any) => error)).toEqual([{ code: 'STALE_VERSION', field: ['state', 'priority'] }, { code: 'STALE_VERSION', field: ['state'] }]);
    expect((await stored([one, other])).map(({ state, priority, tags }) => [state, priority, tags])).toEqual([['OPEN', 'P1', ['乙']], ['PENDING', 'P0', []]]);
  });

  it('ends with its window', async () => {
    const [ticket] = await made(1);
    const job = await done({ ids: [ticket.id], change: { addTags: ['甲'] } });
    desk.world.clock.advance(10 * MINUTE + 1);
    expect((await undo(job.id)).userErrors[0].code).toBe('WINDOW_CLOSED');
    expect((await readJob(job.id)).undoableUntil).toBeNull();
  });
});
