import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { HOUR, MINUTE, SECOND } from '@careline/kit/time';
import { agentIdentity, customerIdentity } from '@careline/kit/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockOf, openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk.world.close());

const ANSWER = 'ticket { id number subject } job { id kind state undoableUntil doneCount }';
const WITH_LINKS = 'query ($id: ID!) { ticket(id: $id) { id number subject state mergedInto { id } conversations { id } clocks { target state startedAt dueAt pauseReason endedAt breachedAt } entries(first: 50) { nodes { seq at kind facts actor { kind } comment { text visibility } } } } }';
const look = async (id: string, viewer?: Identity) => (await desk.ask(WITH_LINKS, { id }, viewer)).ticket;
const merge = (survivorId: string, mergedIds: string[], more: object = {}, viewer?: Identity) => desk.tell('mergeTickets', { survivorId, mergedIds, idempotencyKey: randomUUID(), ...more }, ANSWER, viewer);
const split = (ticketId: string, seqs: number[], more: object = {}, viewer?: Identity) => desk.tell('splitTicket', { ticketId, seqs, subject: '另一件事', idempotencyKey: randomUUID(), ...more }, ANSWER, viewer);
const work = () => desk.after(SECOND / 4);
async function undo(jobId: string): Promise<any> {
  await desk.tell('undoTicketJob', { jobId }, 'job { id }');
  await work();
  return (await desk.ask('query ($id: ID!) { ticketJob(id: $id) { state doneCount failedCount items(first: 20) { nodes { ticket { id } error { code field } } } } }', { id: jobId })).ticketJob;
}
const iso = (at: number) => new Date(at).toISOString();

/** That what is stored of each clock says the same as what happened to the ticket. */
async function expectProved(id: string): Promise<void> {
  const { slaProof } = await desk.ask('query ($id: ID!) { slaProof(ticketId: $id) { clocks { clock { target state } verdict intervals { from isCounted } } } }', { id });
  for (const { clock, verdict } of slaProof.clocks) expect([clock.target, clock.state]).toEqual([clock.target, verdict]);
}

/** Two tickets of one customer, the second ten minutes younger. */
async function twins(): Promise<{ older: any; younger: any; began: number }> {
  const customerId = newId('cus');
  const began = desk.world.clock.now();
  const older = await desk.create({ customerId });
  desk.world.clock.advance(10 * MINUTE);
  return { older, younger: await desk.create({ customerId }), began };
}

/** Links of a ticket as they are seen from it. */
const linksOf = async (id: string) => (await desk.ask('query ($id: ID!) { ticket(id: $id) { links { kind isReversed ticket { id } } } }', { id })).ticket.links;

