import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, percentile } from '../../harness/figures.ts';
import type { Arena } from './arena.ts';
import type { Attack, Family } from './attack.ts';
import { residentOf } from './process.ts';
import { BareSocket } from './socket.ts';
import type { Felt, VictimOrder } from './victim.ts';
import { onlyStrangers, openLine } from './wire.ts';

export interface Beside {
  rounds: number;
  seconds: number;
  /** Attacks a second. */
  pace: number;
}

export interface Figures {
  quietP99: number;
  attackedP99: number;
  /** Change of the victim's p99, as a share. */
  moved: number;
  lost: number;
  attacks: number;
  /** Outcomes that were neither the expected one nor a refusal for their frequency. */
  strange: Map<string, number>;
  /** Resident memory after the first and after the last attacked round, in MB. */
  resident: [first: number, last: number];
}

const CONVERSATIONS = 20;
const MESSAGES_PER_SECOND = 60;
const UNDER_WAY_MAX = 32;
const HELD_LINES = 50;
const ATTACKERS = 32;
/** Refused for its frequency, which is how a repeated attack ends. */
const TOO_OFTEN = /RATE_LIMITED|LOCKED_OUT/;

async function startVictim(arena: Arena): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./victim.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const order: VictimOrder = { url: arena.url, channelKey: arena.staff.channelKey, staffToken: arena.staff.token, conversations: CONVERSATIONS, perSecond: MESSAGES_PER_SECOND };
  child.send(order);
  await once(child, 'message');
  return child;
}

async function chat(victim: ChildProcess, seconds: number): Promise<Felt> {
  victim.send(seconds);
  return ((await once(victim, 'message')) as [Felt])[0];
}

/** Everything of the table that decides quickly, over and over at an even pace, beside lines that are held open. */
class Attackers {
  readonly #arena: Arena;
  readonly #attacks: readonly Attack[];
  readonly strange = new Map<string, number>();
  #next = 0;
  #underWay = 0;
  count = 0;

  constructor(arena: Arena, families: readonly Family[]) {
    this.#arena = arena;
    this.#attacks = families.flatMap((family) => family.attacks).filter((attack) => !attack.isHeld && attack.times === undefined);
  }

  /** Attacks until the returned function is called; that resolves when the last outcome is in. */
  begin(pace: number): () => Promise<void> {
    onlyStrangers(ATTACKERS);
    const held = this.#hold();
    const timer = setInterval(() => { if (this.#underWay < UNDER_WAY_MAX) void this.#attack(); }, 1_000 / pace);
    return async () => {
      clearInterval(timer);
      for (const line of await held) line.destroy();
      while (this.#underWay > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    };
  }

  async #hold(): Promise<{ destroy(): void }[]> {
    const { port } = this.#arena;
    const silent = await Promise.all(Array.from({ length: HELD_LINES }, () => BareSocket.open(port)));
    const slow = Array.from({ length: HELD_LINES }, () => {
      const line = openLine(port);
      line.write('POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n{');
      return line;
    });
    return [...silent, ...slow];
  }

  async #attack(): Promise<void> {
    const attack = this.#attacks[this.#next++ % this.#attacks.length]!;
    this.#underWay += 1;
    this.count += 1;
    const code = await attack.run(this.#arena).then((outcome) => outcome.code, (error: unknown) => String(error));
    this.#underWay -= 1;
    if (code === attack.expected || TOO_OFTEN.test(code)) return;
    const what = `${attack.name}: ${code.slice(0, 80)}`;
    this.strange.set(what, (this.strange.get(what) ?? 0) + 1);
  }
}

/** Quiet and attacked rounds in turn, so that both see the same machine. */
export async function chatBeside(arena: Arena, families: readonly Family[], { rounds, seconds, pace }: Beside, say: (line: string) => void): Promise<Figures> {
  const victim = await startVictim(arena);
  const attackers = new Attackers(arena, families);
  const quiet: number[] = [];
  const attacked: number[] = [];
  const resident: number[] = [];
  let lost = 0;
  const take = async (into: number[]) => {
    const felt = await chat(victim, seconds);
    lost += felt.lost;
    into.push(percentile(felt.deliveryMs, 0.99));
    return `p50 ${percentile(felt.deliveryMs, 0.5).toFixed(1)} p99 ${into.at(-1)!.toFixed(1)} ms of ${felt.deliveryMs.length}`;
  };
  try {
    await chat(victim, seconds);
    for (let round = 1; round <= rounds; round += 1) {
      const calm = await take(quiet);
      const before = attackers.count;
      const end = attackers.begin(pace);
      const storm = await take(attacked);
      await end();
      resident.push(residentOf(arena.pid));
      say(`round ${round}: quiet ${calm}; attacked ${storm}, ${attackers.count - before} attacks; ${resident.at(-1)!.toFixed(0)} MB`);
    }
  } finally {
    victim.disconnect();
  }
  const [quietP99, attackedP99] = [median(quiet), median(attacked)];
  return { quietP99, attackedP99, moved: attackedP99 / quietP99 - 1, lost, attacks: attackers.count, strange: attackers.strange, resident: [resident[0]!, resident.at(-1)!] };
}
