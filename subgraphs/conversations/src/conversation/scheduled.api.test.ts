import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { DAY, HOUR, MINUTE, SECOND } from '@careline/kit/time';
import { idToBinary, newId } from '@careline/kit/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { take } from './conversation.fixtures.ts';
import { DRAFT, openDesk, READ, SEND, sending, type Desk } from './desk.fixtures.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { watchInbox } from './inbox-stream.ts';
import { insertVerdict } from './scan.store.ts';
import { sealScheduled } from './scheduled-content.ts';
import { sendDueMessages } from './send-due.ts';
import { trimScheduled } from './trim-logs.ts';

const PARTS = 'id clientMessageId text sendAt isSentAnyway stoppedBecause agent { id }';
const SCHEDULE = `mutation($input: ScheduleMessageInput!) { scheduleMessage(input: $input) { scheduledMessage { ${PARTS} } message { seq text }
  conflict { messages { text } } userErrors { code field } } }`;
const CANCEL = `mutation($id: ID!) { cancelScheduledMessage(input: { scheduledMessageId: $id }) { scheduledMessage { ${PARTS} } userErrors { code } } }`;
const SEND_NOW = `mutation($input: SendScheduledMessageInput!) { sendScheduledMessage(input: $input) { message { seq text clientMessageId author { agent { id } } }
  conflict { messages { text } } userErrors { code } } }`;
const WAITING = `query($id: ID!) { conversation(id: $id) { version draft { text } scheduledMessages { ${PARTS} } } }`;
const CLOSE = 'mutation($id: ID!, $seq: Int!) { closeConversation(input: { conversationId: $id, lastSeenSeq: $seq }) { userErrors { code } } }';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const clock = () => desk.office.world.clock;
const after = (ms: number) => new Date(clock().now() + ms).toISOString();
const waiting = async (id: string, viewer: Identity = desk.agent) => (await desk.ask(WAITING, { id }, viewer)).conversation.scheduledMessages;
const said = async (id: string, viewer: Identity = desk.agent) =>
  (await desk.seen(id, viewer)).messages.nodes.filter((one: { kind: string }) => one.kind === 'TEXT').map((one: { text: string }) => one.text);

async function schedule(id: string, text: string, more: Record<string, unknown> = {}, viewer: Identity = desk.agent) {
  const lastSeenSeq = await desk.lastSeq(id);
  return (await desk.ask(SCHEDULE, sending(id, text, { lastSeenSeq, sendAt: after(HOUR), ...more }), viewer)).scheduleMessage;
}

/** Lets time pass, and looks what is due in two processes at once. */
async function pass(ms: number): Promise<void> {
  clock().advance(ms);
  await Promise.all([sendDueMessages(desk.machine), sendDueMessages(desk.machine)]);
}

