import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import type { Db } from '@careline/kit/db';
import { execute, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';
import { openMachine, type Machine } from '../routing/routing.fixtures.ts';
import { signRatingToken } from './rating-token.ts';

let office: Office;
let machine: Machine;
let agent: Identity;
let colleague: Identity;
let stranger: Identity;

beforeAll(async () => {
  office = await openOffice();
  machine = await openMachine(office.world.deps);
  const teamIds = office.admin.teamIds;
  [agent, colleague, stranger] = [(await office.hire({ name: '李雷', teamIds })).identity, (await office.hire({ name: '韩梅', teamIds })).identity, (await office.hire()).identity];
});
afterAll(async () => {
  await machine.close();
  await office.world.close();
});

async function ask(document: string, variables: Record<string, unknown>, viewer: Identity | null): Promise<any> {
  const { data, errors } = await office.run(document, variables, viewer);
  if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)}: ${error.message}`).join('; '));
  return data;
}

const START = `mutation($input: StartConversationInput!) { startConversation(input: $input) {
  isExisting conversation { id state subject lastSeq version agentName queue { id } tags } userErrors { code field } } }`;
const SEND = `mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  message { id seq clientMessageId text authorName author { kind agent { id } customer { id } } delivery previous: replyToSeq } conflict { lastSeenSeq lastSeq messages { seq text } } userErrors { code field } } }`;
const NOTE = `mutation($input: AddNoteInput!) { addNote(input: $input) { message { id seq visibility mentions { id } } userErrors { code field } } }`;
const DRAFT = `mutation($input: SaveDraftInput!) { saveDraft(input: $input) { draft { text visibility savedAt } userErrors { code } } }`;
const READ = `mutation($id: ID!, $seq: Int!) { markRead(input: { conversationId: $id, seq: $seq }) { conversation { unreadCount } userErrors { code } } }`;
const SEEN = `query($id: ID!, $afterSeq: Int) { conversation(id: $id) { lastSeq unreadCount lastMessage { seq text } draft { text } tags agent { id } queue { id }
  readMarks { seq actor { kind } } followers { id } messages(first: 100, afterSeq: $afterSeq) { nodes { id seq kind visibility text event facts } pageInfo { hasNextPage endCursor } } } }`;
const LIST = `query($viewId: ID, $filter: ConversationFilter) { conversations(viewId: $viewId, filter: $filter, first: 100) { totalCount nodes { id } } }`;

const sending = (conversationId: string, text: string, more: Record<string, unknown> = {}) => ({ input: { conversationId, clientMessageId: randomUUID(), text, ...more } });
const seen = async (id: string, viewer: Identity, afterSeq: number | null = null) => (await ask(SEEN, { id, afterSeq }, viewer)).conversation;
const lastSeq = async (id: string) => (await seen(id, office.admin)).lastSeq as number;

/** A visitor with a conversation that begins with this text, and its owner if one is named. */
async function begin(text = '你好，付款失败', owner: Identity | null = agent) {
  const visitor = (await office.visit()).identity;
  const { startConversation } = await ask(START, { input: { firstMessage: { clientMessageId: randomUUID(), text }, form: {}, idempotencyKey: randomUUID() } }, visitor);
  expect(startConversation.userErrors).toEqual([]);
  const { id } = startConversation.conversation as { id: string };
  if (owner) {
    const { assignConversation } = await ask(`mutation($id: ID!) { assignConversation(input: { conversationId: $id }) { conversation { agent { id } } userErrors { code } } }`, { id }, owner);
    expect(assignConversation).toEqual({ conversation: { agent: { id: owner.id } }, userErrors: [] });
  }
  return { id, visitor, started: startConversation.conversation };
}

describe('startConversation', () => {
  it('begins with the first words as subject, waits in a queue, and hides queue and tags from the visitor', async () => {
    const { started } = await begin('你好，\n付款失败', null);
    expect(started).toMatchObject({ state: 'QUEUED', subject: '你好， 付款失败', agentName: null, queue: null, tags: [] });
  });

  it('gives the open one back, and the same key the first result', async () => {
    const { id, visitor } = await begin();
    const again = (await ask(START, { input: { form: {}, firstMessage: { clientMessageId: 'second', text: '还在吗' }, idempotencyKey: randomUUID() } }, visitor)).startConversation;
    expect(again).toMatchObject({ isExisting: true, conversation: { id } });
    expect((await seen(id, visitor)).lastMessage.text).toBe('还在吗');
  });

  it('makes one conversation of two devices that begin at the same moment', async () => {
    const visitor = (await office.visit()).identity;
    const start = () => ask(START, { input: { form: {}, idempotencyKey: randomUUID() } }, visitor);
    const both = await Promise.all([start(), start(), start()]);
    expect(new Set(both.map((answer) => answer.startConversation.conversation.id)).size).toBe(1);
  });

  it('names the form field that is wrong', async () => {
    const visitor = (await office.visit()).identity;
    const { startConversation } = await ask(START, { input: { form: { topic: 'nonsense' }, idempotencyKey: randomUUID() } }, visitor);
    expect(startConversation).toMatchObject({ conversation: null, userErrors: [{ code: 'INVALID', field: ['form', 'topic'] }] });
  });
});

describe('sendMessage', () => {
  it('asks agents for what they saw last, and shows what they missed', async () => {
    const { id, visitor } = await begin();
    const mark = await lastSeq(id);
    expect((await ask(SEND, sending(id, 'hi'), agent)).sendMessage.userErrors).toMatchObject([{ code: 'REQUIRED', field: ['lastSeenSeq'] }]);
    await ask(SEND, sending(id, '等一下'), visitor);
    const refused = (await ask(SEND, sending(id, '好的', { lastSeenSeq: mark }), agent)).sendMessage;
    expect(refused).toMatchObject({ message: null, conflict: { lastSeenSeq: mark, lastSeq: mark + 1, messages: [{ seq: mark + 1, text: '等一下' }] }, userErrors: [{ code: 'CONFLICT_NEW_MESSAGES' }] });
    const confirmed = (await ask(SEND, sending(id, '好的', { lastSeenSeq: mark, confirm: true }), agent)).sendMessage;
    expect(confirmed).toMatchObject({ message: { seq: mark + 2, text: '好的', authorName: '李雷', author: { kind: 'AGENT', agent: { id: agent.id } }, delivery: 'SENT' }, userErrors: [] });
  });

  it.each([
    ['nothing written', '', {}, 'REQUIRED'], ['10,001 characters', '好'.repeat(10_001), {}, 'TOO_LONG'],
    ['eleven files', 'x', { attachmentIds: Array.from({ length: 11 }, (_, n) => `att_${n}`) }, 'TOO_MANY'],
    ['an id with spaces', 'x', { clientMessageId: 'a b' }, 'INVALID'], ['an answer to no message', 'x', { replyToSeq: 99 }, 'INVALID'],
  ])('refuses %s', async (_name, text, more, code) => {
    const { id, visitor } = await begin();
    expect((await ask(SEND, sending(id, text, more), visitor)).sendMessage.userErrors).toMatchObject([{ code }]);
  });

  it('takes 10,000 characters, emoji counted once', async () => {
    const { id, visitor } = await begin();
    const text = '👍'.repeat(10_000);
    expect((await ask(SEND, sending(id, text), visitor)).sendMessage.message.text).toBe(text);
  });

  it('keeps nothing readable in the tables', async () => {
    const secret = `密语${randomUUID()}`;
    const { id, visitor } = await begin(secret);
    await ask(NOTE, sending(id, secret), agent);
    await ask(DRAFT, { input: { conversationId: id, text: secret, visibility: 'PUBLIC', typedAt: new Date(office.world.clock.now()).toISOString() } }, agent);
    await ask(SEND, sending(id, secret), visitor);
    const db = await office.world.database('conversations');
    for (const table of ['conversations', 'messages', 'drafts', 'outbox', 'inbox_events', 'inbox_changes', 'idempotency_keys']) {
      const rows = await db.query(`SELECT * FROM ${table}`);
      const bytes = rows.flatMap((row) => Object.values(row as object)).map((cell) => (Buffer.isBuffer(cell) ? cell : Buffer.from(JSON.stringify(cell) ?? '')));
      expect(bytes.filter((cell) => cell.includes(secret)), table).toEqual([]);
    }
  });
});

describe('notes', () => {
  it('never reach the customer: not in messages, numbers, marks, node or lists', async () => {
    const { id, visitor } = await begin();
    const before = await seen(id, visitor);
    const { addNote } = await ask(NOTE, { input: { ...sending(id, '客户是VIP').input, mentionIds: [colleague.id] } }, agent);
    expect(addNote).toMatchObject({ message: { visibility: 'INTERNAL', mentions: [{ id: colleague.id }] }, userErrors: [] });
    await ask(READ, { id, seq: addNote.message.seq }, agent);
    const after = await seen(id, visitor);
    expect(after).toEqual({ ...before, readMarks: expect.anything() });
    expect(after.readMarks.every((mark: { seq: number }) => mark.seq <= before.lastSeq)).toBe(true);
    expect((await seen(id, agent)).lastSeq).toBe(addNote.message.seq);
    expect((await ask('query($id: ID!) { node(id: $id) { id } }', { id: addNote.message.id }, visitor)).node).toBeNull();
    expect((await ask('query($id: ID!) { node(id: $id) { id } }', { id: addNote.message.id }, agent)).node).toEqual({ id: addNote.message.id });
  });

  it('may not be written by customers', async () => {
    const { id, visitor } = await begin();
    const { errors } = await office.run(NOTE, sending(id, 'x'), visitor);
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});

describe('drafts', () => {
  const save = async (id: string, text: string, atMs: number, viewer = agent) =>
    (await ask(DRAFT, { input: { conversationId: id, text, visibility: 'PUBLIC', typedAt: new Date(office.world.clock.now() + atMs).toISOString() } }, viewer)).saveDraft.draft?.text ?? null;

  it('keep the text typed last, whichever arrives last', async () => {
    const { id } = await begin();
    expect(await save(id, 'second', -1_000)).toBe('second');
    expect(await save(id, 'first', -2_000)).toBe('second');
    expect(await save(id, 'third', -1_000)).toBe('third');
    expect(await save(id, '', -500)).toBeNull();
    expect(await save(id, 'late', -900)).toBeNull();
  });

  it('belong to their author alone', async () => {
    const { id } = await begin();
    await save(id, 'mine', 0);
    expect([(await seen(id, agent)).draft, (await seen(id, colleague)).draft]).toEqual([{ text: 'mine' }, null]);
  });

  it('go with the message that was sent, unless kept', async () => {
    const { id } = await begin();
    await save(id, 'text', 0);
    const mark = await lastSeq(id);
    await ask(SEND, sending(id, 'other', { lastSeenSeq: mark, isDraftKept: true }), agent);
    expect((await seen(id, agent)).draft).toEqual({ text: 'text' });
    await ask(SEND, sending(id, 'text', { lastSeenSeq: mark + 1 }), agent);
    expect((await seen(id, agent)).draft).toBeNull();
  });

  it('of a device whose clock runs ahead do not lock out the next one', async () => {
    const { id } = await begin();
    await save(id, 'from tomorrow', 86_400_000);
    office.world.clock.advance(1);
    expect(await save(id, 'from now', 0)).toBe('from now');
  });
});

describe('reading', () => {
  it('counts unread words of others, never back, up to 100', async () => {
    const { id, visitor } = await begin();
    for (let n = 0; n < 3; n += 1) await ask(SEND, sending(id, `m${n}`), visitor);
    expect((await seen(id, colleague)).unreadCount).toBe(4);
    const top = await lastSeq(id);
    expect((await ask(READ, { id, seq: top - 1 }, colleague)).markRead.conversation.unreadCount).toBe(1);
    expect((await ask(READ, { id, seq: 1 }, colleague)).markRead.conversation.unreadCount).toBe(1);
    expect((await ask(READ, { id, seq: 9_999 }, colleague)).markRead.conversation.unreadCount).toBe(0);
    await Promise.all(Array.from({ length: 101 }, (_, n) => ask(SEND, sending(id, `x${n}`), visitor)));
    expect((await seen(id, colleague)).unreadCount).toBe(100);
  });

  it('pages forward after a hole and back from the end', async () => {
    const { id, visitor } = await begin();
    for (let n = 0; n < 7; n += 1) await ask(SEND, sending(id, `m${n}`), visitor);
    const top = await lastSeq(id);
    expect((await seen(id, agent, top - 3)).messages.nodes.map((message: { seq: number }) => message.seq)).toEqual([top - 2, top - 1, top]);
    const PAGE = `query($id: ID!, $before: String) { conversation(id: $id) { messages(last: 3, before: $before) { nodes { seq } pageInfo { hasPreviousPage startCursor } } } }`;
    const newest = (await ask(PAGE, { id }, agent)).conversation.messages;
    const older = (await ask(PAGE, { id, before: newest.pageInfo.startCursor }, agent)).conversation.messages;
    expect([...older.nodes, ...newest.nodes].map((message) => message.seq)).toEqual([top - 5, top - 4, top - 3, top - 2, top - 1, top]);
    expect(newest.pageInfo.hasPreviousPage).toBe(true);
  });

  it('resumes on another device with what was missed, without an id', async () => {
    const { id, visitor } = await begin();
    const { resumeConversation } = await ask(`mutation { resumeConversation(input: { lastSeq: 1 }) { hasMore conversation { id } messages { seq } userErrors { code } } }`, {}, visitor);
    expect(resumeConversation).toMatchObject({ hasMore: false, conversation: { id } });
    expect(resumeConversation.messages[0].seq).toBeGreaterThan(1);
  });

  it('asks the tables no more often for eight conversations than for two', async () => {
    for (let n = 0; n < 6; n += 1) await begin(`page ${n}`);
    const document = parse(`query($n: Int!) { conversations(first: $n, filter: { states: [ACTIVE] }) { nodes { id subject unreadCount draft { text } tags lastMessage { seq text authorName author { kind agent { id } } }
      readMarks { seq } rating { score } followers { id } agent { displayName } customer { displayName } } } }`);
    const count = async (n: number) => {
      const ctx = machine.contextOf(agent);
      let queries = 0;
      ctx.db = new Proxy(ctx.db, { get: (db, name: keyof Db) => (name === 'query' ? (...args: Parameters<Db['query']>) => ((queries += 1), db.query(...args)) : name === 'orm' ? ((queries += 1), db.orm) : db[name]) });
      const { data } = await execute({ schema: office.world.subgraphs.conversations!.schema, document, contextValue: ctx, variableValues: { n } });
      return { queries, rows: (data as any).conversations.nodes.length };
    };
    const [few, many] = [await count(2), await count(8)];
    expect(few.queries).toBeGreaterThan(5);
    expect([few.rows, many.rows]).toEqual([2, 8]);
    expect(many.queries).toBeLessThanOrEqual(few.queries);
  });
});

describe('scope', () => {
  it('hides conversations of other teams from lists, counts, node and verbs', async () => {
    const { id, visitor } = await begin();
    expect((await ask(LIST, { filter: { customerId: visitor.id } }, stranger)).conversations).toEqual({ totalCount: 0, nodes: [] });
    expect((await ask(LIST, { filter: { customerId: visitor.id } }, agent)).conversations).toEqual({ totalCount: 1, nodes: [{ id }] });
    expect((await ask('query($id: ID!) { conversation(id: $id) { id } }', { id }, stranger)).conversation).toBeNull();
    const { errors } = await office.run(READ, { id, seq: 1 }, stranger);
    expect(errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
  });

  it('shows customers their own and nobody else\'s, whatever they filter by', async () => {
    const [mine, other] = [await begin(), await begin()];
    for (const filter of [{}, { customerId: other.visitor.id }, { agentIds: [agent.id] }]) {
      expect((await ask(LIST, { filter }, mine.visitor)).conversations.nodes).toEqual([{ id: mine.id }]);
    }
    expect((await ask('query($id: ID!) { conversation(id: $id) { id } }', { id: other.id }, mine.visitor)).conversation).toBeNull();
  });

  it('lists and counts the built-in views under stable ids', async () => {
    const { id } = await begin('in my view', colleague);
    const { conversationViews } = await ask('{ conversationViews { id name builtIn count unreadCount sharing } }', {}, colleague);
    expect(conversationViews.map((view: { id: string }) => view.id)).toEqual(['viw_mine', 'viw_unassigned', 'viw_mentioned', 'viw_team']);
    for (const { id: viewId, count } of conversationViews) expect((await ask(LIST, { viewId }, colleague)).conversations.totalCount, viewId).toBe(count);
    expect((await ask(LIST, { viewId: 'viw_mine' }, colleague)).conversations.nodes).toContainEqual({ id });
    expect(conversationViews[0]).toMatchObject({ name: 'Mine', builtIn: 'MINE' });
  });
});

describe('updateConversation', () => {
  const UPDATE = `mutation($input: UpdateConversationInput!) { updateConversation(input: $input) { conversation { version subject priority tags followers { id } } userErrors { code field } } }`;
  it('changes what is given, leaves internal lines, and refuses a stale version with the present one', async () => {
    const { id, visitor } = await begin();
    const { version } = (await ask('query($id: ID!) { conversation(id: $id) { version } }', { id }, agent)).conversation;
    const input = { conversationId: id, subject: '退款', priority: 'P1', tags: ['退款', '退款', ' vip '], followerIds: [colleague.id], expectedVersion: version };
    const { updateConversation } = await ask(UPDATE, { input }, agent);
    expect(updateConversation).toMatchObject({ conversation: { subject: '退款', priority: 'P1', tags: ['退款', 'vip'], followers: [{ id: colleague.id }] }, userErrors: [] });
    const lines = (await seen(id, agent)).messages.nodes.filter((message: { event: string }) => message.event === 'CHANGED');
    expect(lines.map((line: { facts: { field: string } }) => line.facts.field)).toEqual(['subject', 'priority', 'tags']);
    expect((await seen(id, visitor)).messages.nodes.some((message: { event: string }) => message.event === 'CHANGED')).toBe(false);
    const stale = (await ask(UPDATE, { input }, agent)).updateConversation;
    expect(stale).toMatchObject({ conversation: { subject: '退款' }, userErrors: [{ code: 'STALE_VERSION' }] });
  });

  it('refuses P0 without the permission to prioritise, and a follower who may not read it', async () => {
    const { id } = await begin();
    const refused = async (changes: object) => (await ask(UPDATE, { input: { conversationId: id, ...changes } }, agent)).updateConversation.userErrors;
    expect(await refused({ priority: 'P0' })).toMatchObject([{ code: 'NOT_ALLOWED', field: ['priority'] }]);
    expect(await refused({ followerIds: [stranger.id] })).toMatchObject([{ code: 'NOT_ALLOWED', field: ['followerIds'] }]);
    expect(await refused({ tags: Array.from({ length: 21 }, (_, n) => `t${n}`) })).toMatchObject([{ code: 'TOO_MANY', field: ['tags'] }]);
  });
});

describe('rating', () => {
  it('reaches the customer as a token in the closing card, which people who work here do not get', async () => {
    const { id, visitor } = await begin();
    await ask(`mutation($id: ID!, $seq: Int!) { closeConversation(input: { conversationId: $id, lastSeenSeq: $seq }) { conversation { state agent { id } } userErrors { code } } }`, { id, seq: await lastSeq(id) }, agent);
    const card = async (viewer: Identity) => (await seen(id, viewer)).messages.nodes.find((message: { kind: string }) => message.kind === 'CARD');
    expect((await card(agent)).facts).toEqual({ card: 'rating' });
    const { facts } = await card(visitor);
    expect(facts.ratingToken).toBe(signRatingToken(office.world.deps.keyring, id, office.world.clock.now()));
    const RATE = `mutation($token: String!) { rateConversation(input: { token: $token, score: 5, reasons: [MANNER], comment: "很好" }) { rating { score reasons comment } userErrors { code } } }`;
    expect((await ask(RATE, { token: facts.ratingToken }, null)).rateConversation).toEqual({ rating: { score: 5, reasons: ['MANNER'], comment: '很好' }, userErrors: [] });
    expect((await ask(RATE, { token: facts.ratingToken }, null)).rateConversation).toMatchObject({ rating: null, userErrors: [{ code: 'ALREADY_EXISTS' }] });
  });
});

describe('live', () => {
  it('carries a message of one process to a stream of another, with names and text', async () => {
    const { id, visitor } = await begin();
    const top = await lastSeq(id);
    const stream = await office.world.subscribe('conversations', `subscription($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) {
      __typename seq at ... on MessageSent { previousSeq message { seq text authorName } } ... on ConversationChanged { conversation { id state unreadCount } } } }`, { id, afterSeq: top }, agent);
    expect((await stream.next()).value.data.messageSent).toMatchObject({ __typename: 'ConversationChanged', seq: top, conversation: { id, state: 'ACTIVE' } });
    const next = stream.next();
    const { sendMessage } = await import('./send-message.ts');
    await sendMessage(machine.contextOf(visitor), { conversationId: id, clientMessageId: randomUUID(), text: '隔壁进程' });
    expect((await next).value.data.messageSent).toMatchObject({ __typename: 'MessageSent', seq: top + 1, previousSeq: top, message: { text: '隔壁进程' } });
    await stream.return!();
  });

  it('tells customers only of agents who type to them, and forgets after 6 s', async () => {
    const { id, visitor } = await begin();
    const { setTyping, typingBoard, watchTyping } = await import('./typing.ts');
    const [forCustomer, forAgent] = [await watchTyping(machine.contextOf(visitor), id), await watchTyping(machine.contextOf(agent), id)];
    const people = async (stream: typeof forCustomer) => (await stream.next()).value.people.map((person: { id: string; isTyping: boolean }) => [person.id, person.isTyping]);
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[], []]);
    expect(await setTyping(machine.contextOf(colleague), { conversationId: id, isTyping: true, isNote: true })).toBe(true);
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[], [[colleague.id, true]]]);
    expect(await setTyping(machine.contextOf(agent), { conversationId: id, isTyping: true })).toBe(true);
    expect(await setTyping(machine.contextOf(agent), { conversationId: id, isTyping: true })).toBe(false);
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[[agent.id, true]], [[colleague.id, true]]]);
    office.world.clock.advance(6_000);
    machine.parts.of(typingBoard).sweep();
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[], []]);
    await forCustomer.return();
    await forAgent.return();
  });
});
