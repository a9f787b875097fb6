// Ten thousand tickets with random hours, pauses, answers and policy changes, counted by the product and, second by second, by a
// checker that shares no code with it; then a second before and after each deadline; then replies that race the deadline on real engines.
// Last timers under SIGKILL of two workers and of the database: each step once, and in peace within a second.
// npm run prove -- sla [--tickets 10000] [--races 1000] [--batches 3] [--seed N]
import { parseArgs } from 'node:util';
import { clocksOf, type SlaFact, type SlaTarget, type Terms } from '../../subgraphs/tickets/src/sla/clock.rules.ts';
import { intervalsOf, readClock } from '../../subgraphs/tickets/src/sla/reading.rules.ts';
import { Random } from '../harness/random.ts';
import { checkSlowly, type Happened, type Hours, type Promise_ } from './sla/slow-checker.ts';
import { killTimers } from './sla/kill-timers.ts';
import { raceDeadlines } from './sla/race-deadlines.ts';

const { values: options } = parseArgs({ options: { tickets: { type: 'string', default: '10000' }, races: { type: 'string', default: '1000' }, batches: { type: 'string', default: '3' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } });
const random = new Random(Number(options.seed));
const DAY = 86_400;
const TARGETS: SlaTarget[] = ['FIRST_RESPONSE', 'NEXT_RESPONSE', 'PERIODIC_UPDATE', 'RESOLUTION'];
/** Moments at which clocks of a zone change, and quiet ones. */
const PLACES: [string, string][] = [
  ['Asia/Shanghai', '2026-10-08T00:00:00Z'], ['America/New_York', '2026-03-08T00:00:00Z'], ['America/New_York', '2026-11-01T00:00:00Z'], ['Europe/London', '2026-10-24T12:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T00:00:00Z'], ['Asia/Kathmandu', '2026-11-23T00:00:00Z'], ['America/Santiago', '2026-09-05T12:00:00Z'], ['UTC', '2026-12-31T00:00:00Z'],
];

const whole = (from: number, to: number) => Math.floor(from + random.next() * (to - from));
const intervals = () => Array.from({ length: whole(0, 3.99) }, () => {
  const from = whole(0, 1439);
  return { from, to: from + whole(1, 1440) };
});

function someHours(): { hours: Hours; around: number } {
  const [timeZone, at] = random.pick(PLACES);
  const around = Date.parse(at) / 1000;
  const special = Object.fromEntries(Array.from({ length: whole(0, 3.99) }, () => [new Date((around + whole(-2, 4) * DAY) * 1000).toISOString().slice(0, 10), intervals()]));
  const week = Array.from({ length: 7 }, () => (random.next() < 0.15 ? [] : intervals()));
  return { hours: { timeZone, week: random.next() < 0.15 ? week.map(() => [{ from: 0, to: 1440 }]) : week, specialDays: special }, around };
}

function somePromise(hours: Hours): Promise_ {
  const budgets = Object.fromEntries(TARGETS.filter(() => random.next() < 0.75).map((target) => [target, whole(60, 20 * 3_600)]));
  return { budgets, pauseStates: [[], ['PENDING'], ['PENDING', 'ON_HOLD']][whole(0, 2.99)]!, hours };
}

function someLife(hours: Hours, other: Hours, from: number): Happened[] {
  const life: Happened[] = [{ at: from, kind: 'CREATED', state: 'NEW', terms: random.next() < 0.05 ? null : somePromise(hours) }];
  let [at, state] = [from, 'NEW'];
  for (let count = whole(0, 9); count > 0; count -= 1) {
    at += whole(1, 6 * 3_600);
    const draw = random.next();
    if (draw < 0.25) life.push({ at, kind: 'REPLIED' });
    else if (draw < 0.45) life.push({ at, kind: 'ASKED' });
    else if (draw < 0.55) life.push({ at, kind: 'TERMS', terms: random.next() < 0.1 ? null : somePromise(random.next() < 0.5 ? hours : other) });
    else {
      state = random.pick((state === 'SOLVED' ? ['OPEN'] : ['OPEN', 'PENDING', 'ON_HOLD', 'SOLVED']).filter((one) => one !== state));
      life.push({ at, kind: 'STATE', state });
    }
  }
  return life;
}

const known = new Map<Promise_, Terms>();
function termsOf(promise: Promise_ | null | undefined): Terms | null {
  if (!promise) return null;
  if (!known.has(promise)) known.set(promise, { policy: String(known.size), budgets: Object.fromEntries(Object.entries(promise.budgets).map(([target, seconds]) => [target, seconds * 1000])), pauseStates: promise.pauseStates as Terms['pauseStates'], hours: promise.hours });
  return known.get(promise)!;
}
const factsOf = (life: readonly Happened[]): SlaFact[] => life.map((one, index) => ({ ...one, seq: index + 1, at: one.at * 1000, ...(one.kind === 'CREATED' || one.kind === 'TERMS' ? { terms: termsOf(one.terms) } : {}) }) as SlaFact);

/** What differs between product and checker; null when nothing does. */
function difference(life: Happened[], now: number): string | null {
  const slow = checkSlowly(life, now, now + 5 * DAY);
  const fast = clocksOf(factsOf(life));
  if (slow.length !== fast.length) return `${fast.length} clocks, the checker has ${slow.length}`;
  for (const one of slow) {
    const clock = fast.find(({ target, startedAt }) => target === one.target && startedAt === one.startedAt * 1000);
    if (!clock) return `no ${one.target} from ${one.startedAt}`;
    const { state, dueAt, usedMs } = readClock(clock, now * 1000);
    const shown = state === 'RUNNING' || state === 'PAUSED' ? 'GOING' : state;
    const sameDue = one.dueAt === null ? dueAt === null || dueAt > (now + 5 * DAY) * 1000 : dueAt === one.dueAt * 1000;
    if (shown !== one.state || usedMs !== one.usedSeconds * 1000 || !sameDue) return `${one.target}: ${shown} used ${usedMs / 1000} due ${dueAt === null ? null : dueAt / 1000}, the checker says ${one.state} ${one.usedSeconds} ${one.dueAt}`;
    const proof = intervalsOf(clock, now * 1000);
    const counted = proof.filter(({ pauseReason }) => pauseReason === null).reduce((sum, { from, to }) => sum + to - from, 0);
    if (counted !== usedMs) return `${one.target}: the proof counts ${counted / 1000}`;
    for (const [index, { from }] of proof.entries()) if (from !== (index === 0 ? clock.startedAt : proof[index - 1]!.to)) return `${one.target}: the proof has a hole`;
  }
  return null;
}

/** A resolution a second before, at and after the deadline: how many of them there were to check, and what is wrong. */
function edges(life: Happened[]): { checked: number; problem: string | null } {
  const [created] = life;
  const open = checkSlowly([created!], created!.at, created!.at + 6 * DAY).find(({ target, dueAt }) => target === 'RESOLUTION' && dueAt !== null);
  let checked = 0;
  if (!open) return { checked, problem: null };
  for (const [late, want] of [[-1, 'MET'], [0, 'MET'], [1, 'BREACHED']] as const) {
    const at = open.dueAt! + late;
    if (at <= created!.at) continue;
    const clock = clocksOf(factsOf([created!, { at, kind: 'STATE', state: 'SOLVED' }])).find(({ target }) => target === 'RESOLUTION')!;
    const { state } = readClock(clock, (at + DAY) * 1000);
    checked += 1;
    if (state !== want) return { checked, problem: `solved ${late} s from the deadline is ${state}` };
  }
  return { checked, problem: null };
}

let [passed, failed] = [0, 0];
const say = (name: string, problem: string | null) => {
  console.log(`${problem ? 'FAILED' : 'ok'} ${name}${problem ? `: ${problem}` : ''}`);
  if (problem) failed += 1;
  else passed += 1;
};

const started = performance.now();
let [tickets, clocks, differing, edged] = [0, 0, 0, 0];
let firstDifference: string | null = null;
while (tickets < Number(options.tickets)) {
  const { hours, around } = someHours();
  const other = { ...someHours().hours, timeZone: hours.timeZone };
  // Several tickets share hours: what clocks of the zone show is then read once.
  for (let count = 0; count < 25 && tickets < Number(options.tickets); count += 1, tickets += 1) {
    const life = someLife(hours, other, around + whole(-DAY, DAY));
    const now = life.at(-1)!.at + whole(0, 12 * 3_600);
    const edge = edges(life);
    const problem = difference(life, now) ?? edge.problem;
    clocks += clocksOf(factsOf(life)).length;
    edged += edge.checked;
    if (!problem) continue;
    differing += 1;
    firstDifference ??= `${problem}\n${JSON.stringify({ life, now })}`;
  }
}
console.log(`seed ${options.seed}: ${tickets} tickets, ${clocks} clocks compared second by second, ${edged} resolutions around a deadline, ${differing} differ, ${((performance.now() - started) / 1000).toFixed(0)} s`);
say('every clock equals the slow checker, and its proof adds up without a hole', firstDifference);
// A checker that agrees with everything proves nothing.
say('a checker that counts pauses is caught', controlIsCaught() ? null : 'it was not');

function controlIsCaught(): boolean {
  const always = { timeZone: 'UTC', week: Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }]), specialDays: {} };
  const life: Happened[] = [{ at: 1_000_000_000, kind: 'CREATED', state: 'NEW', terms: { budgets: { RESOLUTION: 3_600 }, pauseStates: ['PENDING'], hours: always } }, { at: 1_000_000_600, kind: 'STATE', state: 'PENDING' }];
  const slow = checkSlowly(life.map((one) => (one.terms ? { ...one, terms: { ...one.terms, pauseStates: [] } } : one)), 1_000_010_000, 1_000_020_000)[0]!;
  return slow.usedSeconds * 1000 !== readClock(clocksOf(factsOf(life))[0]!, 1_000_010_000_000).usedMs;
}

