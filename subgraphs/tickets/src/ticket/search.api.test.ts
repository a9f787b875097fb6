import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { createVault } from '@careline/kit/crypto';
import { idToBinary, newId } from '@careline/kit/db';
import { agentIdentity, beforeIndex, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { HOUR } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';
import { ticketIndex } from './ticket-words.ts';

const CREATE = 'mutation ($input: CreateTicketsInput!) { createTickets(input: $input) { results { ticket { id } userErrors { code } } userErrors { code } } }';
const COMMENT = 'mutation ($input: CommentTicketInput!) { commentTicket(input: $input) { entry { seq } userErrors { code } } }';
const UPDATE = 'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { code } } }';
const SEARCH = `query ($text: String!, $filter: TicketFilter, $first: Int, $last: Int, $after: String) { searchTickets(text: $text, filter: $filter, first: $first, last: $last, after: $after) {
  nodes { seq snippet highlights { start end } ticket { id subject } } pageInfo { hasNextPage endCursor } } }`;

/** The directory that conversations keeps, in which every customer and agent is known. */
const directory = {
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    return Object.fromEntries([...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, { id: variables[name!], isEnabled: true }])) as Data;
  },
};

let world: World;
beforeAll(async () => void (world = await createTestWorld(createTickets, { deps: { services: directory } })));
afterAll(() => world.close());

const run = (document: string, variables: object, viewer: Identity | null) => world.execute('tickets', document, variables as Record<string, unknown>, viewer);
const everywhere = agentIdentity({ role: 'admin' });

async function create(subject: string, description: string | null = null, more: object = {}, viewer = everywhere): Promise<string> {
  const input = { tickets: [{ category: 'PAYMENT', subject, description, customerId: newId('cus'), ...more }], idempotencyKey: randomUUID() };
  return (await run(CREATE, { input }, viewer)).data.createTickets.results[0].ticket.id;
}
const comment = async (ticketId: string, text: string, visibility = 'INTERNAL') =>
  (await run(COMMENT, { input: { ticketId, text, visibility, clientCommentId: randomUUID(), confirm: true } }, everywhere)).data.commentTicket.entry.seq as number;
const search = async (text: string, viewer: Identity = everywhere, more: object = {}) => (await run(SEARCH, { text, first: 20, ...more }, viewer)).data.searchTickets;
const idsOf = async (text: string, viewer: Identity = everywhere, more: object = {}) =>
  ((await search(text, viewer, more)).nodes as { ticket: { id: string } }[]).map((node) => node.ticket.id);

/** Every job once, whenever it ran before. */
async function runJobs(): Promise<void> {
  world.clock.advance(HOUR);
  await world.runJobs();
}

