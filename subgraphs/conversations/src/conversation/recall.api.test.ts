import type { Identity } from '@careline/kit/auth';
import { MINUTE } from '@careline/kit/time';
import { agentIdentity } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { take } from './conversation.fixtures.ts';
import { NOTE, openDesk, SEND, sending, type Desk } from './desk.fixtures.ts';
import { watchMessages } from './message-stream.ts';

const RECALL = 'mutation($id: ID!) { recallMessage(input: { messageId: $id }) { message { id text recalledAt recalledBy { kind agent { id } } recalledByName attachments { attachmentId } } userErrors { code } } }';
const REVEAL = 'mutation($id: ID!, $reason: String!) { revealMessage(input: { messageId: $id, reason: $reason }) { text auditEntryId userErrors { code } } }';
const SEARCH = 'query($text: String!) { searchConversations(text: $text, first: 10) { nodes { conversation { id } } } }';
const MESSAGES = `query($id: ID!) { conversation(id: $id) { lastSaid { text recalledAt } lastMessage { text }
  messages(last: 10) { nodes { id seq kind text recalledAt recalledByName authorName } } } }`;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const say = async (id: string, text: string, viewer: Identity = desk.agent) => (await desk.ask(SEND, sending(id, text, { lastSeenSeq: await desk.lastSeq(id) }), viewer)).sendMessage.message.id as string;
const recall = async (id: string, viewer: Identity = desk.agent) => (await desk.ask(RECALL, { id }, viewer)).recallMessage;
const refusalOf = async (id: string, viewer: Identity = desk.agent) => (await recall(id, viewer)).userErrors[0]?.code ?? null;
const thrownFor = async (document: string, variables: Record<string, unknown>, viewer: Identity) => (await desk.office.run(document, variables, viewer)).errors?.[0]?.extensions?.code;

describe('recallMessage', () => {
  it('leaves the place and takes the words from everybody, live and at every later look', async () => {
    const { id, visitor } = await desk.begin();
    const messageId = await say(id, 'the price is 12345 yuan');
    const stream = await watchMessages(desk.machine.contextOf(visitor), id, 0);
    const isThere = (event: { __typename: string; message?: { id: string } }) => event.__typename === 'MessageSent' && event.message!.id === messageId;
    await take(stream, isThere);
    const { message, userErrors } = await recall(messageId);
    expect(userErrors).toEqual([]);
    expect(message).toEqual({ id: messageId, text: null, recalledAt: expect.any(String), recalledBy: { kind: 'AGENT', agent: { id: desk.agent.id } }, recalledByName: '李雷', attachments: [] });
    const isChanged = (event: { __typename: string }) => event.__typename === 'MessageChanged';
    expect((await take(stream, isChanged)).at(-1)).toMatchObject({ message: { id: messageId, recalledAt: expect.any(Number) } });
    for (const viewer of [visitor, desk.agent, desk.office.admin]) {
      const { lastSaid, messages } = (await desk.ask(MESSAGES, { id }, viewer)).conversation;
      expect(lastSaid).toEqual({ text: null, recalledAt: expect.any(String) });
      expect(messages.nodes.find((one: { id: string }) => one.id === messageId)).toMatchObject({ text: null, authorName: '李雷' });
    }
  });

  it('is no more found by any search', async () => {
    const { id } = await desk.begin();
    const messageId = await say(id, '特价鲸鱼玩偶');
    const found = async () => (await desk.ask(SEARCH, { text: '鲸鱼玩偶' }, desk.agent)).searchConversations.nodes.length;
    expect(await found()).toBe(1);
    await recall(messageId);
    expect(await found()).toBe(0);
  });

  it('may be repeated, and leaves one audit entry and one event', async () => {
    const { id } = await desk.begin();
    const messageId = await say(id, 'twice');
    const first = await recall(messageId);
    expect(await recall(messageId)).toEqual(first);
    const db = await desk.office.world.database('conversations');
    const told = async (type: string, subject: string) =>
      Number((await db.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox WHERE JSON_VALUE(envelope, ?) = ? AND JSON_VALUE(envelope, ?) = ?', ['$.type', type, subject, messageId]))[0]!.n);
    expect(await told('message.recalled', '$.data.messageId')).toBe(1);
    expect(await told('audit.recorded', '$.data.subjectId')).toBe(1);
  });

  it('is for one’s own words for 10 minutes', async () => {
    const { id } = await desk.begin();
    const [early, late] = [await say(id, 'early'), await say(id, 'late')];
    desk.office.world.clock.advance(10 * MINUTE);
    expect(await refusalOf(early)).toBeNull();
    desk.office.world.clock.advance(1);
    expect(await refusalOf(late)).toBe('WINDOW_CLOSED');
    expect(await refusalOf(late, desk.office.admin)).toBeNull();
  });

  it('is not for the words of a colleague, save for who oversees the team, and never for those of the customer', async () => {
    const { id, visitor } = await desk.begin();
    const reply = await say(id, 'mine');
    const { message: asked } = (await desk.ask(SEND, sending(id, 'help'), visitor)).sendMessage;
    expect(await refusalOf(reply, desk.colleague)).toBe('NOT_ALLOWED');
    expect(await thrownFor(RECALL, { id: reply }, desk.stranger)).toBe('NOT_FOUND');
    expect(await thrownFor(RECALL, { id: reply }, visitor)).toBe('FORBIDDEN');
    const supervisor = agentIdentity({ id: desk.colleague.id, role: 'supervisor', teamIds: desk.colleague.teamIds, queueIds: desk.colleague.queueIds });
    expect(await refusalOf(reply, supervisor)).toBeNull();
    expect(await refusalOf(asked.id, desk.office.admin)).toBe('NOT_ALLOWED');
  });

  it('works for notes too, also in a colleague’s conversation, and not for service lines', async () => {
    const { id } = await desk.begin();
    const { message: note } = (await desk.ask(NOTE, { input: { ...sending(id, 'VIP').input } }, desk.colleague)).addNote;
    expect(await refusalOf(note.id, desk.colleague)).toBeNull();
    const { messages } = (await desk.ask(MESSAGES, { id }, desk.agent)).conversation;
    expect(await refusalOf(messages.nodes.find((one: { kind: string }) => one.kind === 'EVENT').id)).toBe('WRONG_STATE');
  });
});

describe('revealMessage', () => {
  it('shows an auditor what was said, with a reason that is kept', async () => {
    const { id } = await desk.begin();
    const messageId = await say(id, 'what I should not have said');
    const auditor = agentIdentity({ id: desk.colleague.id, role: 'auditor' });
    expect((await desk.ask(REVEAL, { id: messageId, reason: 'complaint' }, auditor)).revealMessage).toMatchObject({ text: null, userErrors: [{ code: 'WRONG_STATE' }] });
    await recall(messageId);
    expect((await desk.ask(REVEAL, { id: messageId, reason: ' ' }, auditor)).revealMessage.userErrors).toMatchObject([{ code: 'REQUIRED' }]);
    const { text, auditEntryId } = (await desk.ask(REVEAL, { id: messageId, reason: 'complaint 17' }, auditor)).revealMessage;
    expect(text).toBe('what I should not have said');
    expect(auditEntryId).toMatch(/^aud_/);
    expect(await thrownFor(REVEAL, { id: messageId, reason: 'curious' }, desk.agent)).toBe('FORBIDDEN');
  });
});
