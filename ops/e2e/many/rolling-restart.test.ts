import { randomUUID } from 'node:crypto';
import { setImmediate as turn, setTimeout as rest } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type SeenMessage } from '../../../schema/examples/live-inbox.mjs';
import { FaultProxy } from '../../harness/fault-proxy.ts';
import { arrive, AskError, asker, setUpStaff, tell, type Ask, type Staff, type Visitor } from '../../harness/people.ts';
import { startSystem, type System } from '../../harness/system.ts';

const VISITORS = 4;
const PAUSE_MS = 40;

let system: System;
let door: FaultProxy;
let staff: Staff;
const visitors: Visitor[] = [];

beforeAll(async () => {
  system = await startSystem('many', {}, undefined, { replicas: 2 });
  door = await FaultProxy.open(() => system.gateways.map(({ port }) => port!));
  staff = await setUpStaff(door.url);
  for (let index = 0; index < VISITORS; index += 1) {
    const visitor = await arrive(door.url, staff.channelKey);
    await tell(staff.ask, 'assignConversation', { conversationId: visitor.conversationId, agentId: staff.agentId }, 'conversation { id }');
    visitors.push(visitor);
  }
}, 300_000);
afterAll(async () => {
  await door?.close();
  await system?.stop();
});

/** What was asked of the system, and how often it had to be asked again. */
class Requests {
  readonly retries: number[] = [];
  readonly reasons: string[] = [];
  isOver = false;
  /** The process that is being restarted. */
  during = 'nothing';

  /** Does one thing until it succeeds, with the patience of a client: a moment for a line that broke, else what `retryAfterMs` says. */
  async until<T>(work: () => Promise<T>): Promise<T> {
    for (let retries = 0; ; retries += 1) {
      try {
        const result = await work();
        this.retries.push(retries);
        return result;
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.reasons.push(`try ${retries + 1} while ${this.during} was restarted: ${String(error)}${error instanceof Error && error.cause ? `: ${String(error.cause)}` : ''}`);
        await rest(retries === 0 ? (error instanceof AskError && error.retryAfterMs) || 250 : 1_000);
        // This process stands still now and then as well: first it reads which of its lines have ended meanwhile.
        await turn();
        await turn();
      }
    }
  }

  /** One person who goes on doing this until it is over. */
  async keepDoing(work: () => Promise<unknown>): Promise<void> {
    while (!this.isOver) {
      await work();
      await rest(PAUSE_MS);
    }
  }
}

/** A line that broke, or a part that says it is away; anything else is a fault. */
const isPassing = (error: unknown) => error instanceof Error && (error.name === 'TypeError' || error.message.startsWith('UNAVAILABLE'));

/** The texts of one conversation as one screen showed them. */
const shown = () => {
  const texts = new Map<string, string[]>();
  return { texts, onMessage: (id: string, message: SeenMessage) => { if (message.clientMessageId) texts.set(id, [...(texts.get(id) ?? []), message.text!]); } };
};

function sender(requests: Requests, ask: Ask, conversationId: string, name: string, sent: Map<string, string[]>, more: object) {
  let count = 0;
  return () => {
    const [clientMessageId, text] = [randomUUID(), `${name} ${(count += 1)}`];
    return requests.until(() => tell(ask, 'sendMessage', { conversationId, clientMessageId, text, ...more }, 'message { seq }'))
      .then(() => sent.set(conversationId, [...(sent.get(conversationId) ?? []), text]));
  };
}

describe('a restart of every process, one after the other, while people write and look', () => {
  it('loses, doubles and reorders nothing, and no request needs more than one retry', async () => {
    const requests = new Requests();
    const sent = new Map<string, string[]>();
    const [byVisitors, byAgent] = [shown(), shown()];
    const agent = asker(door.url, () => staff.token);
    const program = connect({ url: door.url, token: staff.token });
    const open = [program.liveInbox({ onMessage: byAgent.onMessage }), ...visitors.map((one) => one.client.followConversation(one.conversationId, byVisitors.onMessage))];
    const people = visitors.flatMap((visitor, index) => [
      requests.keepDoing(sender(requests, visitor.ask, visitor.conversationId, `visitor-${index}`, sent, {})),
      requests.keepDoing(sender(requests, agent, visitor.conversationId, `agent-${index}`, sent, { lastSeenSeq: 0, confirm: true })),
    ]);
    const looks = 'query ($id: ID!) { conversation(id: $id) { state tickets(first: 5) { nodes { id } } } auditEntries(first: 1) { nodes { id } } }';
    const looking = requests.keepDoing(() => requests.until(() => agent(looks, { id: visitors[0]!.conversationId })));
    const openHelp = async () => {
      const page = await fetch(`${door.url}/help`, { redirect: 'manual' });
      if (page.status >= 500) throw new Error(`UNAVAILABLE: status ${page.status}`);
    };
    const helping = requests.keepDoing(() => requests.until(openHelp));
    const everybody = Promise.all([...people, looking, helping]);
    for (const part of system.parts) {
      requests.during = part.name;
      await Promise.race([part.restart(), everybody.then(() => { throw new Error('somebody gave up'); })]);
    }
    requests.isOver = true;
    await everybody;

    for (const visitor of visitors) {
      const texts = sent.get(visitor.conversationId)!;
      for (const screen of [byVisitors, byAgent]) {
        await expect.poll(() => screen.texts.get(visitor.conversationId)?.length ?? 0, { timeout: 30_000 }).toBeGreaterThanOrEqual(texts.length);
        const seen = screen.texts.get(visitor.conversationId)!;
        // Once each, and what one person wrote in the order of its writing.
        for (const who of ['visitor', 'agent']) expect(seen.filter((text) => text.startsWith(who))).toEqual(texts.filter((text) => text.startsWith(who)));
      }
    }
    const counts = { requests: requests.retries.length, retried: requests.retries.filter((retries) => retries === 1).length, more: requests.retries.filter((retries) => retries > 1).length };
    console.log(`rolling restart of ${system.parts.length} processes: ${counts.requests} requests, ${counts.retried} with one retry, ${counts.more} with more; messages ${[...sent.values()].flat().length}`);
    expect(counts.more, requests.reasons.join('\n')).toBe(0);
    expect(counts.requests).toBeGreaterThan(200);
    for (const one of open) one.stop();
    for (const client of [program, ...visitors.map((visitor) => visitor.client)]) client.close();
  }, 400_000);
});
