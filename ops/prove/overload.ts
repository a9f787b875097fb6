// Offers five times what the system can take, and counts what it still does.
// npm run prove -- overload [--seconds 60] [--times 5] [--rounds 3] [--visitors 512] [--loads 2]
import { parseArgs } from 'node:util';
import { cpuMs } from '../harness/cpu.ts';
import { median, percentile } from '../harness/figures.ts';
import { arrive, setUpStaff, type Staff } from '../harness/people.ts';
import { startSystem } from '../harness/system.ts';
import { LoadTeam, type Sum } from './overload/team.ts';
import { countStored } from './overload/stored.ts';
import type { Person } from './overload/orders.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' }, times: { type: 'string', default: '5' }, visitors: { type: 'string', default: '512' }, loads: { type: 'string', default: '2' },
    peak: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' },
  },
});
const SECONDS = Number(options.seconds);
const TIMES = Number(options.times);
const ROUNDS = Number(options.rounds);
const PEAK_SECONDS = Number(options.peak);
const STREAMS_PER_SOCKET = 150;
const REFUSED_WITHIN_MS = 50;
/** People beside the flood who stay away when they are told to. */
const LISTENING = 48;

async function welcome(url: string, staff: Staff, count: number): Promise<Person[]> {
  const people: Person[] = [];
  while (people.length < count) {
    people.push(...await Promise.all(Array.from({ length: Math.min(16, count - people.length) }, async () => {
      const visitor = await arrive(url, staff.channelKey);
      visitor.client.close();
      return { token: await visitor.token(), conversationIds: [visitor.conversationId], isWriter: true };
    })));
  }
  return people;
}

/** The lines of those who work here: every conversation is open on somebody's screen. */
function screensOf(people: readonly Person[], staff: Staff): Person[] {
  const ids = people.flatMap((person) => person.conversationIds);
  return Array.from({ length: Math.ceil(ids.length / STREAMS_PER_SOCKET) }, (_, index) =>
    ({ token: staff.token, conversationIds: ids.slice(index * STREAMS_PER_SOCKET, (index + 1) * STREAMS_PER_SOCKET), isWriter: false }));
}

const ms = (list: readonly number[], p: number) => percentile(list, p).toFixed(1);

function print(name: string, sum: Sum): void {
  const refused = Object.entries(sum.refusals).map(([code, count]) => `${code} ${count}`).join(', ') || 'none';
  console.log(`${name.padEnd(16)} sent ${sum.sent} acked ${sum.acked.length} = ${sum.perSecond.toFixed(0)}/s   ack p50 ${ms(sum.ackMs, 0.5)} p99 ${ms(sum.ackMs, 0.99)} ms   refused ${refused}${sum.refusedMs.length ? ` in p50 ${ms(sum.refusedMs, 0.5)} p99 ${ms(sum.refusedMs, 0.99)} ms` : ''}   unanswered ${sum.unanswered}${Object.keys(sum.failures).length ? ` failures ${JSON.stringify(sum.failures)}` : ''}`);
}

let passed = 0;
let failed = 0;
function check(sentence: string, holds: boolean): void {
  console.log(`${holds ? '✓' : '✗'} ${sentence}`);
  if (holds) passed += 1;
  else failed += 1;
}

interface Round {
  before: Sum;
  flood: Sum;
  listening: Sum;
}

/** How many writers at once get the most done. */
async function findPeak(team: LoadTeam, count: number): Promise<number> {
  await team.closed(64, 3);
  let best = { writers: 64, perSecond: 0 };
  for (const writers of [64, 128, 256, 512].filter((some) => some <= count)) {
    const sum = await team.closed(writers, PEAK_SECONDS);
    print(`closed ${writers}`, sum);
    if (sum.perSecond > best.perSecond) best = { writers, perSecond: sum.perSecond };
  }
  return best.writers;
}

