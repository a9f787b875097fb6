import { randomUUID } from 'node:crypto';
import { parseRedisUrl } from '@careline/kit/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../schema/examples/live-inbox.mjs';
import { FaultProxy } from '../../harness/fault-proxy.ts';
import { arrive, asker, setUpStaff, tell, type Staff } from '../../harness/people.ts';
import { startSystem, type Part, type System, type Wire } from '../../harness/system.ts';
import { say, screen } from './screen.ts';

/** What it may take a process to end: its clients get a moment to leave first. */
const ENDS_WITHIN_MS = 15_000;

let system: System;
let staff: Staff;
let redis: FaultProxy;
const door = (index: 0 | 1) => `http://127.0.0.1:${system.gateways[index]!.port}`;

describe('four subgraphs, their workers and two gateways, each a process of its own', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const { target } = parseRedisUrl(process.env.TEST_REDIS_URL!);
    redis = await FaultProxy.open(() => [URL.canParse(target) ? Number(new URL(target).port || 6379) : target]);
    const throughProxy: Wire = async (_name, env) => ({ ...env, REDIS_URL: `redis://127.0.0.1:${redis.port}/?prefix=${parseRedisUrl(env.REDIS_URL!).prefix}` });
    system = await startSystem('many', {}, undefined, { wire: throughProxy });
    staff = await setUpStaff(door(0));
  }, 240_000);
  afterAll(async () => {
    await system?.stop();
    await redis?.close();
  });

  it('know of each other', async () => {
    for (const index of [0, 1] as const) {
      expect(await (await fetch(`${door(index)}/readyz`)).json()).toEqual({ isReady: true, isDraining: false, checks: { conversations: true, tickets: true, knowledge: true, analytics: true } });
    }
  });

  it('carry words between a visitor at one gateway and a program at the other', async () => {
    const visitor = await arrive(door(1), staff.channelKey);
    const [there, here] = [screen(), screen()];
    const program = connect({ url: door(0), token: staff.token });
    const inbox = program.liveInbox({ onMessage: (id, message) => id === visitor.conversationId && there.onMessage(id, message) });
    const own = visitor.client.followConversation(visitor.conversationId, here.onMessage);
    await say(visitor, '登录一直收不到短信验证码');
    await there.until(1);
    await tell(staff.ask, 'assignConversation', { conversationId: visitor.conversationId, agentId: staff.agentId }, 'conversation { state }');
    await tell(staff.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: '我来查一下', lastSeenSeq: 99 }, 'message { seq }');
    await here.until(2);
    expect(here.texts).toEqual(['登录一直收不到短信验证码', '我来查一下']);
    expect(there.texts[0]).toBe('登录一直收不到短信验证码');
    for (const open of [own, inbox]) open.stop();
    for (const client of [program, visitor.client]) client.close();
  });

  it('join what several of them know in one answer', async () => {
    const visitor = await arrive(door(0), staff.channelKey);
    const admin = asker(door(1), () => staff.adminToken);
    const { categories } = await admin<{ categories: { id: string }[] }>('{ categories { id } }');
    const ticket = { category: categories[0]!.id, subject: '收不到验证码', description: '换过两次手机', conversationId: visitor.conversationId };
    await tell(admin, 'createTickets', { idempotencyKey: randomUUID(), tickets: [ticket] }, 'createdCount');
    const query = 'query ($id: ID!) { conversation(id: $id) { state tickets(first: 5) { nodes { subject conversations { id state } } } } categories { id } }';
    const answer = await admin<object>(query, { id: visitor.conversationId });
    expect(answer).toMatchObject({ conversation: { state: 'QUEUED', tickets: { nodes: [{ subject: '收不到验证码', conversations: [{ id: visitor.conversationId, state: 'QUEUED' }] }] } } });
    visitor.client.close();
  });

  it('hand events from worker to worker, until the audit tells who set the system up', async () => {
    const admin = asker(door(1), () => staff.adminToken);
    const verbs = async () => {
      const { auditEntries } = await admin<{ auditEntries: { nodes: { verb: string }[] } }>('{ auditEntries(filter: { verbs: ["channel:write"] }, first: 1) { nodes { verb } } }');
      return auditEntries.nodes.map((entry) => entry.verb);
    };
    await expect.poll(verbs, { timeout: 45_000 }).toEqual(['channel:write']);
  });

  it('lose and double no word when a gateway dies under its listeners and comes back', async () => {
    const visitor = await arrive(door(0), staff.channelKey);
    const seen = screen();
    const program = connect({ url: door(1), token: staff.token });
    program.followConversation(visitor.conversationId, seen.onMessage);
    await say(visitor, 'before');
    await seen.until(1);
    await system.gateways[1]!.kill();
    await say(visitor, 'meanwhile');
    await system.gateways[1]!.start();
    await say(visitor, 'after');
    await seen.until(3);
    expect(seen.texts).toEqual(['before', 'meanwhile', 'after']);
    for (const client of [program, visitor.client]) client.close();
  });

  it('name a value that does not fit', async () => {
    await expect(staff.ask('query ($filter: ConversationFilter) { conversations(filter: $filter, first: 1) { nodes { id } } }', { filter: { startedAfter: 'soon' } })).rejects.toThrow('BAD_USER_INPUT');
  });

  it.each([['is away', () => redis.cut(3_600_000)], ['says nothing', () => redis.drop()]])('end when they are asked to while Redis %s, and come back', async (_how, goAway) => {
    goAway();
    const workers = system.parts.filter(({ name }) => name.endsWith('-worker'));
    const seesRedis = async ({ port }: Part) => ((await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { checks: { redis: boolean } }).checks.redis;
    await expect.poll(() => Promise.all(workers.map(seesRedis)), { timeout: 20_000 }).toEqual(workers.map(() => false));
    const tookMs = await Promise.all(system.parts.map(async (part) => {
      const from = performance.now();
      await part.kill('SIGTERM');
      return [part.name, performance.now() - from] as const;
    }));
    expect(tookMs.filter(([, ms]) => ms > ENDS_WITHIN_MS)).toEqual([]);
    redis.heal();
    await Promise.all(system.parts.map((part) => part.start()));
    expect((await fetch(`${door(1)}/readyz`)).status).toBe(200);
  }, 180_000);
});
