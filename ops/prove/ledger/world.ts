import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { FaultProxy } from '../../harness/fault-proxy.ts';
import { startKillableEngines, type KillableEngines } from '../../harness/killable-engines.ts';
import { arrive, asker, setUpStaff, tell, type Staff, type Visitor } from '../../harness/people.ts';
import type { Random } from '../../harness/random.ts';
import { startSystem, type System } from '../../harness/system.ts';
import { Doors } from './doors.ts';
import { LedgerFile } from './ledger-file.ts';
import { Screens } from './screens.ts';
import { Supervisor } from './supervisor.ts';
import { createTickets } from './tickets.ts';
import { Tracker } from './tracker.ts';
import { Writer, type WriterParts } from './writers.ts';

export interface WorldOptions {
  shape: 'one' | 'many';
  /** Messages a second that the writers try for. */
  rate: number;
  conversations: number;
  creators: number;
  isDurable: boolean;
  /** Only people on good lines who stay until the end; else a slow reader and an absent colleague too. */
  isPlain: boolean;
  /** Where the logs of the processes and the ledger are kept; left out: nowhere. */
  keepIn?: string;
  /** Where the code is; left out: this tree. */
  root?: string;
}

/** Between what a client waits for an answer and what it takes for silence. */
const TIMEOUT_MS = 5_000;
/** Quiet conversations that a crowd may watch. */
const HALLS = 4;
const SLOW_BYTES_PER_SECOND = 24_000;
const SHOWN_WITHIN_MS = 6_000;
const TICKET_EVERY_MS = 1_500;

export interface ClientDoors {
  visitors: FaultProxy[];
  agent: FaultProxy;
  /** The second tab of the agent. */
  tab: FaultProxy;
  /** A reader on a line that is too slow for what is said. */
  slow: FaultProxy;
  /** A colleague who is away for the whole time. */
  absent: FaultProxy;
  programs: FaultProxy;
  crowd: FaultProxy;
}

/** The system on engines of its own, the people in front of it, and the ledger they keep. */
export interface World {
  system: System;
  engines: KillableEngines;
  doors: Doors;
  clients: ClientDoors;
  staff: Staff;
  visitors: Visitor[];
  screens: Screens;
  ledger: LedgerFile;
  tracker: Tracker;
  random: Random;
  writers: Writer[];
  hallWriters: Writer[];
  supervisor: Supervisor;
  /** How long each killed database took to answer again. */
  recoveries: number[];
  /** Begins to write; the returned function ends it and resolves when everybody has an answer. */
  startLoad(): () => Promise<void>;
  close(): Promise<void>;
}

const open = new Set<World['close']>();

/** Ends what is open, for a proof that is told to stop. */
export const closeWorlds = (): Promise<unknown> => Promise.all([...open].map((close) => close()));

/** Starts everything. Visitors come first, then screens; nothing is written yet. */
export async function openWorld(options: WorldOptions, random: Random): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'careline-ledger-'));
  const engines = await startKillableEngines({ isDurable: options.isDurable });
  process.env.TEST_DATABASE_URL = engines.databaseUrl;
  process.env.TEST_REDIS_URL = engines.redisUrl;
  const doors = new Doors(engines, folder);
  const closers: (() => Promise<unknown>)[] = [() => doors.close(), () => engines.stop(), async () => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    open.delete(close);
    for (const closer of closers.splice(0)) await closer();
  };
  open.add(close);
  try {
    const system = await startSystem(options.shape, {}, options.root, { wire: doors.wire });
    closers.unshift(() => system.stop());
    const { keepIn } = options;
    if (keepIn) closers.unshift(async () => [folder, system.dataDir].forEach((kept) => cpSync(kept, keepIn, { recursive: true })));
    const clients = await openClientDoors(options, () => system.gateways.map((gateway) => gateway.port!));
    closers.unshift(() => Promise.all([...clients.visitors, clients.agent, clients.tab, clients.slow, clients.absent, clients.programs, clients.crowd].map((door) => door.close())));
    const cast = await assemble(clients);
    const world = await furnish({ options, random, system, engines, doors, clients, ...cast, ledger: new LedgerFile(join(folder, 'ledger.jsonl')) }, close);
    closers.unshift(async () => world.screens.stop(), () => Promise.all(world.visitors.map((visitor) => visitor.client.close())));
    return world;
  } catch (error) {
    await close();
    throw error;
  }
}

