import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Person, Tally } from './orders.ts';

/** The tallies of all load processes together. */
export interface Sum extends Tally {
  /** Acknowledged in the time in which the load was offered. */
  perSecond: number;
}

const NUMBERS_EACH = 100_000_000;

/** Load processes that do the same thing at the same time. */
export class LoadTeam {
  readonly #members: ChildProcess[];
  readonly #acked = new Set<string>();
  #runs = 0;
  /** Lines that the system ended. */
  cuts = 0;

  constructor(size: number) {
    this.#members = Array.from({ length: size }, () => fork(fileURLToPath(new URL('./load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] }));
    for (const member of this.#members) member.on('message', (message: { type: string }) => { if (message.type === 'cut') this.cuts += 1; });
  }

  /** Opens a line for each person, spread over the processes. */
  async open(url: string, ...groups: readonly Person[][]): Promise<void> {
    await Promise.all(this.#members.map((member, index) => {
      const people = groups.flatMap((group) => group.filter((_, place) => place % this.#members.length === index));
      member.send({ type: 'open', url, people });
      return reply(member, 'opened');
    }));
  }

  /** `writers` people who send one message after the other. */
  closed(writers: number, seconds: number): Promise<Sum> {
    const share = Math.ceil(writers / this.#members.length);
    return this.#run({ kind: 'closed', writers: share, perSecond: 0, polite: 0, seconds });
  }

  /** Everybody together `perSecond` messages, come what may. */
  flood(perSecond: number, polite: number, seconds: number): Promise<Sum> {
    return this.#run({ kind: 'open', writers: 0, perSecond: perSecond / this.#members.length, polite: Math.ceil(polite / this.#members.length), seconds });
  }

  /** Client ids of every message that was ever acknowledged. */
  ackedIds(): ReadonlySet<string> {
    return this.#acked;
  }

  end(): void {
    for (const member of this.#members) member.disconnect();
  }

  async #run(order: Omit<Job, 'run' | 'numbersFrom'>): Promise<Sum> {
    const run = `r${(this.#runs += 1)}`;
    const tallies = await Promise.all(this.#members.map(async (member, index) => {
      const job: Job = { ...order, run, numbersFrom: index * NUMBERS_EACH };
      member.send({ type: 'run', job });
      return (await reply(member, 'done')).tally!;
    }));
    const sum = add(tallies, order.seconds);
    for (const number of sum.acked) this.#acked.add(`${run}-${number}`);
    return sum;
  }
}

function reply(member: ChildProcess, type: string): Promise<{ tally?: Tally }> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a load process ended with ${code}`));
    const listen = (message: { type: string; tally?: Tally }) => {
      if (message.type !== type) return;
      member.off('message', listen);
      member.off('exit', onExit);
      resolve(message);
    };
    member.on('message', listen);
    member.once('exit', onExit);
  });
}

function add(tallies: readonly Tally[], seconds: number): Sum {
  const all = <Key extends 'acked' | 'ackMs' | 'ackedAt' | 'refusedMs' | 'politeAckMs' | 'politeRefusedMs' | 'lagMs'>(key: Key) => tallies.flatMap((tally) => tally[key]);
  const count = (key: 'cpuMs' | 'sent' | 'withoutWait' | 'unanswered' | 'seen') => tallies.reduce((sum, tally) => sum + tally[key], 0);
  const counts = (key: 'refusals' | 'failures') => {
    const sums: Record<string, number> = {};
    for (const tally of tallies) for (const [code, number] of Object.entries(tally[key])) sums[code] = (sums[code] ?? 0) + number;
    return sums;
  };
  const inTime = all('ackedAt').filter((at) => at <= seconds * 1000).length;
  return {
    sent: count('sent'), acked: all('acked'), ackMs: all('ackMs'), ackedAt: all('ackedAt'), refusedMs: all('refusedMs'), politeAckMs: all('politeAckMs'), politeRefusedMs: all('politeRefusedMs'), cpuMs: count('cpuMs'), lagMs: all('lagMs'),
    refusals: counts('refusals'), failures: counts('failures'), withoutWait: count('withoutWait'), unanswered: count('unanswered'), seen: count('seen'),
    perSecond: inTime / seconds,
  };
}
