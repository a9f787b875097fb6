// Offers five times what the system can take, and counts what it still does.
// npm run prove -- overload [--seconds 60] [--times 5] [--visitors 512] [--loads 2]
import { parseArgs } from 'node:util';
import { percentile } from '../harness/figures.ts';
import { arrive, setUpStaff, type Staff } from '../harness/people.ts';
import { startSystem } from '../harness/system.ts';
import { LoadTeam, type Sum } from './overload/team.ts';
import { countStored } from './overload/stored.ts';
import type { Person } from './overload/orders.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' }, times: { type: 'string', default: '5' }, visitors: { type: 'string', default: '512' }, loads: { type: 'string', default: '2' },
    peak: { type: 'string', default: '6' },
  },
});
const SECONDS = Number(options.seconds);
const PEAK_SECONDS = Number(options.peak);
const STREAMS_PER_SOCKET = 150;
const REFUSED_WITHIN_MS = 50;
const AGAIN_SECONDS = 5;

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

async function main(): Promise<void> {
  const system = await startSystem('one');
  const team = new LoadTeam(Number(options.loads));
  try {
    const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
    const staff = await setUpStaff(url);
    const people = await welcome(url, staff, Number(options.visitors));
    await team.open(url, people, screensOf(people, staff));
    await team.closed(64, 3);
    let peak = 0;
    for (const writers of [64, 128, 256, 512].filter((count) => count <= people.length)) {
      const sum = await team.closed(writers, PEAK_SECONDS);
      print(`closed ${writers}`, sum);
      peak = Math.max(peak, sum.perSecond);
    }
    const flood = await team.flood(peak * Number(options.times), SECONDS);
    print(`open ${options.times} x ${peak.toFixed(0)}`, flood);
    const again = await team.closed(128, AGAIN_SECONDS);
    print('closed 128 again', again);
    const acked = team.ackedIds();
    const stored = await countStored(system.databasePrefix, acked);
    console.log(`acked ${acked.size}, of them stored ${stored.found}, stored twice ${stored.doubled}; the load was late by p99 ${ms(flood.lagMs, 0.99)} ms`);
    const goodput = flood.perSecond / peak;
    check(`goodput ${(goodput * 100).toFixed(0)} % of the peak of ${peak.toFixed(0)}/s while ${options.times} times as much is offered (at least 90)`, goodput >= 0.9);
    check(`refused within p99 ${ms(flood.refusedMs, 0.99)} ms, as the client sees it (less than ${REFUSED_WITHIN_MS})`, flood.refusedMs.length > 0 && percentile(flood.refusedMs, 0.99) < REFUSED_WITHIN_MS);
    check(`refusals without a time to wait: ${flood.withoutWait}`, flood.withoutWait === 0);
    check(`acknowledged and lost: ${acked.size - stored.found}, doubled: ${stored.doubled}`, stored.found === acked.size && stored.doubled === 0);
    check(`answers that never came: ${flood.unanswered}, other failures: ${JSON.stringify(flood.failures)}`, flood.unanswered === 0 && Object.keys(flood.failures).length === 0);
    check(`right after it ${again.perSecond.toFixed(0)}/s (at least 90 % of the peak)`, again.perSecond >= 0.9 * peak);
  } finally {
    team.end();
    await system.stop();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

await main();
