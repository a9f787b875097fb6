import { describe, expect, it } from 'vitest';
import { addMessages, addOlder, emptyThread, inOrder, layOut, type Message } from './thread.ts';

function message(seq: number, facts: Partial<Message> = {}): Message {
  return {
    id: `msg_${seq}`, clientMessageId: null, seq, kind: 'TEXT', visibility: 'PUBLIC', author: { kind: 'CUSTOMER', agent: null, customer: null },
    authorName: '李婷', text: `${seq}`, event: null, facts: null, attachments: [], mentions: [], replyToSeq: null, delivery: null,
    deliveryError: null, recalledAt: null, recalledByName: null, recalledBy: null, sentAt: `2026-11-23T02:${String(seq).padStart(2, '0')}:00.000Z`, ...facts,
  } as Message;
}

const dayOf = (at: string) => at.slice(0, 10);

describe('thread', () => {
  it('keeps one state of each message, in order of seq', () => {
    const thread = emptyThread();
    addMessages(thread, [message(2), message(1)]);
    addMessages(thread, [message(2, { text: 'seen', delivery: 'READ' })]);
    addOlder(thread, [message(1, { text: 'stale' })], { hasNextPage: false, hasPreviousPage: true, startCursor: 'c', endCursor: null, __typename: 'PageInfo' });
    expect(inOrder(thread).map((one) => one.text)).toEqual(['1', 'seen']);
    expect(thread).toMatchObject({ hasOlder: true, startCursor: 'c' });
  });

  it('keeps a message taken back, whatever was read before and comes after, and what it said for who writes it again', () => {
    const thread = emptyThread();
    const recalled = message(2, { text: null, recalledAt: '2026-11-23T02:10:00.000Z' });
    addMessages(thread, [message(1), message(2, { text: '订单号是1280' })]);
    addMessages(thread, [recalled]);
    addMessages(thread, [message(2, { text: '订单号是1280' })]);
    addOlder(thread, [message(2, { text: '订单号是1280' })], { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null, __typename: 'PageInfo' });
    expect(thread.bySeq.get(2)).toEqual(recalled);
    expect([...thread.former]).toEqual([[2, '订单号是1280']]);
  });

  it('joins what one author says within 5 minutes', () => {
    const items = layOut([message(1), message(6), message(12)], null, dayOf);
    expect(items.map((item) => item.kind === 'run' ? item.messages.length : item.kind)).toEqual(['day', 2, 1]);
  });

  it('never joins a note with a reply, nor across a service line or the unread mark', () => {
    const agent = { author: { kind: 'AGENT', agent: { id: 'agt_1' }, customer: null } as Message['author'] };
    const items = layOut([
      message(1, agent), message(2, { ...agent, visibility: 'INTERNAL' }), message(3, { kind: 'EVENT', event: 'QUEUED' }), message(4), message(5),
    ], 5, dayOf);
    expect(items.map((item) => item.kind)).toEqual(['day', 'run', 'run', 'events', 'run', 'unread', 'run']);
  });

  it('keeps service lines in a row together', () => {
    const event = { kind: 'EVENT' as const, event: 'QUEUED' as const };
    const items = layOut([message(1, event), message(2, event), message(3), message(4, event)], null, dayOf);
    expect(items.map((item) => item.kind === 'events' ? item.messages.length : item.kind)).toEqual(['day', 2, 'run', 1]);
  });
});