async function openClientDoors({ conversations }: WorldOptions, ports: () => number[]): Promise<ClientDoors> {
  const open = () => FaultProxy.open(ports);
  return {
    visitors: await Promise.all(Array.from({ length: conversations + HALLS }, open)),
    agent: await open(), tab: await open(), slow: await open(), absent: await open(), programs: await open(), crowd: await open(),
  };
}

async function assemble(clients: ClientDoors): Promise<{ staff: Staff; visitors: Visitor[] }> {
  const staff = await setUpStaff(clients.agent.url);
  const visitors: Visitor[] = [];
  for (const door of clients.visitors) {
    const visitor = await arrive(door.url, staff.channelKey, { timeoutMs: TIMEOUT_MS });
    await tell(staff.ask, 'assignConversation', { conversationId: visitor.conversationId, agentId: staff.agentId }, 'conversation { id }');
    visitors.push(visitor);
  }
  return { staff: { ...staff, ask: asker(clients.agent.url, () => staff.token, TIMEOUT_MS) }, visitors };
}

/** Words that come before the screens do would prove less. */
async function untilShown(screens: Screens, ids: readonly string[]): Promise<void> {
  const isShown = () => ids.every((id, place) => ['agent', 'tab', `visitor-${place}`].every((screen) => screens.lastSeq(screen, id) > 0));
  for (let waitedMs = 0; !isShown() && waitedMs < SHOWN_WITHIN_MS; waitedMs += 50) await rest(50);
}

type Bare = Pick<World, 'system' | 'engines' | 'doors' | 'clients' | 'staff' | 'visitors' | 'random' | 'ledger'> & { options: WorldOptions };

async function furnish(bare: Bare, close: () => Promise<void>): Promise<World> {
  const { options, clients, staff, visitors, ledger, random } = bare;
  const tracker = new Tracker();
  const ids = visitors.map((visitor) => visitor.conversationId);
  const screens = new Screens(ledger, tracker, (id) => ids.indexOf(id));
  visitors.forEach((visitor, place) => screens.openConversation(`visitor-${place}`, visitor.conversationId, visitor.client));
  for (const name of options.isPlain ? (['agent', 'tab'] as const) : (['agent', 'tab', 'slow', 'absent'] as const)) screens.openInbox(name, clients[name].url, staff.token, ids);
  clients.slow.throttle(SLOW_BYTES_PER_SECOND);
  const parts: WriterParts = { ledger, tracker, random };
  const writers = visitors.flatMap((visitor, place) => (['visitor', 'agent'] as const).map((side) => new Writer({
    place, side, conversationId: visitor.conversationId, ask: side === 'visitor' ? visitor.ask : staff.ask,
    lastSeenSeq: side === 'agent' ? () => screens.lastSeq('agent', visitor.conversationId) : null,
    screens: [`visitor-${place}`, 'agent', 'tab'],
  }, parts)));
  const busy = writers.filter((writer) => writer.seat.place < options.conversations);
  await untilShown(screens, ids);
  return {
    ...bare, tracker, screens, close, writers: busy, hallWriters: writers.filter((writer) => !busy.includes(writer)),
    supervisor: new Supervisor(), recoveries: [],
    startLoad() {
      let isOver = false;
      const everyMs = (busy.length / options.rate) * 1_000;
      const ask = asker(clients.programs.url, () => staff.token, TIMEOUT_MS);
      const running = [
        ...busy.map((writer) => writer.write(everyMs, () => isOver)),
        ...Array.from({ length: options.creators }, (_, index) => createTickets({ name: `program ${index}`, ask, conversationId: ids[index % ids.length]! }, parts, TICKET_EVERY_MS, () => isOver)),
      ];
      return async () => {
        isOver = true;
        await Promise.all(running);
      };
    },
  };
}