describe('merging', () => {
  it('closes what joins, points to where it goes on, and keeps its words and proof readable', async () => {
    const { older, younger } = await twins();
    await desk.reply(older.id, { visibility: 'INTERNAL', text: '已联系渠道' });
    const { job, ticket, userErrors } = await merge(younger.id, [older.id]);
    expect([userErrors, ticket.id, job]).toMatchObject([[], younger.id, { kind: 'MERGE', state: 'DONE', doneCount: 1 }]);
    const joined = await look(older.id);
    expect(joined).toMatchObject({ state: 'CLOSED', mergedInto: { id: younger.id } });
    expect(await linksOf(younger.id)).toEqual([{ kind: 'DUPLICATE', isReversed: false, ticket: { id: older.id } }]);
    expect(joined.entries.nodes.flatMap(({ comment }: any) => comment?.text ?? [])).toEqual(['已联系渠道']);
    expect(joined.clocks.every(({ state, pauseReason, endedAt }: any) => state === 'PAUSED' && pauseReason === 'MERGED' && endedAt === null)).toBe(true);
    await desk.after(HOUR);
    expect((await look(older.id)).clocks.every(({ breachedAt }: any) => breachedAt === null)).toBe(true);
    await expectProved(older.id);
    await expectProved(younger.id);
  });

  it('lets the survivor wait since the earliest start of each clock', async () => {
    const { older, younger, began } = await twins();
    await merge(younger.id, [older.id]);
    const survivor = await look(younger.id);
    for (const target of ['FIRST_RESPONSE', 'RESOLUTION']) expect(clockOf(survivor, target).startedAt).toBe(iso(began));
    expect(clockOf(survivor, 'FIRST_RESPONSE').dueAt).toBe(iso(began + 15 * MINUTE));
    await expectProved(younger.id);
    await desk.after(5 * MINUTE + 1_000);
    expect(clockOf(await desk.read(younger.id), 'FIRST_RESPONSE').state).toBe('BREACHED');
  });

  it('takes over no clock that has ended, and misses at once what was missed there', async () => {
    const { older, younger } = await twins();
    await desk.reply(older.id);
    await merge(younger.id, [older.id]);
    expect(clockOf(await look(younger.id), 'FIRST_RESPONSE').startedAt).toBe(iso(desk.world.clock.now()));
    const late = await twins();
    desk.world.clock.advance(6 * MINUTE);
    const { job } = await merge(late.younger.id, [late.older.id]);
    await work();
    expect(clockOf(await look(late.younger.id), 'FIRST_RESPONSE').state).toBe('BREACHED');
    await undo(job.id);
    expect(clockOf(await look(late.younger.id), 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING', breachedAt: null });
    await expectProved(late.younger.id);
    await expectProved(late.older.id);
  });

  it('is taken back within 30 seconds as if it had not been, and not later', async () => {
    const { older, younger } = await twins();
    const before = [await look(older.id), await look(younger.id)];
    const { job } = await merge(younger.id, [older.id]);
    expect(await undo(job.id)).toMatchObject({ state: 'UNDONE', doneCount: 1, failedCount: 0 });
    expect(await linksOf(younger.id)).toEqual([]);
    const after = [await look(older.id), await look(younger.id)];
    expect(after.map(({ state, mergedInto }) => [state, mergedInto])).toEqual(before.map(({ state, mergedInto }) => [state, mergedInto]));
    expect(clockOf(after[1], 'FIRST_RESPONSE').startedAt).toBe(clockOf(before[1], 'FIRST_RESPONSE').startedAt);
    expect(after[0].clocks.every(({ state }: any) => state === 'RUNNING')).toBe(true);
    await expectProved(older.id);
    const again = await merge(younger.id, [older.id]);
    desk.world.clock.advance(30 * SECOND + 1);
    expect((await desk.tell('undoTicketJob', { jobId: again.job.id }, 'job { id }')).userErrors[0].code).toBe('WINDOW_CLOSED');
  });

  it('is one merge however often it is asked for under one key', async () => {
    const { older, younger } = await twins();
    const idempotencyKey = randomUUID();
    const [first, second] = [await merge(younger.id, [older.id], { idempotencyKey }), await merge(younger.id, [older.id], { idempotencyKey })];
    expect(second.job.id).toBe(first.job.id);
    expect((await look(younger.id)).entries.nodes.filter(({ kind }: any) => kind === 'LINKED')).toHaveLength(1);
  });

  it('lets exactly one of two who merge them into each other win', async () => {
    const { older, younger } = await twins();
    const answers = await Promise.all([merge(older.id, [younger.id]), merge(younger.id, [older.id])]);
    expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? null).sort()).toEqual(['WRONG_STATE', null].sort());
    expect([await look(older.id), await look(younger.id)].filter(({ mergedInto }) => mergedInto)).toHaveLength(1);
  });

  it('asks before tickets of different customers become one', async () => {
    const [one, other] = [await desk.create(), await desk.create()];
    expect((await merge(one.id, [other.id])).userErrors[0]).toMatchObject({ code: 'CONFIRMATION_REQUIRED', field: ['confirm'] });
    expect((await merge(one.id, [other.id], { confirm: true })).userErrors).toEqual([]);
  });

  it('is refused for itself, for nothing, for closed ones, and to who may not', async () => {
    const { older, younger } = await twins();
    expect((await merge(older.id, [older.id])).userErrors[0].code).toBe('INVALID');
    expect((await merge(older.id, [])).userErrors[0].code).toBe('REQUIRED');
    await desk.tell('solveTicket', { ticketId: older.id });
    await desk.tell('closeTicket', { ticketId: older.id });
    expect((await merge(younger.id, [older.id])).userErrors[0]).toMatchObject({ code: 'WRONG_STATE', field: ['mergedIds'] });
    await expect(merge(younger.id, [older.id], {}, agentIdentity())).rejects.toThrow('NOT_FOUND');
    await expect(merge(younger.id, [older.id], {}, agentIdentity({ role: 'auditor' }))).rejects.toThrow('FORBIDDEN');
    expect((await look(younger.id)).state).toBe('NEW');
  });
});

