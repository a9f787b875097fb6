import { setTimeout as rest } from 'node:timers/promises';
import { Random } from '../../harness/random.ts';
import { check, type Verdict } from './checker.ts';
import { Driver } from './driver.ts';
import { loadCounted, loadFresh, type Fresh } from './fresh.ts';
import { readTiming, type Timing } from './gaps.ts';
import { readMemory, tellGrowth } from './memory.ts';
import { seesAll } from './screens.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export interface Outcome {
  verdict: Verdict;
  timing: Timing;
  faults: number;
  notCurrent: number;
  recoveries: number[];
  /** Messages of customers in the table, and how many of them analytics has counted. */
  counted: { stored: number; counted: number };
}

/** How long to wait for screens: after a fault, and in the end. */
export interface Patience {
  patienceMs: number;
  settleMs: number;
}

const WARM_UP_MS = 5_000;
const PATIENT: Patience = { patienceMs: 90_000, settleMs: 120_000 };

/** One whole run: people write, `trouble` breaks things, everybody comes back, and the ledger is compared with the system. */
export async function run(options: WorldOptions, seed: number, trouble: (driver: Driver, world: World) => Promise<void>, patience = PATIENT): Promise<Outcome> {
  const world = await openWorld(options, new Random(seed + 1));
  try {
    const stopLoad = world.startLoad();
    await rest(WARM_UP_MS);
    const memory = readMemory(world.system.parts);
    const absentSince = performance.now();
    if (!options.isPlain) world.clients.absent.cut(Infinity);
    const driver = new Driver(world, new Random(seed), patience.patienceMs);
    await trouble(driver, world);
    await stopLoad();
    for (const writer of [...world.writers, ...world.hallWriters]) await writer.comeBack();
    const absentMs = options.isPlain ? 0 : performance.now() - absentSince;
    await settle(world, absentMs, patience.settleMs);
    console.log(`${tellGrowth(memory, readMemory(world.system.parts))}; starts that had to be tried again: ${world.supervisor.failedStarts}`);
    const fresh = await loadFresh(world.staff.ask, world.visitors.map((visitor) => visitor.conversationId));
    const counted = await settleCounts(world, fresh, patience.settleMs);
    world.ledger.close();
    return { counted, verdict: await check(world.ledger.path, fresh), timing: await readTiming(world.ledger.path), faults: driver.faults, notCurrent: driver.notCurrent, recoveries: world.recoveries };
  } finally {
    await world.close();
  }
}

/** Heals every line and waits until each screen and each inbox shows the end, or patience is over. */
async function settle(world: World, absentMs: number, settleMs: number): Promise<void> {
  const { clients, screens, staff, visitors } = world;
  const healedAt = performance.now();
  for (const door of [clients.absent, clients.slow]) door.heal();
  const { conversations } = await loadFresh(staff.ask, visitors.map((visitor) => visitor.conversationId));
  const storedIn = new Map(conversations.map((conversation, place) => [visitors[place]!.conversationId, conversation.messages]));
  const owed = (screen: string, id: string) => storedIn.get(id)!.findLast((message) => seesAll(screen) || message.visibility === 'PUBLIC')?.seq ?? 0;
  const isCurrent = await screens.current(owed, settleMs);
  const versions = new Map(conversations.map((conversation, place) => [visitors[place]!.conversationId, conversation.version]));
  const isBehind = () => [...screens.inboxes.values()].some((rows) => rows().some((row) => row.version < (versions.get(row.id) ?? 0)));
  for (const until = performance.now() + settleMs; isBehind() && performance.now() < until;) await rest(50);
  screens.noteInboxes();
  console.log(`${absentMs > 0 ? `a colleague who was away for ${(absentMs / 60_000).toFixed(1)} min, a reader on a slow line and all` : 'all'} others ${isCurrent ? `current after ${((performance.now() - healedAt) / 1_000).toFixed(1)} s` : 'NOT CURRENT'}`);
}

/** Waits until analytics has counted as many messages of customers as are stored, or patience is over. */
async function settleCounts({ staff }: World, { conversations }: Fresh, settleMs: number): Promise<Outcome['counted']> {
  const stored = conversations.flatMap((conversation) => conversation.messages).filter((message) => message.clientMessageId !== null && message.author.kind === 'CUSTOMER').length;
  for (const until = performance.now() + settleMs; ;) {
    const counted = await loadCounted(staff.ask);
    if (counted === stored || performance.now() > until) return { stored, counted };
    await rest(200);
  }
}
