import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import WebSocket from 'ws';
import { tell } from '../../harness/people.ts';
import type { Random } from '../../harness/random.ts';
import { seconds, type Strike } from './fault.ts';
import type { World } from './world.ts';
import { codeOf } from './writers.ts';

const EVERY_MS = 60;
const TRIGGER = `BEFORE INSERT ON messages FOR EACH ROW IF NEW.client_message_id LIKE 'poison-%' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'poison'; END IF`;

type Dose = (world: World, random: Random) => Promise<string>;

/** A row that the table refuses, in a batch with good ones; every other dose is data that no one should let in. */
const DOSES: readonly Dose[] = [
  async ({ visitors }, random) => {
    const { ask, conversationId } = random.pick(visitors);
    await tell(ask, 'sendMessage', { conversationId, clientMessageId: `poison-${randomUUID()}`, text: 'poison', confirm: false }, 'message { seq }');
    return 'stored';
  },
  async ({ visitors }, random) => {
    const { ask, conversationId } = random.pick(visitors);
    await tell(ask, 'sendMessage', { conversationId, clientMessageId: randomUUID(), text: 'x'.repeat(10_001), confirm: false }, 'message { seq }');
    return 'stored';
  },
  (world, random) => post(world, random, (body) => Buffer.from(body.replace('WORDS', 'x'.repeat(2_000_000)))),
  (world, random) => post(world, random, (body) => {
    const [before, after] = body.split('WORDS');
    return Buffer.concat([Buffer.from(before!), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from(after!)]);
  }),
  (world) => frame(world),
];

/**
 * For some seconds hostile data goes through the same doors and into the same batches as everybody's words.
 * None of it may be stored, and nobody else may notice: what it leaves behind in the table is a phantom to the checker.
 */
export async function poison(world: World, random: Random): Promise<Strike> {
  const db = await createConnection({ uri: world.engines.databaseUrl, database: `${world.system.databasePrefix}_conversations` });
  // It stays: a request that nobody waits for any more may arrive much later.
  await db.query(`CREATE OR REPLACE TRIGGER poison ${TRIGGER}`);
  db.destroy();
  const answers = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const drip = setInterval(() => {
    const dose = random.pick(DOSES)(world, random).catch(codeOf).then((answer) => {
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    });
    running.add(dose.finally(() => running.delete(dose)));
  }, EVERY_MS);
  const strike: Strike = {
    what: 'poison', holdMs: seconds(random, 4, 7),
    lift: async () => {
      clearInterval(drip);
      await Promise.all(running);
      strike.what = `poison rows, over-long bodies, bytes that are no text: answered ${[...answers].map(([answer, count]) => `${answer} ${count}`).join(', ')}`;
    },
  };
  return strike;
}

async function post({ visitors, clients }: World, random: Random, make: (body: string) => Buffer): Promise<string> {
  const place = Math.floor(random.next() * visitors.length);
  const visitor = visitors[place]!;
  const body = JSON.stringify({
    query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code } } }',
    variables: { input: { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: 'WORDS', confirm: false } },
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await visitor.token()}` };
  const response = await fetch(`${clients.visitors[place]!.url}/graphql`, { method: 'POST', headers, body: new Uint8Array(make(body)), signal: AbortSignal.timeout(5_000) });
  const answer = (await response.json()) as { data?: { sendMessage?: { message: unknown } } };
  return answer.data?.sendMessage?.message ? 'stored' : `HTTP_${response.status}`;
}

/** A text frame that is no UTF-8. */
function frame({ clients }: World): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${clients.programs.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.once('open', () => socket.send(Buffer.from([0xff, 0xfe, 0xc3, 0x28]), { binary: false }));
    socket.once('close', (code) => resolve(`CLOSED_${code}`));
    socket.once('error', () => resolve('CUT'));
  });
}