describe('splitting', () => {
  const writes = (customerId: string, ticketId: string, text: string) => desk.reply(ticketId, { text }, customerIdentity({ id: customerId, grants: { 'ticket:read': 'OWN', 'comment:write': 'OWN' } }));

  it('makes a ticket of what moves, which waits since the customer said it, and waits for it here no more', async () => {
    const customerId = newId('cus');
    const { id } = await desk.create({ customerId });
    await desk.reply(id);
    desk.world.clock.advance(MINUTE);
    const asked = desk.world.clock.now();
    await writes(customerId, id, '另外发票抬头写错了');
    const { seq } = (await look(id)).entries.nodes.find(({ comment }: any) => comment?.text === '另外发票抬头写错了');
    desk.world.clock.advance(MINUTE);
    const { ticket, job, userErrors } = await split(id, [seq]);
    expect([userErrors, job.kind, ticket.subject]).toEqual([[], 'SPLIT', '另一件事']);
    const made = await look(ticket.id);
    expect(await linksOf(made.id)).toEqual([{ kind: 'SPLIT_FROM', isReversed: false, ticket: { id } }]);
    expect(made.entries.nodes.map(({ kind, comment }: any) => comment?.text ?? kind)).toEqual(['CREATED', 'LINKED', '另外发票抬头写错了']);
    expect(made.entries.nodes[2]).toMatchObject({ at: iso(asked), actor: { kind: 'CUSTOMER' } });
    for (const target of ['FIRST_RESPONSE', 'RESOLUTION']) expect(clockOf(made, target)).toMatchObject({ state: 'RUNNING', startedAt: iso(asked) });
    const origin = await look(id);
    expect(origin.entries.nodes.at(-1)).toMatchObject({ kind: 'LINKED', facts: { linkKind: 'SPLIT', ticketId: ticket.id, seqs: [seq], undoes: [seq] } });
    await expectProved(id);
    await expectProved(ticket.id);
    expect((await split(id, [seq])).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['seqs'] });
    expect(await undo(job.id)).toMatchObject({ state: 'UNDONE', doneCount: 1 });
    expect(await look(ticket.id)).toMatchObject({ state: 'CLOSED', mergedInto: { id } });
    await expectProved(id);
    expect((await split(id, [seq])).userErrors).toEqual([]);
  });

  it('lets the clocks of the new one live through what was answered before', async () => {
    const customerId = newId('cus');
    const { id } = await desk.create({ customerId });
    await writes(customerId, id, '第二件事');
    desk.world.clock.advance(20 * MINUTE);
    await desk.reply(id, { text: '这就看' });
    const seqs = (await look(id)).entries.nodes.filter(({ comment }: any) => comment).map(({ seq }: any) => seq);
    const { ticket } = await split(id, seqs);
    expect(clockOf(await look(ticket.id), 'FIRST_RESPONSE')).toMatchObject({ state: 'BREACHED' });
    await expectProved(ticket.id);
    await expectProved(id);
  });

  it('is not taken back once somebody works on the new one', async () => {
    const { id } = await desk.create();
    const { entry } = await desk.reply(id);
    const { ticket, job } = await split(id, [entry.seq]);
    await desk.reply(ticket.id, { text: '我来处理' });
    expect(await undo(job.id)).toMatchObject({ state: 'UNDONE', doneCount: 0, failedCount: 1, items: { nodes: [{ error: { code: 'STALE_VERSION', field: ['ticket'] } }] } });
    expect((await look(ticket.id)).mergedInto).toBeNull();
  });

  it('moves comments only', async () => {
    const { id } = await desk.create();
    for (const seqs of [[1], [99], [0]]) expect((await split(id, seqs)).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['seqs'] });
    expect((await split(id, [])).userErrors[0].code).toBe('REQUIRED');
    const { entry } = await desk.reply(id);
    expect((await split(id, [entry.seq], { subject: ' ' })).userErrors[0]).toMatchObject({ code: 'REQUIRED', field: ['subject'] });
    await expect(split(id, [entry.seq], {}, agentIdentity({ role: 'auditor' }))).rejects.toThrow('FORBIDDEN');
  });
});
