import { createBus } from '@careline/kit/events';
import { connectRedis } from '@careline/kit/redis';
import { testKafka, testLogger } from '@careline/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrive, setUpStaff, type Staff } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';
import { say } from './many/screen.ts';

let system: System;
let staff: Staff;

beforeAll(async () => {
  system = await startSystem('one');
  staff = await setUpStaff(`http://127.0.0.1:${system.gateways[0]!.port}`);
}, 240_000);
afterAll(() => system?.stop());

it('a conversation becomes figures in analytics, and no event of it travels over Redis', async () => {
  const visitor = await arrive(`http://127.0.0.1:${system.gateways[0]!.port}`, staff.channelKey);
  await say(visitor, '登录一直收不到短信验证码');
  const day = new Date().toISOString().slice(0, 10);
  const range = { from: new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10), to: new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10), timeZone: 'UTC' };
  const figures = async () => {
    const query = 'query ($range: DateRangeInput!) { conversationDays(range: $range, groupBy: [], first: 10) { nodes { startedCount customerMessageCount } } }';
    const { conversationDays } = await staff.ask<{ conversationDays: { nodes: { startedCount: number; customerMessageCount: number }[] } }>(query, { range });
    return conversationDays.nodes.filter(({ startedCount }) => startedCount > 0);
  };
  await expect.poll(figures, { timeout: 45_000 }).toEqual([{ startedCount: 1, customerMessageCount: 1 }]);
  visitor.client.close();
  const bus = await createBus({ redisUrl: system.redisUrl, kafka: testKafka(), log: testLogger() });
  // Everything there is waits for a group that does not exist.
  expect(await bus.lag('conversations', 'nobody')).toBeGreaterThan(1);
  const redis = connectRedis(system.redisUrl, testLogger(), { keyPrefix: '' });
  expect(await redis.keys(`${new URL(system.redisUrl).searchParams.get('prefix')}ev:*`)).toEqual([]);
  redis.disconnect();
  await bus.close();
});