describe('searchTickets', () => {
  it('finds by subject and description together, and by each comment, and shows where', async () => {
    const id = await create('海鸥牌打印机', '无法连接 Wi-Fi network');
    expect((await search('海鸥 network')).nodes).toMatchObject([{ seq: null, ticket: { id } }]);
    const seq = await comment(id, '换了鹦鹉牌墨盒以后好了');
    const { nodes } = await search('鹦鹉');
    expect(nodes).toMatchObject([{ seq, snippet: '换了鹦鹉牌墨盒以后好了', highlights: [{ start: 2, end: 4 }], ticket: { id, subject: '海鸥牌打印机' } }]);
    expect(await idsOf('鹦鹉 海鸥')).toEqual([]);
  });

  it('finds a ticket by its number before those that only speak of it, within filter and scope, once over all pages', async () => {
    const id = await create('朱鹮', null, { priority: 'P2' });
    const { number } = (await run('query ($id: ID!) { ticket(id: $id) { number } }', { id }, everywhere)).data.ticket;
    const speaking = await create(`与 ${number} 重复`, null, { priority: 'P1' });
    await comment(id, `${number} 是本单`);
    expect(await idsOf(`#${number}`)).toEqual([id]);
    const { nodes, pageInfo } = await search(number, everywhere, { first: 1 });
    expect(nodes).toEqual([{ seq: null, snippet: `#${number} 朱鹮`, highlights: [{ start: 0, end: number.length + 1 }], ticket: { id, subject: '朱鹮' } }]);
    expect([pageInfo.hasNextPage, await idsOf(number), await idsOf(number, everywhere, { after: pageInfo.endCursor })]).toEqual([true, [id, speaking], [speaking]]);
    expect(await idsOf(number, everywhere, { first: undefined, last: 1 })).toEqual([speaking]);
    expect(await idsOf(number, everywhere, { first: undefined, last: 5 })).toEqual([id, speaking]);
    for (const filter of [{ priorities: ['P1'] }, { ids: [speaking] }]) expect(await idsOf(number, everywhere, { filter })).toEqual([speaking]);
    expect(await idsOf(number, agentIdentity({ teamIds: [newId('tem')] }))).toEqual([]);
  });

  it('finds the present words alone after a change', async () => {
    const id = await create('白鹤亮翅', '青龙摆尾');
    await run(UPDATE, { input: { ticketId: id, subject: '黑虎掏心' } }, everywhere);
    expect([await idsOf('白鹤'), await idsOf('黑虎'), await idsOf('青龙')]).toEqual([[], [id], [id]]);
  });

  it('gives each ticket once, newest words first, page by page, within the filter of lists', async () => {
    const ids = [await create('金丝猴一'), await create('金丝猴二', null, { priority: 'P1' }), await create('金丝猴三')];
    await comment(ids[0]!, '金丝猴又来了');
    await ticketIndex.sortIn(await world.database('tickets'), 10_000);
    const first = await search('金丝猴', everywhere, { first: 2 });
    expect(first.nodes.map((node: { ticket: { id: string } }) => node.ticket.id)).toEqual([ids[0], ids[2]]);
    expect(await idsOf('金丝猴', everywhere, { after: first.pageInfo.endCursor })).toEqual([ids[1]]);
    expect(await idsOf('金丝猴', everywhere, { filter: { priorities: ['P1'] } })).toEqual([ids[1]]);
  });

  it('finds what each role may open, and nothing else', async () => {
    const owner = agentIdentity({ teamIds: [newId('tem')] });
    const id = await create('梅花鹿', null, { agentId: owner.id });
    const cases: [string, Identity, boolean][] = [
      ['its agent', owner, true], ['an agent of another team', agentIdentity({ teamIds: [newId('tem')] }), false],
      ...(['supervisor', 'admin', 'auditor'] as const).map((role): [string, Identity, boolean] => [role, agentIdentity({ role }), true]),
    ];
    for (const [who, viewer, finds] of cases) expect(await idsOf('梅花鹿', viewer), who).toEqual(finds ? [id] : []);
    for (const viewer of [customerIdentity(), ...['editor', 'trainer', 'analyst'].map((role) => agentIdentity({ role } as never))]) {
      expect((await run(SEARCH, { text: '梅花鹿', first: 1 }, viewer)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect((await run(SEARCH, { text: '梅花鹿', first: 1 }, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it.each(['梅', ' ', 'x'])('refuses %j with BAD_USER_INPUT', async (text) => expect((await run(SEARCH, { text, first: 1 }, everywhere)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT'));

  it('has no tokens of who was erased', async () => {
    const [customerId, db] = [newId('cus'), await world.database('tickets')];
    const [gone, kept] = [await create('穿山甲', null, { customerId }), await create('穿山甲')];
    await db.transaction((tx) => createVault({ keyring: world.deps.keyring, db }).destroy(tx, customerId));
    await runJobs();
    expect(await db.query('SELECT seq FROM ticket_words WHERE owner_id = ?', [idToBinary(gone)])).toEqual([]);
    expect(await idsOf('穿山甲')).toEqual([kept]);
  });

  it('finds tickets and comments of before after the job', async () => {
    const id = await create('扬子鳄');
    await comment(id, '中华鲟');
    await (await world.database('tickets')).transaction((tx) => ticketIndex.drop(tx, idToBinary(id)));
    expect([await idsOf('扬子鳄'), await idsOf('中华鲟')]).toEqual([[], []]);
    await beforeIndex(await world.database('tickets'), 'ticket_words');
    await runJobs();
    expect([await idsOf('扬子鳄'), await idsOf('中华鲟')]).toEqual([[id], [id]]);
  });
});
