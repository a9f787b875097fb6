import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type SeenMessage } from '../../schema/examples/live-inbox.mjs';
import { FaultProxy } from '../harness/fault-proxy.ts';
import { arrive, asker, tell, type Visitor } from '../harness/people.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

let system: OpenSystem;
beforeAll(async () => {
  system = await openSystem();
});
afterAll(() => system?.close());

/** Collects messages and lets a test wait for as many as it expects. */
function screen() {
  const messages: SeenMessage[] = [];
  const waiting: { count: number; resolve(): void }[] = [];
  const texts = () => messages.filter((message) => message.clientMessageId).map((message) => message.text);
  return {
    texts,
    onMessage: (_id: string, message: SeenMessage) => {
      messages.push(message);
      for (const one of waiting.filter((wait) => texts().length >= wait.count)) one.resolve();
    },
    until: (count: number) => new Promise<void>((resolve) => (texts().length >= count ? resolve() : waiting.push({ count, resolve }))),
  };
}

const say = (visitor: Visitor, text: string) =>
  tell<{ message: { seq: number } }>(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text }, 'message { seq }');

describe('a message reaches the agent', () => {
  it('on the live inbox of an outside program, and the answer reaches the visitor', async () => {
    const visitor = await arrive(system.url, system.staff.channelKey);
    const agentScreen = screen();
    const visitorScreen = screen();
    const program = connect({ url: system.url, token: system.staff.token });
    const inbox = program.liveInbox({ onMessage: (id, message) => id === visitor.conversationId && agentScreen.onMessage(id, message) });
    const own = visitor.client.followConversation(visitor.conversationId, visitorScreen.onMessage);
    await say(visitor, '登录一直收不到短信验证码');
    await agentScreen.until(1);
    await tell(system.staff.ask, 'assignConversation', { conversationId: visitor.conversationId, agentId: system.staff.agentId }, 'conversation { state }');
    await tell(system.staff.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: '我来查一下', lastSeenSeq: 99 }, 'message { seq }');
    await visitorScreen.until(2);
    expect(agentScreen.texts()[0]).toBe('登录一直收不到短信验证码');
    expect(visitorScreen.texts()).toEqual(['登录一直收不到短信验证码', '我来查一下']);
    own.stop();
    inbox.stop();
    program.close();
    visitor.client.close();
  });

  it('once and in order although the line is cut again and again', async () => {
    const visitor = await arrive(system.url, system.staff.channelKey);
    const door = await FaultProxy.open(() => [Number(new URL(system.url).port)]);
    const program = connect({ url: door.url, token: system.staff.token });
    const seen = screen();
    const stream = program.followConversation(visitor.conversationId, seen.onMessage);
    const expected: string[] = [];
    for (let round = 0; round < 8; round++) {
      for (let line = 0; line < 3; line++) {
        expected.push(`message ${round}.${line}`);
        await say(visitor, expected.at(-1)!);
      }
      door.cut(40);
    }
    await seen.until(expected.length);
    expect(seen.texts()).toEqual(expected);
    stream.stop();
    program.close();
    visitor.client.close();
    await door.close();
  });

  it('is refused to a visitor of another conversation, on every way in', async () => {
    const [one, other] = [await arrive(system.url, system.staff.channelKey), await arrive(system.url, system.staff.channelKey)];
    await say(one, 'for our eyes only');
    const asOther = asker(system.url, other.token);
    const { conversation } = await asOther<{ conversation: null }>('query ($id: ID!) { conversation(id: $id) { id lastMessage { text } } }', { id: one.conversationId }).catch(() => ({ conversation: null }));
    expect(conversation).toBeNull();
    await expect(tell(asOther, 'sendMessage', { conversationId: one.conversationId, clientMessageId: randomUUID(), text: 'hi' }, 'message { seq }')).rejects.toThrow(/NOT_FOUND|FORBIDDEN/);
    const ended = new Promise((resolve) => {
      const seen = other.client.followConversation(one.conversationId, () => resolve('leaked'));
      void asOther('query ($id: ID!) { conversation(id: $id) { id } }', { id: one.conversationId }).catch(() => null).then(() => (seen.stop(), resolve('kept')));
    });
    expect(await ended).toBe('kept');
    for (const visitor of [one, other]) visitor.client.close();
  });
});

it('an outside program outlives a server that takes its call and says nothing, and calls again', async () => {
  const calls: Socket[] = [];
  let heard: () => void = () => undefined;
  const mute = createServer((call) => {
    calls.push(call);
    heard();
  });
  await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
  const called = () => new Promise<void>((resolve) => (heard = resolve));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const first = called();
    const program = connect({ url: `http://127.0.0.1:${(mute.address() as AddressInfo).port}`, token: 'clt_x' });
    const stream = program.followConversation('cnv_x', () => undefined);
    await first;
    const second = called();
    await vi.advanceTimersByTimeAsync(45_000 + 10_000);
    await second;
    expect(calls.length).toBeGreaterThanOrEqual(2);
    stream.stop();
  } finally {
    vi.useRealTimers();
    for (const call of calls) call.destroy();
    mute.close();
  }
});

it('needs no more than sixty lines of an outside program', () => {
  const lines = readFileSync(new URL('../../schema/examples/live-inbox.mjs', import.meta.url), 'utf8').split('\n');
  expect(lines.filter((line) => line.trim() && !line.trim().startsWith('//')).length).toBeLessThanOrEqual(60);
});
