import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../../harness/figures.ts';
import { startKillableEngines } from '../../harness/killable-engines.ts';
import { arrive, asker, setUpStaff, tell, type Ask } from '../../harness/people.ts';
import type { Random } from '../../harness/random.ts';
import { freePort, startSystem, type Part, type System } from '../../harness/system.ts';

export interface Kills {
  tickets: number;
  /** Steps that the policy promised: a verdict and two escalations each. */
  promised: number;
  missing: number;
  twice: number;
  /** Lateness of steps while nothing was killed, milliseconds. */
  calmP99Ms: number;
  calmCount: number;
  /** Lateness of the latest step of all. */
  worstMs: number;
  kills: number;
}

/** A promise that is over in a second, and two escalations behind it. */
const POLICY = ['first_response: 2s', 'escalation_rules:', '  - after: 2s', '    target: supervisor_group', '  - after: 4s', '    target: supervisor_group'];
const LOOK_EVERY_MS = 100;
const BATCH = 40;
/** In peace tickets come one by one, some eight a second: ten times what a desk of 5,000 conversations a day makes. */
const CALM_EVERY_MS = 100;
const CALM_MS = 6_000;
const STEPS_EACH = 3;
/** The last step of a ticket is due by then. */
const DUE_WITHIN_MS = 6_500;
/** After that another worker would do what the first did already. */
const LEASE_MS = 8_000;
/** Nothing may come this long after it was due, whatever is killed: a lease ends after six seconds, a database is up in ten. */
const PATIENCE_MS = 90_000;

/**
 * Timers of many tickets while two workers sweep: first in peace, one after the other, then in batches while workers and the database are killed by turns, at moments
 * that nobody chose. Every step must have happened once, read from the record of each ticket through the public API.
 */
export async function killTimers({ batches, random }: { batches: number; random: Random }): Promise<Kills> {
  const engines = await startKillableEngines({ isDurable: true });
  const before = { ...process.env };
  Object.assign(process.env, { TEST_DATABASE_URL: engines.databaseUrl, TEST_REDIS_URL: engines.redisUrl });
  let system: System | null = null;
  let second: Part | null = null;
  try {
    system = await startSystem('many');
    const first = system.parts.find(({ name }) => name === 'tickets-worker')!;
    second = first.twin('tickets-worker-2', await freePort(), {});
    await second.start();
    const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
    const world = await prepare(url);
    const quiet: string[] = [];
    for (const until = performance.now() + batches * CALM_MS; performance.now() < until; await pause(CALM_EVERY_MS)) quiet.push(...(await create(world, 1)));
    const calm = await settle(world.ask, quiet);
    const kills = 3 * batches;
    const late = await settle(world.ask, await shake(world, [first, engines.mariadb, second], random, kills));
    const all = [...calm, ...late];
    return {
      tickets: all.length, promised: all.length * STEPS_EACH, kills,
      missing: all.reduce((sum, { steps }) => sum + Math.max(0, STEPS_EACH - new Set(steps.map(({ name }) => name)).size), 0),
      twice: all.reduce((sum, { steps }) => sum + steps.length - new Set(steps.map(({ name }) => name)).size, 0),
      calmCount: calm.flatMap(({ latenesses }) => latenesses).length,
      calmP99Ms: percentile(calm.flatMap(({ latenesses }) => latenesses), 0.99), worstMs: Math.max(...all.flatMap(({ latenesses }) => latenesses)),
    };
  } finally {
    await second?.kill();
    await system?.stop();
    await engines.stop();
    Object.assign(process.env, before);
  }
}

interface Victim {
  kill(): Promise<void>;
  start(): Promise<void>;
}

interface World {
  ask: Ask;
  customerId: string;
}

