import { randomUUID } from 'node:crypto';
import type { SeenMessage } from '../../../schema/examples/live-inbox.mjs';
import { tell, type Visitor } from '../../harness/people.ts';

/** Sends one message as the visitor. */
export const say = (visitor: Visitor, text: string) =>
  tell<{ message: { seq: number } }>(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text }, 'message { seq }');

/** What one screen has shown, and a way to wait for the next words. */
export function screen() {
  const texts: string[] = [];
  let wake = () => {};
  return {
    texts,
    onMessage: (_id: string, message: SeenMessage) => { if (message.clientMessageId) { texts.push(message.text!); wake(); } },
    async until(count: number) { while (texts.length < count) await new Promise<void>((resolve) => { wake = resolve; }); },
  };
}
