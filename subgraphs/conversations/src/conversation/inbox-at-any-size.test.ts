import type { Identity } from '@careline/kit/auth';
import { binaryToId } from '@careline/kit/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromJson } from './conversation.sql.ts';
import { selectConversations } from './conversation.store.ts';
import { NOTE, openDesk, READ, sending, type Desk } from './desk.fixtures.ts';
import { foldTallies, recountTallies } from './fold-tallies.ts';
import { mendTallies } from './tally.store.ts';
import { viewsOf, viewId, BUILT_IN_VIEWS } from './view.rules.ts';
import type { ConversationRow } from './conversation.types.ts';

const STEPS = 160;
const TAGS = ['refund', 'Refund', '退款', 'login'];
const PAGE = `query($viewId: ID, $filter: ConversationFilter, $orderBy: ConversationOrder, $first: Int!, $after: String) {
  conversations(viewId: $viewId, filter: $filter, orderBy: $orderBy, first: $first, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`;
const SEND = 'mutation($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }';
const run = (verb: string) => `mutation($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { userErrors { code } } }`;

let desk: Desk;
let queueIds: string[];
let people: Identity[];
let teamMateIds: Set<string>;
const talks: { id: string; visitor: Identity }[] = [];

/** The same walk in every run: a failure can be looked at again. */
let state = 20261123;
const draw = (below: number) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = <T>(list: readonly T[]): T => list[draw(list.length)]!;
const some = <T>(list: readonly T[]) => list.filter(() => draw(3) === 0);

/** One thing that somebody does; what is refused changes nothing and belongs to the walk too. */
async function step(): Promise<void> {
  if (talks.length < 6 || draw(8) === 0) {
    talks.push(await desk.begin(pick(['', 'the payment failed']) || undefined, pick([null, null, desk.agent, desk.colleague])));
    return;
  }
  const { id, visitor } = pick(talks);
  const agent = pick([desk.agent, desk.colleague, desk.office.admin]);
  const acts: (() => Promise<unknown>)[] = [
    () => desk.ask(SEND, sending(id, 'and now?'), visitor),
    () => desk.ask(SEND, sending(id, 'soon', { lastSeenSeq: 0, confirm: true }), agent),
    () => desk.ask(NOTE, sending(id, 'look here', { mentionIds: some([desk.agent.id, desk.colleague.id]) }), agent),
    async () => desk.ask(READ, { id, seq: draw((await desk.lastSeq(id)) + 1) }, agent),
    () => desk.ask(run('updateConversation'), { input: { conversationId: id, tags: some(TAGS) } }, agent),
    () => desk.ask(run('updateConversation'), { input: { conversationId: id, priority: pick(['P0', 'P1', 'P2']) } }, desk.office.admin),
    () => desk.ask(run('assignConversation'), { input: { conversationId: id, agentId: pick(people).id } }, desk.office.admin),
    () => desk.ask(run('transferConversation'), { input: { conversationId: id, queueId: pick(queueIds), note: 'yours' } }, desk.office.admin),
    () => desk.ask(run('closeConversation'), { input: { conversationId: id, lastSeenSeq: 0, confirm: true } }, agent),
    () => desk.ask(run('reopenConversation'), { input: { conversationId: id } }, agent),
  ];
  await pick(acts)().catch((error: Error) => {
    if (!/NOT_FOUND|FORBIDDEN/.test(error.message)) throw error;
  });
}

beforeAll(async () => {
  desk = await openDesk();
  const { office } = desk;
  const { teamIds } = office.admin;
  const made = await desk.ask('mutation($input: SaveQueueInput!) { saveQueue(input: $input) { queue { id } } }', { input: { name: 'Second', key: 'second', teamIds, strategy: ['LEAST_LOAD'], acceptSeconds: 0 } }, office.admin);
  queueIds = [...office.admin.queueIds, made.saveQueue.queue.id];
  people = [desk.agent, desk.colleague];
  teamMateIds = new Set([...people, office.admin].map((one) => one.id));
  for (let place = 0; place < STEPS; place++) {
    await step();
    desk.office.world.clock.advance(draw(3) * 1_000);
    if (draw(10) === 0) await foldTallies(desk.machine);
  }
}, 120_000);
afterAll(() => desk.close());

/** Everything as the tables of conversations, messages and marks say, with no help of what is kept for lists. */
async function lookAtAll() {
  const { db } = desk.machine;
  const keys = await db.query<{ id: Buffer }>('SELECT id FROM conversations');
  const rows = [...(await selectConversations(db, keys.map(({ id }) => binaryToId('cnv', id)))).values()];
  const marks = await db.query<{ conversation_id: Buffer; actor_id: string; seq: number }>('SELECT conversation_id, actor_id, seq FROM read_marks');
  const markOf = new Map(marks.map((mark) => [`${binaryToId('cnv', mark.conversation_id)} ${mark.actor_id}`, mark.seq]));
  const notes = await db.query<{ conversation_id: Buffer; seq: number; mention_ids: unknown }>('SELECT conversation_id, seq, mention_ids FROM messages WHERE mention_ids IS NOT NULL');
  const isRead = (id: string, agentId: string, seq: number) => (markOf.get(`${id} ${agentId}`) ?? 0) >= seq;
  const mentioned = (id: string) => new Set(notes.filter((note) => binaryToId('cnv', note.conversation_id) === id)
    .flatMap((note) => fromJson<string[]>(note.mention_ids).filter((agentId) => !isRead(id, agentId, note.seq))));
  return { rows, mentioned, isUnread: (row: ConversationRow, agentId: string) => !isRead(row.id, agentId, row.lastTextSeq) };
}

