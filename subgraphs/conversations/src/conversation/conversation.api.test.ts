import { randomUUID } from 'node:crypto';
import { newId } from '@careline/kit/db';
import type { Identity } from '@careline/kit/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Office } from '../world.fixtures.ts';
import { LIST, openDesk, READ, START, type Desk } from './desk.fixtures.ts';
import { signRatingToken } from './rating-token.ts';
import { sendMessage } from './send-message.ts';
import { setTyping, typingBoard, watchTyping } from './typing.ts';

let desk: Desk;
let office: Office;
let agent: Identity;
let colleague: Identity;
let stranger: Identity;
const ask: Desk['ask'] = (...args) => desk.ask(...args);
const seen: Desk['seen'] = (...args) => desk.seen(...args);
const lastSeq: Desk['lastSeq'] = (id) => desk.lastSeq(id);
const begin: Desk['begin'] = (...args) => desk.begin(...args);

beforeAll(async () => {
  desk = await openDesk();
  ({ office, agent, colleague, stranger } = desk);
});
afterAll(() => desk.close());

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

  it('begins nothing when the first message cannot be one', async () => {
    const visitor = (await office.visit()).identity;
    for (const [field, firstMessage] of [['text', { clientMessageId: 'm1', text: ' ' }], ['text', { clientMessageId: 'm1', text: 'x'.repeat(10_001) }], ['clientMessageId', { clientMessageId: 'a b', text: '你好' }]] as const) {
      const { userErrors } = (await office.run(START, { input: { form: {}, firstMessage, idempotencyKey: randomUUID() } }, visitor)).data.startConversation;
      expect(userErrors).toMatchObject([{ field: ['firstMessage', field] }]);
    }
    expect((await office.run(LIST, {}, visitor)).data.conversations.nodes).toEqual([]);
  });

  it('makes one conversation of two devices that begin at the same moment', async () => {
    const visitor = (await office.visit()).identity;
    const start = () => ask(START, { input: { form: {}, idempotencyKey: randomUUID() } }, visitor);
    const both = await Promise.all([start(), start(), start()]);
    expect(new Set(both.map((answer) => answer.startConversation.conversation.id)).size).toBe(1);
  });

  it('lets more visitors begin at once than there are connections to the database', async () => {
    const visitors = await Promise.all(Array.from({ length: 40 }, async () => (await office.visit()).identity));
    const begun = await Promise.all(visitors.map((visitor) => ask(START, { input: { form: {}, idempotencyKey: randomUUID() } }, visitor)));
    expect(new Set(begun.map(({ startConversation }) => startConversation.conversation.id)).size).toBe(40);
  });

  it('names the form field that is wrong', async () => {
    const visitor = (await office.visit()).identity;
    const { startConversation } = await ask(START, { input: { form: { topic: 'nonsense' }, idempotencyKey: randomUUID() } }, visitor);
    expect(startConversation).toMatchObject({ conversation: null, userErrors: [{ code: 'INVALID', field: ['form', 'topic'] }] });
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

  it('lists those that are named, as far as the caller reaches, and not too many at once', async () => {
    const [one, two] = [await begin(), await begin()];
    const named = async (ids: readonly string[], viewer = agent) => (await ask(LIST, { filter: { ids } }, viewer)).conversations;
    expect(await named([one.id, two.id])).toMatchObject({ totalCount: 2 });
    expect(await named([two.id, newId('cnv'), 'nonsense'])).toEqual({ totalCount: 1, nodes: [{ id: two.id }] });
    expect([(await named(['nonsense'])).nodes, (await named([one.id], stranger)).nodes, (await named([one.id], two.visitor)).nodes]).toEqual([[], [], []]);
    await expect(named(Array.from({ length: 101 }, () => newId('cnv')))).rejects.toThrow('BAD_USER_INPUT');
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
    expect(conversationViews.map((view: { id: string }) => view.id)).toEqual(['viw_mine', 'viw_unassigned', 'viw_mentioned', 'viw_snoozed', 'viw_team']);
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
    await sendMessage(desk.machine.contextOf(visitor), { conversationId: id, clientMessageId: randomUUID(), text: '隔壁进程' });
    expect((await next).value.data.messageSent).toMatchObject({ __typename: 'MessageSent', seq: top + 1, previousSeq: top, message: { text: '隔壁进程' } });
    await stream.return!();
  });

  it('tells customers only of agents who type to them, and forgets after 6 s', async () => {
    const { id, visitor } = await begin();
    const [forCustomer, forAgent] = [await watchTyping(desk.machine.contextOf(visitor), id), await watchTyping(desk.machine.contextOf(agent), id)];
    const people = async (stream: typeof forCustomer) => (await stream.next()).value.people.map((person: { id: string; isTyping: boolean }) => [person.id, person.isTyping]);
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[], []]);
    expect(await setTyping(desk.machine.contextOf(colleague), { conversationId: id, isTyping: true, isNote: true })).toBe(true);
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[], [[colleague.id, true]]]);
    expect(await setTyping(desk.machine.contextOf(agent), { conversationId: id, isTyping: true })).toBe(true);
    expect(await setTyping(desk.machine.contextOf(agent), { conversationId: id, isTyping: true })).toBe(false);
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[[agent.id, true]], [[colleague.id, true]]]);
    office.world.clock.advance(6_000);
    desk.machine.parts.of(typingBoard).sweep();
    expect([await people(forCustomer), await people(forAgent)]).toEqual([[], []]);
    await forCustomer.return();
    await forAgent.return();
  });
});
