import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Person, Tally } from './orders.ts';

/** The tallies of all load processes together. */
export interface Sum extends Tally {
  /** Acknowledged in the time in which the load was offered. */
  perSecond: number;
}

const NUMBERS_EACH = 100_000_000;

/** Load processes that do the same thing at the same time, and one beside them for those who listen: the flood's own lateness is not theirs. */
export class LoadTeam {
  readonly #members: ChildProcess[];
  readonly #listeners: ChildProcess;
  readonly #acked = new Set<string>();
  #runs = 0;
  /** Lines that the system ended. */
  cuts = 0;

  constructor(size: number) {
    const start = () => fork(fileURLToPath(new URL('./load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
    this.#members = Array.from({ length: size }, start);
    this.#listeners = start();
    for (const member of this.#all) member.on('message', (message: { type: string }) => { if (message.type === 'cut') this.cuts += 1; });
  }

  get #all(): ChildProcess[] {
    return [...this.#members, this.#listeners];
  }

  /** Opens a line for each person: one process for those who listen, the others spread over the rest. */
  async open(url: string, { listening, others }: { listening: readonly Person[]; others: readonly Person[][] }): Promise<void> {
    const open = (member: ChildProcess, people: readonly Person[]) => {
      member.send({ type: 'open', url, people });
      return reply(member, 'opened');
    };
    await Promise.all([
      open(this.#listeners, listening),
      ...this.#members.map((member, index) => open(member, others.flatMap((group) => group.filter((_, place) => place % this.#members.length === index)))),
    ]);
  }

  /** `writers` people who send one message after the other. */
  closed(writers: number, seconds: number): Promise<Sum> {
    const share = Math.ceil(writers / this.#members.length);
    return this.#run(this.#members, { kind: 'closed', writers: share, perSecond: 0, seconds });
  }

  /** Everybody together `perSecond` messages, come what may; beside them those who listen. */
  async flood(perSecond: number, seconds: number): Promise<{ flood: Sum; listening: Sum }> {
    const [flood, listening] = await Promise.all([
      this.#run(this.#members, { kind: 'flood', writers: 0, perSecond: perSecond / this.#members.length, seconds }),
      this.#run([this.#listeners], { kind: 'listening', writers: 0, perSecond: 0, seconds }),
    ]);
    return { flood, listening };
  }

  /** Client ids of every message that was ever acknowledged. */
  ackedIds(): ReadonlySet<string> {
    return this.#acked;
  }

  end(): void {
    for (const member of this.#all) member.disconnect();
  }

  async #run(members: readonly ChildProcess[], order: Omit<Job, 'run' | 'numbersFrom'>): Promise<Sum> {
    const run = `r${(this.#runs += 1)}`;
    const tallies = await Promise.all(members.map(async (member, index) => {
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
  const all = <Key extends 'acked' | 'ackMs' | 'ackedAt' | 'refusedMs' | 'lagMs'>(key: Key) => tallies.flatMap((tally) => tally[key]);
  const count = (key: 'cpuMs' | 'sent' | 'withoutWait' | 'unanswered' | 'seen') => tallies.reduce((sum, tally) => sum + tally[key], 0);
  const counts = (key: 'refusals' | 'failures') => {
    const sums: Record<string, number> = {};
    for (const tally of tallies) for (const [code, number] of Object.entries(tally[key])) sums[code] = (sums[code] ?? 0) + number;
    return sums;
  };
  const inTime = all('ackedAt').filter((at) => at <= seconds * 1000).length;
  return {
    sent: count('sent'), acked: all('acked'), ackMs: all('ackMs'), ackedAt: all('ackedAt'), refusedMs: all('refusedMs'), cpuMs: count('cpuMs'), lagMs: all('lagMs'),
    refusals: counts('refusals'), failures: counts('failures'), withoutWait: count('withoutWait'), unanswered: count('unanswered'), seen: count('seen'),
    perSecond: inTime / seconds,
  };
}