const reaches = (viewer: Identity, row: ConversationRow) => viewer === desk.office.admin || row.agentId === viewer.id || viewer.queueIds.includes(row.queueId!);
const newestFirst = (one: ConversationRow, other: ConversationRow) => other.lastMessageAt - one.lastMessageAt || (one.id < other.id ? 1 : -1);
const oldestFirst = (one: ConversationRow, other: ConversationRow) => one.startedAt - other.startedAt || (one.id < other.id ? -1 : 1);

/** All pages of a list, three rows at a time. */
async function listAll(variables: object, viewer: Identity) {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const { conversations } = await desk.ask(PAGE, { ...variables, first: 3, after }, viewer);
    ids.push(...conversations.nodes.map((node: { id: string }) => node.id));
    if (!conversations.pageInfo.hasNextPage) return { ids, totalCount: conversations.totalCount as number };
    after = conversations.pageInfo.endCursor;
  }
}

describe('what is kept for lists', () => {
  it('counts in every view what counting anew finds, before and after folding', async () => {
    for (let folded = 0; folded < 2; folded++) {
      const { rows, mentioned, isUnread } = await lookAtAll();
      for (const viewer of [...people, desk.office.admin]) {
        const owner = { agentId: viewer.id, queueIds: viewer.queueIds, teamMateIds };
        const { conversationViews } = await desk.ask('{ conversationViews { builtIn count unreadCount } }', {}, viewer);
        for (const view of BUILT_IN_VIEWS) {
          const held = rows.filter((row) => reaches(viewer, row) && viewsOf(row, owner, mentioned(row.id)).includes(view));
          const expected = { builtIn: view, count: held.length, unreadCount: held.filter((row) => isUnread(row, viewer.id)).length };
          expect(conversationViews, `${view} of ${viewer.name}`).toContainEqual(expected);
        }
      }
      await foldTallies(desk.machine);
    }
  });

  it.each<[string, object, (row: ConversationRow) => boolean]>([
    ['everything', {}, () => true],
    ['what is open and urgent', { states: ['QUEUED', 'ACTIVE'], priorities: ['P0', 'P1'] }, (row) => row.state !== 'CLOSED' && row.priority !== 'P2'],
    ['a tag', { tags: ['refund'] }, (row) => row.tags.includes('refund')],
    ['either of two tags', { tags: ['退款', 'login'] }, (row) => row.tags.includes('退款') || row.tags.includes('login')],
    ['what began since', { startedAfter: '2020-01-01T00:00:00.000Z', states: ['ACTIVE'] }, (row) => row.state === 'ACTIVE'],
  ])('counts in a saved view of %s what counting anew finds', async (name, filter, fits) => {
    const { rows, isUnread } = await lookAtAll();
    const SAVE = 'mutation($input: SaveConversationViewInput!) { saveConversationView(input: $input) { view { id count unreadCount } userErrors { code } } }';
    for (const viewer of [...people, desk.office.admin]) {
      const held = rows.filter((row) => reaches(viewer, row) && fits(row));
      const unread = held.filter((row) => row.state !== 'CLOSED' && isUnread(row, viewer.id));
      const { view } = (await desk.ask(SAVE, { input: { name, filter, sharing: 'ME' } }, viewer)).saveConversationView;
      expect(view, `for ${viewer.name}`).toMatchObject({ count: held.length, unreadCount: unread.length });
      const ofUnread = { name: `${name}, unread`, filter: { ...filter, states: ['BOT', 'QUEUED', 'ACTIVE'], isUnread: true }, sharing: 'ME' };
      const found = unread.filter((row) => !('states' in filter) || (filter.states as string[]).includes(row.state)).length;
      if ('states' in filter) ofUnread.filter.states = filter.states as string[];
      expect((await desk.ask(SAVE, { input: ofUnread }, viewer)).saveConversationView.view).toMatchObject({ count: found, unreadCount: found });
    }
  });

  it('needs no mending after all that, and mends what was written by hand', async () => {
    expect(await mendTallies(desk.machine.db)).toBe(0);
    await desk.machine.db.execute("UPDATE conversation_tallies SET total = total + 1 WHERE tag = '' AND total > 0 LIMIT 1");
    expect(await mendTallies(desk.machine.db)).toBe(1);
    const emptied = () => desk.machine.db.query('SELECT tag FROM conversation_tallies WHERE total = 0 AND spoken = 0');
    expect(await emptied()).not.toEqual([]);
    await recountTallies(desk.machine);
    await foldTallies(desk.machine);
    expect([await mendTallies(desk.machine.db), await emptied()]).toEqual([0, []]);
    await desk.machine.db.execute("UPDATE conversation_tallies SET total = total + 1 WHERE tag = '' AND total > 0 LIMIT 1");
    await recountTallies(desk.machine);
    expect(await mendTallies(desk.machine.db), 'a second count on the same day does nothing').toBe(1);
    await foldTallies(desk.machine);
  });

  it.each<[string, object, (row: ConversationRow) => boolean]>([
    ['everything', {}, () => true],
    ['closed', { states: ['CLOSED'] }, (row) => row.state === 'CLOSED'],
    ['waiting or closed', { states: ['QUEUED', 'CLOSED'] }, (row) => row.state === 'QUEUED' || row.state === 'CLOSED'],
    ['without an owner', { isUnassigned: true }, (row) => row.state === 'QUEUED'],
    ['urgent', { priorities: ['P0', 'P1'] }, (row) => row.priority !== 'P2'],
    ['urgent and closed', { priorities: ['P0', 'P1'], states: ['CLOSED'] }, (row) => row.priority !== 'P2' && row.state === 'CLOSED'],
    ['a tag', { tags: ['refund'] }, (row) => row.tags.includes('refund')],
    ['either of two tags', { tags: ['退款', 'login'] }, (row) => row.tags.includes('退款') || row.tags.includes('login')],
    ['a tag that waits', { tags: ['Refund'], states: ['QUEUED'] }, (row) => row.tags.includes('Refund') && row.state === 'QUEUED'],
    ['a tag nobody gave', { tags: ['refun'] }, () => false],
    ['an empty tag', { tags: [' '] }, () => false],
    ['one tag given twice', { tags: ['login', ' login'] }, (row) => row.tags.includes('login')],
  ])('lists and counts %s, page by page and complete', async (_name, filter, fits) => {
    const { rows } = await lookAtAll();
    for (const [orderBy, order] of [[null, newestFirst], [{ field: 'STARTED', direction: 'ASC' }, oldestFirst]] as const) {
      const expected = rows.filter(fits).sort(order).map((row) => row.id);
      expect(await listAll({ filter, orderBy }, desk.office.admin)).toEqual({ ids: expected, totalCount: expected.length });
      const reached = rows.filter((row) => fits(row) && reaches(desk.agent, row)).sort(order).map((row) => row.id);
      expect(await listAll({ filter, orderBy }, desk.agent)).toEqual({ ids: reached, totalCount: reached.length });
    }
  });

  it('lists owners, queues, customers and what is unread like the rows themselves', async () => {
    const { rows, isUnread } = await lookAtAll();
    const { visitor } = talks[0]!;
    const cases: [object, (row: ConversationRow) => boolean][] = [
      [{ agentIds: people.map((one) => one.id) }, (row) => people.some((one) => one.id === row.agentId)],
      [{ agentIds: [desk.agent.id], states: ['ACTIVE'] }, (row) => row.agentId === desk.agent.id && row.state === 'ACTIVE'],
      [{ queueIds }, (row) => queueIds.includes(row.queueId!)],
      [{ customerId: visitor.id }, (row) => row.customerId === visitor.id],
      [{ isUnread: true, states: ['ACTIVE', 'QUEUED'] }, (row) => row.state !== 'CLOSED' && isUnread(row, desk.office.admin.id)],
      [{ isUnread: true, isUnassigned: true }, (row) => ['BOT', 'QUEUED'].includes(row.state) && isUnread(row, desk.office.admin.id)],
      [{ isUnread: true, states: ['ACTIVE'], tags: ['退款'] }, (row) => row.state === 'ACTIVE' && row.tags.includes('退款') && isUnread(row, desk.office.admin.id)],
      [{ isUnread: true, states: ['CLOSED'] }, (row) => row.state === 'CLOSED' && isUnread(row, desk.office.admin.id)],
      [{ isUnread: true }, (row) => isUnread(row, desk.office.admin.id)],
    ];
    for (const [filter, fits] of cases) {
      const expected = rows.filter(fits).sort(newestFirst).map((row) => row.id);
      expect(await listAll({ filter }, desk.office.admin), JSON.stringify(filter)).toEqual({ ids: expected, totalCount: expected.length });
    }
  });

  it('lists each view in its own order', async () => {
    const { rows, mentioned } = await lookAtAll();
    const owner = { agentId: desk.agent.id, queueIds: desk.agent.queueIds, teamMateIds };
    for (const view of BUILT_IN_VIEWS) {
      const held = rows.filter((row) => reaches(desk.agent, row) && viewsOf(row, owner, mentioned(row.id)).includes(view)).sort(view === 'UNASSIGNED' ? oldestFirst : newestFirst);
      expect((await listAll({ viewId: viewId(view) }, desk.agent)).ids, view).toEqual(held.map((row) => row.id));
    }
  });
});