/** Peak and flood by turns, so that a machine whose other work comes and goes treats both alike. */
async function measure(team: LoadTeam, writers: number, pid: number): Promise<{ rounds: Round[]; last: Sum }> {
  const rounds: Round[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const began = cpuMs(pid);
    const before = await team.closed(writers, PEAK_SECONDS);
    const between = cpuMs(pid);
    print(`peak ${round}`, before);
    const { flood, listening } = await team.flood(before.perSecond * TIMES, SECONDS / ROUNDS);
    print(`flood ${round}`, flood);
    print(`who listens ${round}`, listening);
    const perAck = (between - began) / before.acked.length;
    const refused = flood.refusedMs.length;
    const more = cpuMs(pid) - between - (flood.acked.length + listening.acked.length) * perAck;
    console.log(`  the api process used ${(perAck * 1000).toFixed(0)} us for each message at the peak and ${refused ? ((more / refused) * 1000).toFixed(0) : '-'} us more for each refusal; the load ${(flood.cpuMs / (SECONDS / ROUNDS) / 10).toFixed(0)} % of one core (${(before.cpuMs / PEAK_SECONDS / 10).toFixed(0)} % at the peak), late by p99 ${ms(flood.lagMs, 0.99)} ms`);
    rounds.push({ before, flood, listening });
  }
  const last = await team.closed(writers, PEAK_SECONDS);
  print('right after', last);
  return { rounds, last };
}

function judge({ rounds, last }: { rounds: Round[]; last: Sum }, stored: { found: number; doubled: number }, { acked, cuts }: { acked: number; cuts: number }): void {
  const peaks = [...rounds.map((one) => one.before.perSecond), last.perSecond];
  const ratios = rounds.map(({ flood, listening }, place) => (flood.perSecond + listening.perSecond) / ((peaks[place]! + peaks[place + 1]!) / 2));
  const floods = rounds.map((one) => one.flood);
  const listenings = rounds.map((one) => one.listening);
  const all = (sums: readonly Sum[], key: 'ackMs' | 'refusedMs') => sums.flatMap((one) => one[key]);
  const within = (list: readonly number[]) => `within p50 ${ms(list, 0.5)} p99 ${ms(list, 0.99)} ms`;
  const everybody = [...floods, ...listenings];
  const refusedMs = all(listenings, 'refusedMs');
  const count = (key: 'withoutWait' | 'unanswered') => everybody.reduce((sum, one) => sum + one[key], 0);
  const failures = everybody.flatMap((one) => Object.entries(one.failures)).map(([code, times]) => `${code} ${times}`);
  console.log(`acknowledged under ${TIMES} times the load: who listens ${within(all(listenings, 'ackMs'))}, who does not ${within(all(floods, 'ackMs'))}; who does not listen was refused ${within(all(floods, 'refusedMs'))}, as nobody reads what is sent while its sender should wait`);
  check(`goodput ${(median(ratios) * 100).toFixed(0)} % of the peak before and after (${ratios.map((one) => (one * 100).toFixed(0)).join(', ')}; at least 90)`, median(ratios) >= 0.9);
  check(`${refusedMs.length} refused ${within(refusedMs)}, by the clock of clients who listen (p99 less than ${REFUSED_WITHIN_MS})`, refusedMs.length > 0 && percentile(refusedMs, 0.99) < REFUSED_WITHIN_MS);
  check(`refusals without a time to wait: ${count('withoutWait')} of ${all(everybody, 'refusedMs').length}`, count('withoutWait') === 0);
  check(`acknowledged ${acked}, lost ${acked - stored.found}, doubled ${stored.doubled}`, stored.found === acked && stored.doubled === 0);
  check(`answers that never came: ${count('unanswered')}, other failures: ${failures.join(', ') || 'none'}, lines cut: ${cuts}`, count('unanswered') === 0 && failures.length === 0 && cuts === 0);
  const recovered = last.perSecond / median(peaks.slice(0, -1));
  check(`right after it ${(recovered * 100).toFixed(0)} % of the peak (at least 90)`, recovered >= 0.9);
}

async function main(): Promise<void> {
  const system = await startSystem('one');
  const team = new LoadTeam(Number(options.loads));
  try {
    const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
    const staff = await setUpStaff(url);
    const people = await welcome(url, staff, Number(options.visitors));
    const listening = await welcome(url, staff, LISTENING);
    await team.open(url, { listening, others: [people, screensOf([...people, ...listening], staff)] });
    const measured = await measure(team, await findPeak(team, people.length), system.gateways[0]!.pid!);
    judge(measured, await countStored(system.databasePrefix, team.ackedIds()), { acked: team.ackedIds().size, cuts: team.cuts });
  } finally {
    team.end();
    await system.stop();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

await main();
