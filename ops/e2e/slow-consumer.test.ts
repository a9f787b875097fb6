import { randomUUID } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrive, AskError, tell, type Visitor } from '../harness/people.ts';
import { LeanSocket } from '../harness/lean-socket.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

const STREAM = 'subscription S($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq ... on MessageSent { previousSeq message { text } } } }';
/** Far more than socket buffers and the queue of a stream hold together; one that comes over the wire holds 1,024 events. */
const MESSAGES_MAX = 4_500;
const AT_ONCE = 30;
const TEXT = '客'.repeat(9_900);

let system: OpenSystem;
let visitor: Visitor;
beforeAll(async () => {
  system = await openSystem();
  visitor = await arrive(system.url, system.staff.channelKey);
});
afterAll(async () => {
  visitor.client.close();
  await system.close();
});

/** What all processes together count under this name. */
async function count(name: string): Promise<number> {
  const pages = await Promise.all(system.metricsUrls.map(async (url) => (await fetch(url)).text()));
  return pages.reduce((sum, page) => sum + Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'm').exec(page)?.[1] ?? 0), 0);
}

/** Whether a stream has been cut since, before the gateway or behind it; or a line, by the ping that it does not answer. */
async function isCut(since: { streams: number; lines: number }): Promise<boolean> {
  const now = await counts();
  return now.streams > since.streams || now.lines < since.lines;
}

const counts = async () => ({ streams: await count('careline_live_streams_cut_total'), lines: await count('careline_gateway_sockets') });

/** A line that follows the conversation from a position, and may stop reading. */
async function follow(afterSeq: number) {
  const seen: number[] = [];
  let end: () => void;
  const ended = new Promise<void>((resolve) => { end = resolve; });
  const line = await LeanSocket.open(system.url, await visitor.token(), {
    onText(text) {
      const frame = JSON.parse(text) as { type: string; payload: { data: { messageSent: { __typename: string; seq: number } } } };
      if (frame.type !== 'next') return end();
      const event = frame.payload.data.messageSent;
      if (event.__typename === 'MessageSent') seen.push(event.seq);
    },
    onEnd: () => end(),
  });
  line.send(JSON.stringify({ id: 's', type: 'subscribe', payload: { query: STREAM, variables: { id: visitor.conversationId, afterSeq } } }));
  return { seen, ended, line };
}

/** Sends one long message, again when the system asks to wait. */
async function send(): Promise<void> {
  const clientMessageId = randomUUID();
  for (;;) {
    try {
      return void (await tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId, text: TEXT }, 'message { seq }'));
    } catch (error) {
      if (!(error instanceof AskError) || !error.retryAfterMs) throw error;
      await rest(error.retryAfterMs);
    }
  }
}

it('cuts a client that does not read, holds little for it meanwhile, and gives it everything from its position', async () => {
  const slow = await follow(0);
  await expect.poll(() => slow.seen.length).toBeGreaterThan(0);
  const before = await counts();
  slow.line.pause();
  let sent = 0;
  while (sent < MESSAGES_MAX && !(await isCut(before))) {
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    sent += AT_ONCE;
  }
  await expect.poll(() => isCut(before)).toBe(true);
  slow.line.resume();
  await slow.ended;
  expect(slow.seen.length).toBeLessThan(sent);
  const again = await follow(slow.seen.at(-1)!);
  const { conversation } = await visitor.ask<{ conversation: { lastSeq: number } }>('query ($id: ID!) { conversation(id: $id) { lastSeq } }', { id: visitor.conversationId });
  await expect.poll(() => again.seen.at(-1)).toBe(conversation.lastSeq);
  const all = [...slow.seen, ...again.seen];
  expect(all).toEqual(Array.from({ length: conversation.lastSeq }, (_, place) => place + 1));
  again.line.cut();
}, 180_000);