async function prepare(url: string): Promise<World> {
  const staff = await setUpStaff(url);
  const admin = asker(url, () => staff.adminToken);
  const yaml = ['P0', 'P1', 'P2'].map((priority) => [`priority: ${priority}`, ...POLICY].join('\n')).join('\n---\n');
  const { version } = await tell<{ version: { id: string } }>(admin, 'saveSlaPolicy', { documentId: null, name: '两秒', content: { yaml }, baseVersion: null }, 'version { id }');
  const { dryRun } = await tell<{ dryRun: { id: string } }>(admin, 'dryRunSlaPolicy', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id }');
  while ((await admin<{ slaDryRun: { state: string } }>('query ($id: ID!) { slaDryRun(id: $id) { state } }', { id: dryRun.id })).slaDryRun.state !== 'DONE') await pause(LOOK_EVERY_MS);
  await tell(admin, 'activateSlaPolicy', { versionId: version.id, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { id }');
  const visitor = await arrive(url, staff.channelKey);
  await tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: '您好' }, 'message { seq }');
  visitor.client.close();
  const { conversation } = await staff.ask<{ conversation: { customer: { id: string } } }>('query ($id: ID!) { conversation(id: $id) { customer { id } } }', { id: visitor.conversationId });
  return { ask: admin, customerId: conversation.customer.id };
}

/** So many tickets at once; asked again while nobody answers, under the same key. */
async function create({ ask, customerId }: World, count: number): Promise<string[]> {
  const tickets = Array.from({ length: count }, () => ({ category: 'PAYMENT', subject: '计时', customerId, priority: 'P0' }));
  const input = { tickets, idempotencyKey: randomUUID() };
  for (const until = Date.now() + PATIENCE_MS; ; await pause(LOOK_EVERY_MS)) {
    try {
      const { results } = await tell<{ results: { ticket: { id: string } }[] }>(ask, 'createTickets', input, 'results { ticket { id } }');
      return results.map(({ ticket }) => ticket.id);
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** Kills a worker, the other worker or the database by turns while the steps of a batch fall due; each comes back as a supervisor would bring it back. */
async function shake(world: World, victims: readonly Victim[], random: Random, rounds: number): Promise<string[]> {
  const ids: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ids.push(...(await create(world, BATCH)));
    await pause(Math.floor(random.next() * DUE_WITHIN_MS));
    const victim = victims[round % victims.length]!;
    await victim.kill();
    await pause(Math.floor(random.next() * 300));
    await victim.start();
  }
  return ids;
}

interface Settled {
  steps: { name: string }[];
  latenesses: number[];
}

interface Ticket {
  entries: { nodes: { kind: string; facts: { afterSeconds?: number; target?: string } | null }[] };
  escalations: { state: string; latenessMs: number | null }[];
}

/** Waits until every step of these tickets has happened, and once more as long as a lease lasts for one that would happen twice. */
async function settle(ask: Ask, ids: readonly string[]): Promise<Settled[]> {
  const until = Date.now() + PATIENCE_MS;
  let found: Settled[] = [];
  for (let isDone = false; !isDone && Date.now() < until;) {
    await pause(1_000);
    found = await readAll(ask, ids).catch(() => []);
    isDone = found.length === ids.length && found.every(({ steps }) => steps.length >= STEPS_EACH);
  }
  await pause(LEASE_MS);
  return readAll(ask, ids);
}

/** One after the other: whoever looks must not be the load. */
async function readAll(ask: Ask, ids: readonly string[]): Promise<Settled[]> {
  const found: Settled[] = [];
  for (const id of ids) found.push(await read(ask, id));
  return found;
}

async function read(ask: Ask, id: string): Promise<Settled> {
  const { ticket } = await ask<{ ticket: Ticket }>('query ($id: ID!) { ticket(id: $id) { escalations { state latenessMs } entries(first: 100) { nodes { kind facts } } } }', { id });
  const steps = ticket.entries.nodes.flatMap(({ kind, facts }) => (kind === 'ESCALATED' || kind === 'CLOCK_BREACHED' ? [{ name: `${kind} ${facts?.target} ${facts?.afterSeconds ?? ''}` }] : []));
  return { steps, latenesses: ticket.escalations.flatMap(({ latenessMs }) => latenessMs ?? []) };
}
