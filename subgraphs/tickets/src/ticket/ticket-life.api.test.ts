import { agentIdentity } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { HOUR, MINUTE } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockOf, kinds, openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk.world.close());

const colleague = agentIdentity({ role: 'admin' });
const comments = (ticket: any): string[] => ticket.entries.nodes.filter(({ kind }: any) => kind === 'COMMENT').map(({ comment }: any) => comment.text);
const solve = (ticketId: string, more: object = {}, viewer = desk.agent) => desk.tell('solveTicket', { ticketId, ...more }, undefined, viewer);
const PROOF = 'query ($id: ID!) { slaProof(ticketId: $id) { clocks { clock { target state } verdict } } }';

/** That what is stored of each clock says the same as what happened to the ticket. */
async function expectProved(id: string): Promise<void> {
  const { slaProof } = await desk.ask(PROOF, { id });
  for (const { clock, verdict } of slaProof.clocks) expect([clock.target, clock.state]).toEqual([clock.target, verdict]);
}

describe('solving', () => {
  it('keeps the words of who came second, and of a retry nothing twice', async () => {
    const { id } = await desk.create();
    await solve(id, {}, colleague);
    const words = { text: '款项已退回', clientCommentId: randomUUID(), lastSeenSeq: 999 };
    const { ticket, userErrors } = await solve(id, words);
    expect([userErrors, ticket.state, comments(ticket)]).toEqual([[], 'SOLVED', ['款项已退回']]);
    expect(comments((await solve(id, words)).ticket)).toEqual(['款项已退回']);
  });

  it.each<[string, object, object]>([
    ['too many words', { text: '字'.repeat(20_001), clientCommentId: randomUUID() }, { code: 'TOO_LONG', field: ['text'] }],
    ['an id no sender makes', { text: '好', clientCommentId: '商城' }, { code: 'INVALID', field: ['clientCommentId'] }],
  ])('refuses %s', async (_name, more, refusal) => {
    const { id } = await desk.create();
    expect((await solve(id, { lastSeenSeq: 999, ...more })).userErrors[0]).toMatchObject(refusal);
  });

  it('speaks to the customer only for who may', async () => {
    const { id } = await desk.create();
    const { 'comment:write': _lost, ...grants } = desk.agent.grants;
    const mute = agentIdentity({ grants });
    await expect(solve(id, { text: '好', clientCommentId: randomUUID(), lastSeenSeq: 999 }, mute)).rejects.toThrow('FORBIDDEN');
    expect((await solve(id, {}, mute)).ticket.state).toBe('SOLVED');
  });
});

it('a solved ticket is opened again by the verb that asks why, never in passing', async () => {
  const { id } = await desk.create();
  await solve(id);
  for (const refused of [await desk.tell('updateTicket', { ticketId: id, state: 'OPEN' }), await desk.reply(id, { state: 'OPEN' })]) {
    expect(refused.userErrors[0]).toMatchObject({ code: 'WRONG_STATE', field: ['state'] });
  }
  expect((await desk.read(id)).state).toBe('SOLVED');
});

it('P0 is set only where one may prioritise', async () => {
  const queueId = newId('que');
  const { id } = await desk.create({ priority: 'P1' });
  const lead = agentIdentity({ queueIds: [queueId], grants: { ...desk.agent.grants, 'ticket:prioritise': 'TEAM' } });
  const urgent = { ticketId: id, priority: 'P0', reason: '涉及资金' };
  expect((await desk.tell('updateTicket', urgent, undefined, lead)).userErrors[0]).toMatchObject({ code: 'NOT_ALLOWED', field: ['priority'] });
  await desk.tell('updateTicket', { ticketId: id, agentId: lead.id });
  expect((await desk.tell('updateTicket', urgent, undefined, lead)).ticket.priority).toBe('P0');
});

describe('the reply guard', () => {
  it('sees a word behind any number of other lines', async () => {
    const { id, lastSeq } = await desk.create();
    const db = await desk.world.database('tickets');
    const [first] = await db.query<{ ticket_id: Buffer }>('SELECT ticket_id FROM ticket_entries ORDER BY id DESC LIMIT 1');
    const lines = Array.from({ length: 250 }, (_, index) => [first!.ticket_id, lastSeq + 1 + index, Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), 'WARNED', 'SYSTEM', '{}', '2026-11-23 01:00:00.000']);
    await db.execute('INSERT INTO ticket_entries (ticket_id, seq, id, kind, actor_kind, facts, at) VALUES ?', [lines]);
    await db.execute('UPDATE tickets SET last_seq = ? WHERE id = ?', [lastSeq + 250, first!.ticket_id]);
    await desk.reply(id, { visibility: 'INTERNAL', text: '我在处理' }, colleague);
    expect(await desk.reply(id, { lastSeenSeq: lastSeq })).toMatchObject({ entry: null, conflict: { entries: [{ comment: { text: '我在处理' } }] }, userErrors: [{ code: 'CONFLICT_NEW_MESSAGES' }] });
  });

  it('names as the last line one that is stored, although a deadline has just passed', async () => {
    const { id, lastSeq } = await desk.create();
    await desk.reply(id, { visibility: 'INTERNAL', text: '我在处理' }, colleague);
    desk.world.clock.advance(16 * MINUTE);
    const { conflict } = await desk.reply(id, { lastSeenSeq: lastSeq });
    expect(conflict.lastSeq).toBe((await desk.read(id)).lastSeq);
    const stale = await desk.tell('updateTicket', { ticketId: id, tags: ['vip'], expectedVersion: 1 }, 'ticket { lastSeq }');
    expect([stale.userErrors[0].code, stale.ticket.lastSeq]).toEqual(['STALE_VERSION', (await desk.read(id)).lastSeq]);
  });
});

describe('what is stored of a clock', () => {
  it('says what happened, also when the clocks of two machines differ', async () => {
    const { id } = await desk.create();
    await desk.after(15 * MINUTE + 1);
    desk.world.clock.advance(-5);
    const { ticket } = await desk.reply(id);
    desk.world.clock.advance(5);
    expect(clockOf(ticket, 'FIRST_RESPONSE')).toMatchObject({ state: 'BREACHED', usedSeconds: 900 });
    await expectProved(id);
  });

  it('follows a longer promise after a shorter one was missed, and misses again under the shorter one', async () => {
    const { id } = await desk.create();
    await desk.after(20 * MINUTE);
    const calm = (await desk.tell('updateTicket', { ticketId: id, priority: 'P2', reason: '影响很小' })).ticket;
    expect(clockOf(calm, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING', breachedAt: null, isAtRisk: false });
    await expectProved(id);
    await desk.tell('updateTicket', { ticketId: id, priority: 'P0', reason: '影响很大' });
    await desk.after(MINUTE);
    expect(clockOf(await desk.read(id), 'FIRST_RESPONSE').state).toBe('BREACHED');
    await expectProved(id);
    await desk.tell('updateTicket', { ticketId: id, priority: 'P2', reason: '影响很小' });
    await desk.after(HOUR);
    const { ticket } = await desk.reply(id);
    expect(clockOf(ticket, 'FIRST_RESPONSE').state).toBe('MET');
    expect(kinds(ticket)).toContain('CLOCK_MET');
    await expectProved(id);
  });
});