describe('a scheduled message', () => {
  it('waits for its time, seen by colleagues and not by the customer, and is sent once in the name of its author', async () => {
    const { id, visitor } = await desk.begin();
    const { scheduledMessage, userErrors } = await schedule(id, '明天见');
    expect(userErrors).toEqual([]);
    expect(await waiting(id, desk.colleague)).toEqual([{ ...scheduledMessage, text: '明天见', stoppedBecause: null, agent: { id: desk.agent.id } }]);
    expect((await desk.ask(WAITING, { id }, visitor)).conversation.scheduledMessages).toEqual([]);
    await pass(HOUR - 1);
    expect(await said(id)).not.toContain('明天见');
    await pass(1);
    expect((await said(id, visitor)).filter((text: string) => text === '明天见')).toHaveLength(1);
    expect(await waiting(id)).toEqual([]);
    await pass(DAY);
    expect((await said(id)).filter((text: string) => text === '明天见')).toHaveLength(1);
  });

  it('is the same however often it is asked for, before its time and after', async () => {
    const { id } = await desk.begin();
    const plain = sending(id, 'one', { lastSeenSeq: await desk.lastSeq(id) });
    const input = { input: { ...plain.input, delaySeconds: 10 } };
    const [first, second] = await Promise.all([desk.ask(SCHEDULE, input, desk.agent), desk.ask(SCHEDULE, input, desk.agent)]);
    expect(second.scheduleMessage).toEqual(first.scheduleMessage);
    await pass(10 * SECOND);
    expect((await desk.ask(SCHEDULE, input, desk.agent)).scheduleMessage).toMatchObject({ scheduledMessage: null, message: { text: 'one' }, userErrors: [] });
    expect((await desk.ask(SEND, plain, desk.agent)).sendMessage.message.text).toBe('one');
    expect((await said(id)).filter((text: string) => text === 'one')).toHaveLength(1);
  });

  it('that was sent under its id in another way is not sent again', async () => {
    const { id } = await desk.begin();
    const plain = sending(id, 'one', { lastSeenSeq: await desk.lastSeq(id) });
    await desk.ask(SCHEDULE, { input: { ...plain.input, sendAt: after(HOUR) } }, desk.agent);
    await desk.ask(SEND, plain, desk.agent);
    await pass(HOUR);
    expect((await said(id)).filter((text: string) => text === 'one')).toHaveLength(1);
    expect(await waiting(id)).toEqual([]);
  });

  it('empties the draft it was made of, and leaves alone what was typed since', async () => {
    const { id } = await desk.begin();
    const type = (text: string) => desk.ask(DRAFT, { input: { conversationId: id, text, visibility: 'PUBLIC', typedAt: after(0) } }, desk.agent);
    const draft = async () => (await desk.ask(WAITING, { id }, desk.agent)).conversation.draft;
    await type('later');
    await schedule(id, 'later');
    expect(await draft()).toBeNull();
    clock().advance(SECOND);
    await type('something else');
    await pass(HOUR);
    expect(await draft()).toEqual({ text: 'something else' });
  });

  it('keeps nothing readable in its table, and is gone a day after its end', async () => {
    const { id } = await desk.begin();
    const secret = `密语${randomUUID()}`;
    await schedule(id, secret);
    const db = await desk.office.world.database('conversations');
    const cells = async () => (await db.query<object>('SELECT * FROM scheduled_messages WHERE conversation_id = ?', [idToBinary(id)])).flatMap((row) => Object.values(row));
    expect((await cells()).some((cell) => Buffer.isBuffer(cell) && cell.includes(secret))).toBe(false);
    expect((await cells()).length).toBeGreaterThan(0);
    await pass(HOUR);
    await trimScheduled(desk.machine, clock().now() + DAY);
    expect((await cells()).length).toBeGreaterThan(0);
    await trimScheduled(desk.machine, clock().now() + DAY + 1);
    expect(await cells()).toEqual([]);
  });

  it.each([
    ['without a time', { sendAt: undefined }, 'REQUIRED'], ['with two times', { delaySeconds: 5 }, 'REQUIRED'], ['now', { sendAt: after0 }, 'OUT_OF_RANGE'],
    ['in more than 30 days', { sendAt: afterMonth }, 'OUT_OF_RANGE'], ['in no second', { sendAt: undefined, delaySeconds: 0 }, 'OUT_OF_RANGE'],
    ['in 61 seconds', { sendAt: undefined, delaySeconds: 61 }, 'OUT_OF_RANGE'], ['without a word', { text: ' ' }, 'REQUIRED'], ['as an answer to no message', { replyToSeq: 99 }, 'INVALID'],
  ])('is refused %s', async (_name, more, code) => {
    const { id } = await desk.begin();
    const given = Object.fromEntries(Object.entries(more).map(([key, value]) => [key, typeof value === 'function' ? value() : value]));
    expect((await schedule(id, 'x', given)).userErrors).toMatchObject([{ code }]);
    expect(await waiting(id)).toEqual([]);
  });

  it('is for agents: not for customers, strangers to the conversation and programs', async () => {
    const { id, visitor } = await desk.begin();
    const program: Identity = { ...desk.office.admin, kind: 'API', id: 'tok_x' };
    for (const viewer of [visitor, desk.stranger, program]) {
      const { errors } = await desk.office.run(SCHEDULE, sending(id, 'x', { lastSeenSeq: 9, sendAt: after(HOUR) }), viewer);
      expect(errors?.[0]?.extensions?.code).toMatch(/FORBIDDEN|NOT_FOUND/);
    }
    expect(await waiting(id)).toEqual([]);
  });

  it('has room for 20 of one agent in a conversation', async () => {
    const { id } = await desk.begin();
    for (let n = 0; n < 20; n++) expect((await schedule(id, `${n}`)).userErrors).toEqual([]);
    expect((await schedule(id, 'one more')).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
    await pass(HOUR);
    expect(await said(id)).toEqual(expect.arrayContaining(['0', '19']));
    expect((await said(id)).slice(-20)).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
  });
});

describe('taking back', () => {
  it('is possible until it is sent, and a late retry does not bring it back', async () => {
    const { id } = await desk.begin();
    const input = sending(id, 'oh no', { lastSeenSeq: await desk.lastSeq(id), delaySeconds: 10 });
    const { scheduledMessage } = (await desk.ask(SCHEDULE, input, desk.agent)).scheduleMessage;
    for (let n = 0; n < 2; n++) {
      expect((await desk.ask(CANCEL, { id: scheduledMessage.id }, desk.agent)).cancelScheduledMessage).toMatchObject({ scheduledMessage: { id: scheduledMessage.id }, userErrors: [] });
    }
    expect((await desk.ask(SCHEDULE, input, desk.agent)).scheduleMessage.userErrors).toMatchObject([{ code: 'WRONG_STATE' }]);
    await pass(MINUTE);
    expect(await said(id)).not.toContain('oh no');
    const { scheduledMessage: sent } = await schedule(id, 'too late', { sendAt: undefined, delaySeconds: 5 });
    await pass(5 * SECOND);
    expect((await desk.ask(CANCEL, { id: sent.id }, desk.agent)).cancelScheduledMessage).toMatchObject({ scheduledMessage: null, userErrors: [{ code: 'WINDOW_CLOSED' }] });
  });

  it('races the sending: taken back or sent, never both, never neither', async () => {
    for (let n = 0; n < 30; n++) {
      const { id } = await desk.begin();
      const { scheduledMessage } = await schedule(id, 'race', { sendAt: undefined, delaySeconds: 1 });
      clock().advance(SECOND);
      const [answer] = await Promise.all([desk.ask(CANCEL, { id: scheduledMessage.id }, desk.agent), sendDueMessages(desk.machine), sendDueMessages(desk.machine)]);
      const isBack = answer.cancelScheduledMessage.userErrors.length === 0;
      const times = (await said(id)).filter((text: string) => text === 'race').length;
      expect(times).toBe(isBack ? 0 : 1);
    }
  });

  it('is for its author, and for who may send in all conversations of the team', async () => {
    const { id, visitor } = await desk.begin();
    const { scheduledMessage } = await schedule(id, 'mine');
    expect((await desk.ask(CANCEL, { id: scheduledMessage.id }, desk.colleague)).cancelScheduledMessage.userErrors).toMatchObject([{ code: 'NOT_OWNER' }]);
    for (const viewer of [visitor, desk.stranger]) {
      expect((await desk.office.run(CANCEL, { id: scheduledMessage.id }, viewer)).errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
    }
    expect((await desk.ask(SEND_NOW, { input: { scheduledMessageId: scheduledMessage.id, lastSeenSeq: 99 } }, desk.office.admin)).sendScheduledMessage.userErrors).toMatchObject([{ code: 'NOT_OWNER' }]);
    expect((await desk.ask(CANCEL, { id: scheduledMessage.id }, desk.office.admin)).cancelScheduledMessage.userErrors).toEqual([]);
    expect(await waiting(id)).toEqual([]);
  });
});

describe('at its time', () => {
  it('words of the customer stop it, its author is told, and it can be sent by hand', async () => {
    const { id, visitor } = await desk.begin();
    const { scheduledMessage } = await schedule(id, 'are you still there?');
    await desk.ask(SEND, sending(id, 'found it myself'), visitor);
    const stream = await watchInbox(desk.machine.contextOf(desk.agent), null);
    await pass(HOUR);
    await desk.machine.parts.of(inboxNumbering).drain();
    const isNotice = (event: { __typename: string; kind?: string }) => event.kind === 'SENDING_STOPPED';
    expect((await take(stream, isNotice)).filter(isNotice)).toHaveLength(1);
    expect(await waiting(id)).toMatchObject([{ id: scheduledMessage.id, stoppedBecause: 'ANSWERED' }]);
    await pass(DAY);
    expect(await said(id)).not.toContain('are you still there?');
    const mark = await desk.lastSeq(id);
    const refused = (await desk.ask(SEND_NOW, { input: { scheduledMessageId: scheduledMessage.id, lastSeenSeq: mark - 1 } }, desk.agent)).sendScheduledMessage;
    expect(refused).toMatchObject({ message: null, conflict: { messages: [{ text: 'found it myself' }] }, userErrors: [{ code: 'CONFLICT_NEW_MESSAGES' }] });
    for (let n = 0; n < 2; n++) {
      const { message } = (await desk.ask(SEND_NOW, { input: { scheduledMessageId: scheduledMessage.id, lastSeenSeq: mark } }, desk.agent)).sendScheduledMessage;
      expect(message).toEqual({ seq: mark + 1, text: 'are you still there?', clientMessageId: scheduledMessage.clientMessageId, author: { agent: { id: desk.agent.id } } });
    }
    expect(await waiting(id)).toEqual([]);
  });

  it('words of the customer do not stop one that is sent anyway, and stay unread; words of a colleague stop it', async () => {
    const { id, visitor } = await desk.begin();
    await desk.ask(READ, { id, seq: await desk.lastSeq(id) }, desk.agent);
    await schedule(id, 'anyway', { isSentAnyway: true });
    await desk.ask(SEND, sending(id, 'and another thing'), visitor);
    await pass(HOUR);
    expect(await said(id)).toContain('anyway');
    expect((await desk.seen(id, desk.agent)).unreadCount).toBe(1);
    await desk.ask(READ, { id, seq: await desk.lastSeq(id) }, desk.agent);
    await schedule(id, 'twice?', { isSentAnyway: true });
    const lastSeenSeq = await desk.lastSeq(id);
    await desk.ask(SEND, sending(id, 'answered by the admin', { lastSeenSeq }), desk.office.admin);
    await pass(HOUR);
    expect(await waiting(id)).toMatchObject([{ text: 'twice?', stoppedBecause: 'ANSWERED' }]);
  });

  it('what its author had read counts as read afterwards too', async () => {
    const { id } = await desk.begin();
    await desk.ask(READ, { id, seq: await desk.lastSeq(id) }, desk.agent);
    await schedule(id, 'read all');
    await pass(HOUR);
    const { readMarks, lastSeq } = await desk.seen(id, desk.agent);
    expect(readMarks.some((mark: { seq: number; actor: { kind: string } }) => mark.actor.kind === 'AGENT' && mark.seq === lastSeq)).toBe(true);
  });

  it('the end of the conversation stops it', async () => {
    const { id } = await desk.begin();
    await schedule(id, 'bye');
    await desk.ask(CLOSE, { id, seq: await desk.lastSeq(id) }, desk.agent);
    await pass(HOUR);
    expect(await waiting(id)).toMatchObject([{ stoppedBecause: 'CLOSED' }]);
  });

  it('an author who may not write there any more, or was disabled, sends nothing', async () => {
    const { id } = await desk.begin();
    await schedule(id, 'as I said');
    const db = await desk.office.world.database('conversations');
    await db.execute('UPDATE conversations SET agent_id = ? WHERE id = ?', [idToBinary(desk.colleague.id), idToBinary(id)]);
    await pass(HOUR);
    expect(await waiting(id, desk.colleague)).toMatchObject([{ stoppedBecause: 'NOT_ALLOWED' }]);
    const other = await desk.begin('hello', desk.colleague);
    await schedule(other.id, 'last words', {}, desk.colleague);
    await db.execute('UPDATE agents SET is_enabled = 0 WHERE id = ?', [idToBinary(desk.colleague.id)]);
    await pass(HOUR);
    await db.execute('UPDATE agents SET is_enabled = 1 WHERE id = ?', [idToBinary(desk.colleague.id)]);
    expect(await waiting(other.id, desk.colleague)).toMatchObject([{ stoppedBecause: 'NOT_ALLOWED' }]);
  });

  it('a file in which the scanner found something stops it', async () => {
    const { id, visitor } = await desk.begin();
    const { scheduledMessage } = await schedule(id, 'see the file');
    const { db, vault } = desk.machine;
    const key = (await vault.keysOf(db, [visitor.id])).get(visitor.id)!;
    const file = { attachmentId: newId('att'), fileName: 'a.pdf', contentType: 'application/pdf', bytes: 9, isUnscanned: true as const };
    const content = sealScheduled(key, scheduledMessage.id, { text: 'see the file', name: '', publicName: '', files: [file] });
    await db.execute('UPDATE scheduled_messages SET content_enc = ? WHERE id = ?', [content, idToBinary(scheduledMessage.id)]);
    await db.transaction((tx) => insertVerdict(tx, file.attachmentId, true));
    await pass(HOUR);
    expect(await waiting(id)).toMatchObject([{ stoppedBecause: 'FILE_BLOCKED' }]);
  });

  it('is kept from an erased customer: it ends without a word', async () => {
    const { id, visitor } = await desk.begin();
    await schedule(id, 'for nobody');
    const db = await desk.office.world.database('conversations');
    await desk.machine.db.transaction((tx) => desk.machine.vault.destroy(tx, visitor.id));
    await pass(HOUR);
    const [row] = await db.query<{ outcome: string; content_enc: Buffer | null }>('SELECT outcome, content_enc FROM scheduled_messages WHERE conversation_id = ?', [idToBinary(id)]);
    expect(row).toEqual({ outcome: 'CANCELED', content_enc: null });
  });
});

function after0(): string {
  return after(0);
}
function afterMonth(): string {
  return after(30 * DAY + 1);
}
