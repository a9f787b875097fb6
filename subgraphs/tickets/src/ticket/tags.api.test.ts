import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { agentIdentity } from '@careline/kit/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';
import { foldTallies } from './fold-tallies.ts';
import type { TicketsContext } from '../context.ts';

const TAGS = `query ($startsWith: String, $first: Int, $after: String, $last: Int, $before: String) {
  ticketTags(startsWith: $startsWith, first: $first, after: $after, last: $last, before: $before) { nodes { name openCount ticketCount } totalCount pageInfo { hasNextPage startCursor endCursor } }
}`;

let desk: TicketDesk;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk.world.close());

const tagged = async (tags: string[], changes: object = {}): Promise<string> => {
  const { id } = await desk.create();
  await desk.tell('updateTicket', { ticketId: id, tags, ...changes });
  return id as string;
};
const page = async (args: object, viewer?: Identity): Promise<any> => (await desk.ask(TAGS, { first: 50, ...args }, viewer)).ticketTags;
const counts = async (startsWith: string, viewer?: Identity) => (await page({ startsWith }, viewer)).nodes.map((one: any) => [one.name, one.openCount, one.ticketCount]);
/** A change of many tickets, done. */
async function change(change: object, filter: object): Promise<any> {
  const { job, userErrors } = await desk.tell('bulkUpdateTickets', { filter, change, idempotencyKey: randomUUID() }, 'job { id }');
  expect(userErrors).toEqual([]);
  await desk.after(250);
  return (await desk.ask('query ($id: ID!) { ticketJob(id: $id) { id state totalCount doneCount } }', { id: job.id })).ticketJob;
}

describe('the tags of tickets', () => {
  it('say how many open tickets and how many in all carry each, folded or not', async () => {
    const solved = await tagged(['甲/退款', '甲/渠道']);
    await tagged(['甲/退款']);
    const closed = await tagged(['甲/退款']);
    for (const ticketId of [solved, closed]) await desk.tell('solveTicket', { ticketId });
    await desk.tell('closeTicket', { ticketId: closed });
    const wanted = [['甲/渠道', 0, 1], ['甲/退款', 1, 3]];
    expect(await counts('甲/')).toEqual(wanted);
    await foldTallies(desk.world.subgraphs.tickets!.createContext({ identity: desk.agent, locale: 'EN', requestId: 'req', address: null, device: null, clientName: 'test' }) as TicketsContext);
    expect(await counts('甲/')).toEqual(wanted);
  });

  it('are gone with the last ticket that carries them', async () => {
    const ticketId = await tagged(['乙/一', '乙/二']);
    await desk.tell('updateTicket', { ticketId, tags: ['乙/二'] });
    expect(await counts('乙/')).toEqual([['乙/二', 1, 1]]);
  });

  it('are found by how they begin, in small or capital letters, and never by a wildcard', async () => {
    await tagged(['VIP客户', 'vip2', '100%', '100年', 'a_b', 'axb']);
    expect((await counts('Vip')).map(([name]: any) => name)).toEqual(['VIP客户', 'vip2']);
    expect((await counts('100%')).map(([name]: any) => name)).toEqual(['100%']);
    expect((await counts('a_')).map(([name]: any) => name)).toEqual(['a_b']);
    expect(await counts('客户')).toEqual([]);
    await expect(page({ startsWith: '长'.repeat(51) })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('come page by page in both directions, each once', async () => {
    await tagged(['丙1', '丙2', '丙3']);
    const first = await page({ startsWith: '丙', first: 2 });
    expect([first.nodes.map(({ name }: any) => name), first.totalCount, first.pageInfo.hasNextPage]).toEqual([['丙1', '丙2'], 3, true]);
    const next = await page({ startsWith: '丙', first: 2, after: first.pageInfo.endCursor });
    expect([next.nodes.map(({ name }: any) => name), next.pageInfo.hasNextPage]).toEqual([['丙3'], false]);
    const back = await page({ startsWith: '丙', first: null, last: 2, before: next.pageInfo.startCursor });
    expect(back.nodes.map(({ name }: any) => name)).toEqual(['丙1', '丙2']);
  });

  it('count for each caller what the list of tickets shows them, and nothing for who may not read tickets', async () => {
    const me = agentIdentity();
    const mine = await tagged(['丁']);
    await tagged(['丁']);
    await tagged(['丁别人的']);
    await desk.tell('updateTicket', { ticketId: mine, agentId: me.id });
    expect(await counts('丁', me)).toEqual([['丁', 1, 1]]);
    const { tickets } = await desk.ask('{ tickets(filter: { tags: ["丁"] }, first: 5) { totalCount } }', {}, me);
    expect(tickets.totalCount).toBe(1);
    const { 'ticket:read': _lost, ...grants } = me.grants;
    await expect(page({}, agentIdentity({ id: newId('agt'), grants }))).rejects.toThrow('FORBIDDEN');
  });
});

describe('a tag everywhere', () => {
  it('is renamed, joined to one that exists and removed by one job, finished tickets too, and comes back', async () => {
    const both = await tagged(['戊旧', '戊新', '别的']);
    const closed = await tagged(['戊旧']);
    const full = await tagged(['戊旧', ...Array.from({ length: 19 }, (_, place) => `满${place}`)]);
    await desk.tell('solveTicket', { ticketId: closed });
    await desk.tell('closeTicket', { ticketId: closed });
    const renamed = await change({ removeTags: ['戊旧'], addTags: ['戊新'] }, { tags: ['戊旧'] });
    expect(renamed).toMatchObject({ state: 'DONE', totalCount: 3, doneCount: 3 });
    expect(await counts('戊')).toEqual([['戊新', 2, 3]]);
    expect((await desk.read(both)).tags).toEqual(['戊新', '别的']);
    expect((await desk.read(full)).tags).toHaveLength(20);
    await desk.tell('undoTicketJob', { jobId: renamed.id }, 'job { id }');
    await desk.after(250);
    expect(await counts('戊')).toEqual([['戊新', 1, 1], ['戊旧', 2, 3]]);
    expect(await change({ removeTags: ['戊旧'] }, { tags: ['戊旧'] })).toMatchObject({ state: 'DONE', doneCount: 3 });
    expect(await counts('戊')).toEqual([['戊新', 1, 1]]);
  });
});
