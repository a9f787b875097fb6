import { agentIdentity, beforeIndex } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { idToBinary } from '@careline/kit/db';
import { HOUR } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTE, openDesk, SEND, sending, type Desk } from './desk.fixtures.ts';
import { messageIndex } from './message-words.ts';
import { searchConversations } from './search-conversations.ts';

const SEARCH = `query($text: String!, $filter: ConversationFilter, $first: Int, $after: String, $last: Int, $before: String) {
  searchConversations(text: $text, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { seq snippet highlights { start end } conversation { id } } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;
const UPDATE = 'mutation($input: UpdateConversationInput!) { updateConversation(input: $input) { userErrors { code } } }';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const search = async (text: string, viewer: Identity = desk.agent, more: object = {}) =>
  (await desk.ask(SEARCH, { text, first: 20, ...more }, viewer)).searchConversations;
const idsOf = async (text: string, viewer: Identity = desk.agent, more: object = {}) =>
  ((await search(text, viewer, more)).nodes as { conversation: { id: string } }[]).map((node) => node.conversation.id);
const say = (id: string, text: string, viewer: Identity) => desk.ask(SEND, sending(id, text, { lastSeenSeq: 99 }), viewer);
const codeOf = async (text: string, viewer: Identity | null = desk.agent) => (await desk.office.run(SEARCH, { text, first: 5 }, viewer)).errors?.[0]?.extensions?.code;
// No test finds what another wrote.
let used = 0;
const word = () => `词${String.fromCodePoint(0x4e00 + (used += 7) * 3, 0x5000 + used * 5)}语`;

/** Every job once, whenever it ran before. */
async function runJobs(): Promise<void> {
  desk.office.world.clock.advance(HOUR);
  await desk.office.world.runJobs();
}

describe('searchConversations', () => {
  it('finds a part of a message, shows it marked, and says where it stands', async () => {
    const key = word();
    const { id, visitor } = await desk.begin(`你好，上周${key}申请退款失败`);
    await say(id, `Your ＲＥＦＵＮＤ for ${key} is on its way`, visitor);
    const { nodes } = await search(`refund ${key}`);
    expect(nodes).toMatchObject([{ conversation: { id }, snippet: `Your ＲＥＦＵＮＤ for ${key} is on its way` }]);
    expect(nodes[0].highlights.map(({ start, end }: { start: number; end: number }) => nodes[0].snippet.slice(start, end))).toEqual(['ＲＥＦＵＮＤ', key]);
    const older = await search(`上周${key}`);
    expect(older.nodes[0].seq).toBeLessThan(nodes[0].seq);
    expect((await desk.seen(id, desk.agent)).messages.nodes.find((one: { seq: number }) => one.seq === nodes[0].seq).text).toContain('ＲＥＦＵＮＤ');
  });

  it('needs all words in one text, in any order', async () => {
    const [one, other] = [word(), word()];
    const both = await desk.begin(`${other}，再说${one}`);
    const apart = await desk.begin(one);
    await say(apart.id, other, apart.visitor);
    expect(await idsOf(`${one} ${other}`)).toEqual([both.id]);
    expect(new Set(await idsOf(one))).toEqual(new Set([both.id, apart.id]));
  });

  it('shows no text that has the pieces of a word and not the word', async () => {
    const { id } = await desk.begin('甲乙 乙丙 xabc bcde');
    expect(await idsOf('甲乙丙')).toEqual([]);
    expect(await idsOf('xabcde')).toEqual([]);
    expect(await idsOf('甲乙')).toEqual([id]);
  });

  it('gives each conversation once, at its newest hit, page by page in both directions', async () => {
    const key = word();
    const begun: Awaited<ReturnType<Desk['begin']>>[] = [];
    for (let count = 0; count < 5; count += 1) begun.push(await desk.begin(`${key} ${count}`));
    await say(begun[0]!.id, `${key} again`, begun[0]!.visitor);
    await messageIndex.sortIn(desk.machine.db, 10_000);
    await say(begun[2]!.id, `${key} again`, begun[2]!.visitor);
    const expected = [2, 0, 4, 3, 1].map((at) => begun[at]!.id);
    expect(await idsOf(key)).toEqual(expected);
    const [forward, backward] = [[] as string[], [] as string[]];
    for (let after: string | null = null, isMore = true; isMore;) {
      const { nodes, pageInfo } = await search(key, desk.agent, { first: 2, after });
      forward.push(...nodes.map((node: { conversation: { id: string } }) => node.conversation.id));
      [after, isMore] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    for (let before: string | null = null, isMore = true; isMore;) {
      const { nodes, pageInfo } = await search(key, desk.agent, { first: null, last: 2, before });
      backward.unshift(...nodes.map((node: { conversation: { id: string } }) => node.conversation.id));
      [before, isMore] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
    }
    expect([forward, backward]).toEqual([expected, expected]);
  });

  it('obeys the filter of lists', async () => {
    const key = word();
    const [tagged, plain] = [await desk.begin(key), await desk.begin(key, null)];
    await desk.ask(UPDATE, { input: { conversationId: tagged.id, tags: ['退款'] } }, desk.agent);
    const filters: [object, string[]][] = [
      [{ tags: ['退款'] }, [tagged.id]], [{ states: ['QUEUED'] }, [plain.id]], [{ agentIds: [desk.agent.id] }, [tagged.id]], [{ customerId: plain.visitor.id }, [plain.id]],
      [{ states: ['CLOSED'] }, []], [{ startedBefore: '2001-01-01T00:00:00.000Z' }, []],
    ];
    for (const [filter, expected] of filters) expect(await idsOf(key, desk.agent, { filter }), JSON.stringify(filter)).toEqual(expected);
  });

  it('finds a subject by its present words alone', async () => {
    const [old, fresh] = [word(), word()];
    const { id } = await desk.begin('没有关系的话');
    for (const subject of [old, fresh]) await desk.ask(UPDATE, { input: { conversationId: id, subject } }, desk.agent);
    expect(await idsOf(old)).toEqual([]);
    expect((await search(fresh)).nodes).toMatchObject([{ seq: null, snippet: fresh, conversation: { id } }]);
    const left = await desk.machine.db.query('SELECT seq FROM message_words WHERE owner_id = ? AND seq = 0', [idToBinary(id)]);
    expect(left).toHaveLength(1);
  });

  it.each([['退'], ['  '], ['a'], ['！？'], ['长'.repeat(201)]])('refuses %j with BAD_USER_INPUT', async (text) => expect(await codeOf(text)).toBe('BAD_USER_INPUT'));
});

describe('permission of searchConversations', () => {
  it('is that of opening the conversation: whom a conversation is hidden from does not find it', async () => {
    const key = word();
    const { id, visitor } = await desk.begin(key);
    const other = await desk.begin('别的');
    const { queueIds } = desk.agent;
    const asRole = (role: string) => agentIdentity({ role, queueIds } as never);
    const finders: [string, Identity, boolean][] = [
      ['its agent', desk.agent, true], ['a colleague', desk.colleague, true], ['an agent of another team', desk.stranger, false], ['its customer', visitor, true],
      ['another customer', other.visitor, false], ['a supervisor', asRole('supervisor'), true], ['an administrator', desk.office.admin, true], ['an auditor', asRole('auditor'), true],
    ];
    for (const [who, viewer, finds] of finders) expect(await idsOf(key, viewer), who).toEqual(finds ? [id] : []);
    for (const role of ['editor', 'trainer', 'analyst']) expect(await codeOf(key, asRole(role)), role).toBe('FORBIDDEN');
    expect(await codeOf(key, null)).toBe('UNAUTHENTICATED');
  });

  it('finds notes for those who read them, and never for the customer', async () => {
    const key = word();
    const { id, visitor } = await desk.begin('你好');
    await desk.ask(NOTE, sending(id, `备注 ${key}`), desk.agent);
    expect((await search(key, desk.colleague)).nodes).toMatchObject([{ conversation: { id }, snippet: `备注 ${key}` }]);
    expect(await idsOf(key, visitor)).toEqual([]);
    const blind = { ...desk.colleague, grants: { ...desk.colleague.grants } };
    delete (blind.grants as Record<string, unknown>)['conversation:inspect'];
    expect(await idsOf(key, blind)).toEqual([]);
  });

  it('does not find the words of who was erased, and soon has none of their tokens', async () => {
    const [key, other] = [word(), word()];
    const { id, visitor } = await desk.begin(key);
    await desk.begin(other);
    expect(await idsOf(key)).toEqual([id]);
    const { db, vault } = desk.machine;
    await db.transaction((tx) => vault.destroy(tx, visitor.id));
    // The other process may keep a key for minutes; this one knows already.
    expect((await searchConversations(desk.machine.contextOf(desk.agent), { text: key, first: 5 })).nodes).toEqual([]);
    await messageIndex.sortIn(db, 10_000);
    await runJobs();
    expect(await db.query('SELECT seq FROM message_words WHERE owner_id = ?', [idToBinary(id)])).toEqual([]);
    expect(await idsOf(other)).toHaveLength(1);
  });
});

describe('texts of before', () => {
  it('become findable by a job that can be stopped and goes on where it was', async () => {
    const [key, db] = [word(), desk.machine.db];
    const begun = [await desk.begin(`${key} 一`), await desk.begin(`${key} 二`)];
    await desk.ask(UPDATE, { input: { conversationId: begun[0]!.id, subject: `标题 ${key}` } }, desk.agent);
    const ids = begun.map((one) => idToBinary(one.id));
    for (const id of ids) await db.transaction((tx) => messageIndex.drop(tx, id));
    await runJobs();
    expect(await idsOf(key)).toEqual([]);
    await beforeIndex(db, 'message_words');
    await runJobs();
    expect((await idsOf(key)).toSorted()).toEqual(begun.map((one) => one.id).toSorted());
    const [progress] = await db.query<{ next_place: number }>("SELECT next_place FROM word_backfills WHERE name = 'message_words'");
    await runJobs();
    expect(await db.query("SELECT next_place FROM word_backfills WHERE name = 'message_words'")).toEqual([progress]);
    expect(await db.query('SELECT seq FROM message_words WHERE owner_id = ? AND seq = 0', [ids[0]])).toHaveLength(1);
  });
});