const races = await raceDeadlines(Number(options.races));
console.log(`races ${races.races}: met ${races.met}, missed ${races.missed}, both ${races.both}, neither ${races.neither}, escalated twice ${races.escalatedTwice}, escalated although answered first ${races.escalatedAfterReply}`);
say('some replies came in time and some too late', races.met > 0 && races.missed > 0 ? null : `met ${races.met}, missed ${races.missed}`);
say('each race of a reply against the deadline ends in exactly one verdict', races.both + races.neither > 0 ? 'some did not' : null);
say('no escalation happens twice, none after a reply that came first', races.escalatedTwice + races.escalatedAfterReply > 0 ? 'some did' : null);
const killed = await killTimers({ batches: Number(options.batches), random });
console.log(`timers: ${killed.tickets} tickets, ${killed.promised} steps promised, ${killed.kills} kills; missing ${killed.missing}, twice ${killed.twice}; in peace p99 ${killed.calmP99Ms} ms late over ${killed.calmCount}, the latest of all ${killed.worstMs} ms`);
say('every breach and escalation happens exactly once, whatever is killed', killed.missing + killed.twice > 0 ? `missing ${killed.missing}, twice ${killed.twice}` : null);
say('in peace escalations are at most a second late (p99)', killed.calmCount > 0 && killed.calmP99Ms <= 1_000 ? null : `p99 ${killed.calmP99Ms} ms over ${killed.calmCount}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
