import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrive, tell, type Visitor } from '../harness/people.ts';
import { LeanSocket } from '../harness/lean-socket.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

const STREAM = 'subscription S($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq ... on MessageSent { previousSeq message { text } } } }';
/** More than socket buffers and the queue of a stream hold together; one that comes over the wire holds 1,024 events. */
const MESSAGES = 1_500;
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

/** Streams that were cut, wherever: before the gateway or behind it. */
async function cuts(): Promise<number> {
  const counts = await Promise.all(system.metricsUrls.map(async (url) => /^careline_live_streams_cut_total(?:\{[^}]*\})? (\d+)/m.exec(await (await fetch(url)).text())?.[1] ?? 0));
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

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

it('cuts a client that does not read, holds little for it meanwhile, and gives it everything from its position', async () => {
  const before = await cuts();
  const slow = await follow(0);
  await expect.poll(() => slow.seen.length).toBeGreaterThan(0);
  slow.line.pause();
  for (let sent = 0; sent < MESSAGES; sent += 30) {
    await Promise.all(Array.from({ length: 30 }, () =>
      tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: TEXT }, 'message { seq }')));
  }
  await expect.poll(cuts).toBeGreaterThan(before);
  slow.line.resume();
  await slow.ended;
  expect(slow.seen.length).toBeLessThan(MESSAGES);
  const again = await follow(slow.seen.at(-1)!);
  const { conversation } = await visitor.ask<{ conversation: { lastSeq: number } }>('query ($id: ID!) { conversation(id: $id) { lastSeq } }', { id: visitor.conversationId });
  await expect.poll(() => again.seen.at(-1)).toBe(conversation.lastSeq);
  const all = [...slow.seen, ...again.seen];
  expect(all).toEqual(Array.from({ length: conversation.lastSeq }, (_, place) => place + 1));
  again.line.cut();
}, 180_000);
