import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRedisUrl } from '../redis/index.ts';
import { testLogger, testPrefix, testRedisUrl } from '../testing/index.ts';
import { createLive, type Live, type LiveHint } from './index.ts';

let redisUrl: string;
let prefix: string;
let redis: Redis;
let one: Live;
let two: Live;

beforeEach(async () => {
  redisUrl = testRedisUrl(testPrefix());
  prefix = parseRedisUrl(redisUrl).prefix;
  redis = new Redis(parseRedisUrl(redisUrl).target);
  [one, two] = await Promise.all([createLive({ redisUrl, log: testLogger() }), createLive({ redisUrl, log: testLogger() })]);
});
afterEach(async () => {
  await Promise.all([one.close(), two.close()]);
  redis.disconnect();
});

const subscribers = async (channel: string) => Number((await redis.pubsub('NUMSUB', `${prefix}live:${channel}`))[1]);
const listen = (live: Live, channel: string) => {
  const heard: LiveHint[] = [];
  return { heard, stop: live.subscribe(channel, (hint) => heard.push(hint)) };
};

async function cutSubscribers(): Promise<void> {
  const clients = String(await redis.client('LIST')).split('\n').filter((line) => line.includes(`name=${prefix}live `));
  for (const line of clients) await redis.client('KILL', 'ID', Number(/id=(\d+)/.exec(line)![1]));
}

describe('live hints', () => {
  it('reach listeners of the same process at once and of others through Redis, each once', async () => {
    const [near, far] = [listen(one, 'conversation:1'), listen(two, 'conversation:1')];
    await expect.poll(() => subscribers('conversation:1')).toBe(2);
    one.publish('conversation:1', { seq: 1 });
    expect(near.heard).toEqual([{ seq: 1 }]);
    await expect.poll(() => far.heard).toEqual([{ seq: 1 }]);
    two.publish('conversation:1', { seq: 2 });
    await expect.poll(() => near.heard).toEqual([{ seq: 1 }, { seq: 2 }]);
    expect(far.heard).toEqual([{ seq: 1 }, { seq: 2 }]);
  });

  it('hold one Redis channel for any number of listeners and let go of it with the last', async () => {
    const listeners = [listen(one, 'presence'), listen(one, 'presence')];
    await expect.poll(() => subscribers('presence')).toBe(1);
    listeners[0]!.stop();
    listeners[0]!.stop();
    one.publish('presence', { v: 1 });
    expect(listeners.map(({ heard }) => heard.length)).toEqual([0, 1]);
    listeners[1]!.stop();
    await expect.poll(() => subscribers('presence')).toBe(0);
  });

  it('come again after Redis was away, also on channels that were taken meanwhile', async () => {
    const before = listen(one, 'queues');
    const left = listen(one, 'left');
    await expect.poll(() => subscribers('left')).toBe(1);
    await cutSubscribers();
    const during = listen(one, 'inbox:1');
    left.stop();
    await expect.poll(async () => [await subscribers('queues'), await subscribers('inbox:1'), await subscribers('left')], { timeout: 5_000 }).toEqual([1, 1, 0]);
    two.publish('queues', { n: 1 });
    two.publish('inbox:1', { n: 2 });
    await expect.poll(() => [before.heard, during.heard]).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  it('keep a listener that throws from harming the next', async () => {
    one.subscribe('c', () => {
      throw new Error('broken');
    });
    const next = listen(one, 'c');
    one.publish('c', { n: 1 });
    expect(next.heard).toEqual([{ n: 1 }]);
  });

  it('stay local, and do not hold up the start, while Redis is away', async () => {
    const lonely = await createLive({ redisUrl: 'unix:///nowhere/redis.sock', log: testLogger() });
    const { heard } = listen(lonely, 'c');
    lonely.publish('c', { n: 1 });
    expect(heard).toEqual([{ n: 1 }]);
    await lonely.close();
  });
});
