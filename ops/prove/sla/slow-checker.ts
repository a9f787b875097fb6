// Recomputes SLA clocks second by second. It shares no line with the product: it reads wall clocks of the zone and counts.

/** Open minutes of a day; `to` beyond 1440 runs into the next day. */
export interface Hours {
  timeZone: string;
  /** Monday to Sunday. */
  week: { from: number; to: number }[][];
  specialDays: Record<string, { from: number; to: number }[]>;
}

export interface Promise_ {
  budgets: Record<string, number>;
  pauseStates: string[];
  hours: Hours;
}

/** One thing that happened; `at` in whole seconds since 1970. */
export interface Happened {
  at: number;
  kind: 'CREATED' | 'STATE' | 'REPLIED' | 'ASKED' | 'TERMS';
  state?: string;
  terms?: Promise_ | null;
}

export interface Verdict {
  target: string;
  startedAt: number;
  endedAt: number | null;
  dueAt: number | null;
  usedSeconds: number;
  state: 'GOING' | 'MET' | 'BREACHED';
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** What was read of the zone's clocks, by minute. */
const minutes = new WeakMap<Hours, Map<number, boolean>>();
let last: { hours: Hours; minute: number; open: boolean } | null = null;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether clocks of the zone show an open time during this minute. */
function isOpen(hours: Hours, second: number): boolean {
  const minute = Math.floor(second / 60);
  if (last?.minute === minute && last.hours === hours) return last.open;
  let known = minutes.get(hours);
  if (!known) minutes.set(hours, (known = new Map()));
  let open = known.get(minute);
  if (open === undefined) known.set(minute, (open = readClocks(hours, minute * 60_000)));
  last = { hours, minute, open };
  return open;
}

function readClocks(hours: Hours, instant: number): boolean {
  let format = formats.get(hours.timeZone);
  if (!format) formats.set(hours.timeZone, (format = new Intl.DateTimeFormat('en-US', { timeZone: hours.timeZone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })));
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const shown = Number(part.hour) * 60 + Number(part.minute);
  const today = hours.specialDays[`${part.year}-${part.month}-${part.day}`] ?? hours.week[WEEKDAYS.indexOf(part.weekday!)]!;
  const before = new Date(Date.UTC(Number(part.year), Number(part.month) - 1, Number(part.day) - 1));
  const yesterday = hours.specialDays[before.toISOString().slice(0, 10)] ?? hours.week[WEEKDAYS.indexOf(before.toUTCString().slice(0, 3))]!;
  return today.some(({ from, to }) => shown >= from && shown < to) || yesterday.some(({ from, to }) => shown + 1440 >= from && shown + 1440 < to);
}

const isOver = (state: string) => state === 'SOLVED' || state === 'CLOSED';
/** Counts one clock from `startedAt` to `endedAt` (or now) under `terms`, one second after the other; the deadline is looked for beyond. */
function countClock(life: Happened[], terms: Promise_, target: string, startedAt: number, endedAt: number | null, now: number, horizon: number): Verdict {
  let [used, usedByEnd] = [0, 0];
  let dueAt: number | null = null;
  const stop = endedAt ?? now;
  const moves = life.filter((one) => one.state);
  let [next, state] = [0, 'NEW'];
  for (let second = startedAt; second < horizon && (second < stop || dueAt === null); second += 1) {
    while (next < moves.length && moves[next]!.at <= second) state = moves[next++]!.state!;
    // What is asked of the time after now or the end is when it would have been: the clock goes on.
    const stands = second < stop && (isOver(state) || terms.pauseStates.includes(state));
    if (!stands && isOpen(terms.hours, second)) used += 1;
    if (second < stop) usedByEnd = used;
    if (dueAt === null && used >= terms.budgets[target]!) dueAt = second + 1;
  }
  const verdict = dueAt !== null && dueAt < stop ? 'BREACHED' : endedAt === null ? 'GOING' : 'MET';
  return { target, startedAt, endedAt, dueAt, usedSeconds: usedByEnd, state: verdict };
}

interface Going {
  target: string;
  startedAt: number;
  endedAt: number | null;
  terms: Promise_;
}

/** Every clock of a ticket as it stands at `now`. Events of one second are taken in their order. */
export function checkSlowly(life: Happened[], now: number, horizon: number): Verdict[] {
  const clocks: Going[] = [];
  let terms: Promise_ | null = null;
  let [state, hasReplied] = ['NEW', false];
  let [created, asked, silent] = [0, null as number | null, null as number | null];
  const going = (target: string) => clocks.find((clock) => clock.target === target && clock.endedAt === null);
  const begin = (target: string, at: number | null) => {
    if (at === null || !terms || terms.budgets[target] === undefined || going(target)) return;
    if ((target === 'RESOLUTION' || target === 'FIRST_RESPONSE') && clocks.some((clock) => clock.target === target)) return;
    if (clocks.some((clock) => clock.target === target && clock.startedAt === at)) return;
    clocks.push({ target, startedAt: at, endedAt: null, terms });
  };
  const end = (at: number, targets: string[]) => { for (const target of targets) { const clock = going(target); if (clock) clock.endedAt = at; } };
  for (const one of life) {
    if (one.kind === 'CREATED') [created, silent, terms, state] = [one.at, one.at, one.terms ?? null, one.state ?? 'NEW'];
    if (one.kind === 'TERMS') {
      terms = one.terms ?? null;
      for (const clock of [...clocks]) if (clock.endedAt === null) terms?.budgets[clock.target] === undefined ? clocks.splice(clocks.indexOf(clock), 1) : (clock.terms = terms!);
    }
    if (one.kind === 'REPLIED') {
      end(one.at, ['FIRST_RESPONSE', 'NEXT_RESPONSE', 'PERIODIC_UPDATE']);
      [hasReplied, asked, silent] = [true, null, one.at];
    }
    if (one.kind === 'ASKED') asked ??= one.at;
    if (one.kind === 'STATE') {
      const [was, is] = [isOver(state), isOver(one.state!)];
      state = one.state!;
      if (is && !was) {
        end(one.at, ['FIRST_RESPONSE', 'NEXT_RESPONSE', 'PERIODIC_UPDATE', 'RESOLUTION']);
        [hasReplied, asked] = [true, null];
      }
      if (was && !is) {
        silent = one.at;
        const resolution = clocks.find((clock) => clock.target === 'RESOLUTION');
        if (resolution) [resolution.endedAt, resolution.terms] = [null, terms?.budgets.RESOLUTION === undefined ? resolution.terms : terms!];
      }
    }
    if (isOver(state)) continue;
    if (!hasReplied) begin('FIRST_RESPONSE', created);
    else begin('NEXT_RESPONSE', asked);
    begin('PERIODIC_UPDATE', silent);
    begin('RESOLUTION', created);
  }
  return clocks.map(({ target, startedAt, endedAt, terms: own }) => countClock(life, own, target, startedAt, endedAt, now, horizon));
}
