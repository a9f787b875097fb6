import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import type { Db } from '@careline/kit/db';
import { execute, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Office } from '../world.fixtures.ts';
import { DRAFT, NOTE, openDesk, READ, SEND, sending, START, type Desk } from './desk.fixtures.ts';

let desk: Desk;
let office: Office;
let agent: Identity;
let colleague: Identity;
const ask: Desk['ask'] = (...args) => desk.ask(...args);
const seen: Desk['seen'] = (...args) => desk.seen(...args);
const lastSeq: Desk['lastSeq'] = (id) => desk.lastSeq(id);
const begin: Desk['begin'] = (...args) => desk.begin(...args);

beforeAll(async () => {
  desk = await openDesk();
  ({ office, agent, colleague } = desk);
});
afterAll(() => desk.close());

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
    // A few, more than are counted, and more than are looked at together with other conversations.
    for (const { length, expected } of [{ length: 99, expected: 99 }, { length: 2, expected: 100 }, { length: 101, expected: 100 }]) {
      await Promise.all(Array.from({ length }, (_, n) => ask(SEND, sending(id, `x${length} ${n}`), visitor)));
      expect((await seen(id, colleague)).unreadCount).toBe(expected);
    }
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

  it('knows what was said last, whatever notes and service lines came after it', async () => {
    const { id, visitor } = await begin('付款失败');
    const lastSaid = async (viewer = agent) => (await ask('query($id: ID!) { conversation(id: $id) { lastSaid { text } } }', { id }, viewer)).conversation.lastSaid?.text;
    expect(await lastSaid()).toBe('付款失败');
    await ask(SEND, sending(id, '我查一下', { lastSeenSeq: await desk.lastSeq(id) }), agent);
    expect(await lastSaid()).toBe('我查一下');
    await ask(NOTE, sending(id, '流水正常'), agent);
    await ask('mutation($id: ID!) { updateConversation(input: { conversationId: $id, tags: ["支付"] }) { userErrors { code } } }', { id }, agent);
    expect(await lastSaid()).toBe('我查一下');
    expect(await lastSaid(visitor)).toBe('我查一下');
    const silent = (await ask(START, { input: { form: {}, idempotencyKey: randomUUID() } }, (await office.visit()).identity)).startConversation.conversation;
    expect((await ask('query($id: ID!) { conversation(id: $id) { lastSaid { text } } }', { id: silent.id }, office.admin)).conversation.lastSaid).toBeNull();
  });

  it('asks the tables no more often for eight conversations than for two', async () => {
    for (let n = 0; n < 6; n += 1) await begin(`page ${n}`);
    const document = parse(`query($n: Int!) { conversations(first: $n, filter: { states: [ACTIVE] }) { nodes { id subject unreadCount draft { text } tags lastMessage { seq text authorName author { kind agent { id } } } lastSaid { text }
      readMarks { seq } rating { score } followers { id } agent { displayName } customer { displayName } } } }`);
    const count = async (n: number) => {
      const ctx = desk.machine.contextOf(agent);
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

