// Ten thousand events on a thousand tickets, from many hands at once, while clocks run out: what the streams pushed against what a fresh
// fetch gives, and the numbers of the SLA board against a count of the tickets themselves.
// npm run prove -- board [--events 10000] [--tickets 1000] [--hands 16] [--shape one|many] [--seed N]
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { arrive, asker, AskError, setUpStaff, tell, type Ask } from '../harness/people.ts';
import { Random } from '../harness/random.ts';
import { startSystem } from '../harness/system.ts';
import { Followers } from './board/followers.ts';
import { BOARD, differences, fetchTickets, fixed, PRIORITIES, recount, type Board, type TicketSeen } from './board/recount.ts';

const { values: options } = parseArgs({
  options: { events: { type: 'string', default: '10000' }, tickets: { type: 'string', default: '1000' }, hands: { type: 'string', default: '16' }, shape: { type: 'string', default: 'one' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
});
const EVENTS = Number(options.events);
const FOLLOWED = 100;
const AT_ONCE = 500;
/** What P0 promises is missed at once, P1 within half a minute, P2 not today. What is at risk is so only for moments: when all stands still there is none. */
const POLICY = [['P0', '3s', '8s'], ['P1', '15s', '30s'], ['P2', '2h', '8h']].map(([priority, first, resolution]) => `priority: ${priority}\nfirst_response: ${first}\nresolution_time: ${resolution}`).join('\n---\n');
/** Nothing must run out, or come to be at risk, while the numbers are compared. */
const STILL_MS = 30_000;
const SETTLES_WITHIN_MS = 120_000;
const PUSHED_WITHIN_MS = 1_000;
const DAY_MS = 86_400_000;
/** The zone of a new organisation here. */
const SHANGHAI_MS = 8 * 3_600_000;

let [passed, failed] = [0, 0];
function check(text: string, isGood: boolean): void {
  console.log(`${isGood ? '✓' : '✗'} ${text}`);
  if (isGood) passed += 1;
  else failed += 1;
}

async function prepare(url: string): Promise<{ ask: Ask; token: string; ids: string[] }> {
  const staff = await setUpStaff(url);
  const ask = asker(url, () => staff.adminToken);
  const { version } = await tell<{ version: { id: string } }>(ask, 'saveSlaPolicy', { documentId: null, name: '风暴', content: { yaml: POLICY }, baseVersion: null }, 'version { id }');
  const { dryRun } = await tell<{ dryRun: { id: string } }>(ask, 'dryRunSlaPolicy', { versionId: version.id, idempotencyKey: randomUUID() }, 'dryRun { id }');
  while ((await ask<{ slaDryRun: { state: string } }>('query ($id: ID!) { slaDryRun(id: $id) { state } }', { id: dryRun.id })).slaDryRun.state !== 'DONE') await pause(100);
  await tell(ask, 'activateSlaPolicy', { versionId: version.id, scope: 'NEW_ONLY', idempotencyKey: randomUUID() }, 'version { id }');
  const visitor = await arrive(url, staff.channelKey);
  await tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: '您好' }, 'message { seq }');
  visitor.client.close();
  const ids: string[] = [];
  while (ids.length < Number(options.tickets)) {
    const tickets = Array.from({ length: Math.min(AT_ONCE, Number(options.tickets) - ids.length) }, (_, place) => ({ category: 'PAYMENT', subject: `退款 ${place}`, conversationId: visitor.conversationId, priority: PRIORITIES[place % 3] }));
    const { results } = await tell<{ results: { ticket: { id: string } }[] }>(ask, 'createTickets', { tickets, idempotencyKey: randomUUID() }, 'results { ticket { id } }');
    ids.push(...results.map(({ ticket }) => ticket.id));
  }
  return { ask, token: staff.adminToken, ids };
}

type Verb = (ask: Ask, ticketId: string, random: Random) => Promise<unknown>;
const said = () => ({ clientCommentId: randomUUID(), text: '已在处理', lastSeenSeq: 1, confirm: true });
/** What people do with tickets, and how often. */
const VERBS: readonly (readonly [share: number, verb: Verb])[] = [
  [0.3, (ask, ticketId) => tell(ask, 'commentTicket', { ticketId, visibility: 'PUBLIC', ...said() }, 'entry { seq }')],
  [0.1, (ask, ticketId) => tell(ask, 'commentTicket', { ticketId, visibility: 'INTERNAL', clientCommentId: randomUUID(), text: '内部备注' }, 'entry { seq }')],
  [0.3, (ask, ticketId, random) => tell(ask, 'updateTicket', { ticketId, state: random.pick(['OPEN', 'PENDING', 'ON_HOLD']) }, 'ticket { id }')],
  [0.1, (ask, ticketId, random) => tell(ask, 'updateTicket', { ticketId, priority: random.pick(PRIORITIES) }, 'ticket { id }')],
  [0.05, (ask, ticketId, random) => tell(ask, 'updateTicket', { ticketId, tags: random.pick([['refund'], ['refund', 'vip'], []]) }, 'ticket { id }')],
  [0.08, (ask, ticketId) => tell(ask, 'solveTicket', { ticketId, ...said() }, 'ticket { id }')],
  [0.07, (ask, ticketId) => tell(ask, 'reopenTicket', { ticketId, reason: '客户说还没有解决' }, 'ticket { id }')],
];

function drawVerb(random: Random): Verb {
  let drawn = random.next();
  return VERBS.find(([share]) => (drawn -= share) < 0)?.[1] ?? VERBS[0]![1];
}

/** Does things until so many were done; what the state of a ticket forbids is not counted, nor tried again. */
async function storm(ask: Ask, ids: readonly string[], random: Random): Promise<{ done: number; refused: number; seconds: number }> {
  const from = performance.now();
  let [begun, done, refused] = [0, 0, 0];
  const hand = async () => {
    while (begun < EVENTS) {
      begun += 1;
      const verb = drawVerb(random);
      try {
        await verb(ask, random.pick(ids), random);
        done += 1;
      } catch (error) {
        if (!(error instanceof AskError) || !error.isRefusal) throw error;
        refused += 1;
        begun -= 1;
      }
    }
  };
  await Promise.all(Array.from({ length: Number(options.hands) }, hand));
  return { done, refused, seconds: (performance.now() - from) / 1000 };
}

const freshBoard = async (ask: Ask) => (await ask<{ slaBoard: Board }>(`{ slaBoard { ${BOARD} } }`)).slaBoard;

/** Waits until nothing will run out soon and the board pushed is the one that a fresh look gives. */
async function settle(ask: Ask, followers: Followers): Promise<Board> {
  for (const until = Date.now() + SETTLES_WITHIN_MS; ; await pause(500)) {
    const board = await freshBoard(ask);
    const next = board.nextDue[0];
    const isStill = !next || Date.parse(next.dueAt) - Date.now() > STILL_MS;
    if ((isStill && followers.board && differences(followers.board, board).length === 0) || Date.now() > until) return board;
  }
}

/** The board against a count of the tickets, and against the lists that its numbers open. */
async function judgeBoard(ask: Ask, pushed: Board | null, fresh: Board, tickets: readonly TicketSeen[]): Promise<void> {
  const toPush = pushed ? differences(pushed, fresh) : ['no board came'];
  check(`the last board pushed is the one of a fresh fetch${toPush.length ? `: ${toPush.join('; ')}` : ''}`, toPush.length === 0);
  const counted = recount(tickets, Date.now(), fresh.histogram);
  const toCount = differences(fresh, counted);
  check(`and equals a recount of ${tickets.length} tickets: ${fresh.rows.map((row) => `${row.priority} running ${row.runningCount}, at risk ${row.atRiskCount}, breached ${row.breachedCount}, paused ${row.pausedCount}`).join('; ')}; first responses met ${fresh.attainment.metCount}, missed ${fresh.attainment.breachedCount}${toCount.length ? ` (${toCount.join('; ')})` : ''}`, toCount.length === 0);
  const columns = [['runningCount', { clockStates: ['RUNNING'] }], ['atRiskCount', { isAtRisk: true, clockStates: ['RUNNING'] }], ['breachedCount', { clockStates: ['BREACHED'] }], ['pausedCount', { clockStates: ['PAUSED'] }]] as const;
  const dayStart = Math.floor((Date.now() + SHANGHAI_MS) / DAY_MS) * DAY_MS - SHANGHAI_MS;
  const inMinutes = (minutes: number | null) => (minutes === null ? null : new Date(Date.parse(fresh.at) + minutes * 60_000).toISOString());
  const numbers = [
    ...fresh.rows.flatMap((row) => columns.map(([column, filter]) => ({ name: `${row.priority} ${column}`, number: row[column], filter: { ...filter, priorities: [row.priority] } }))),
    ...fresh.histogram.map(({ fromMinutes, toMinutes, count }) => ({ name: `left up to ${toMinutes} min`, number: count, filter: fromMinutes === null ? { clockStates: ['BREACHED'] } : { clockStates: ['RUNNING'], dueAfter: inMinutes(fromMinutes), dueBefore: inMinutes(toMinutes) } })),
    ...([['MET', fresh.attainment.metCount], ['BREACHED', fresh.attainment.breachedCount]] as const).map(([state, number]) => ({ name: `${state} today`, number, filter: { clockStates: [state], clockTarget: 'FIRST_RESPONSE', clockEndedAfter: new Date(dayStart).toISOString() } })),
  ];
  const wrong: string[] = [];
  for (const { name, number, filter } of numbers) {
    const { tickets: list } = await ask<{ tickets: { totalCount: number } }>('query ($filter: TicketFilter) { tickets(first: 1, filter: $filter) { totalCount } }', { filter });
    if (list.totalCount !== number) wrong.push(`${name} ${number}, its list ${list.totalCount}`);
  }
  check(`each of ${numbers.length} numbers counts what its list holds${wrong.length ? `: ${wrong.join('; ')}` : ''}`, wrong.length === 0);
  check('control: a recount that misses one ticket is noticed', differences(fresh, recount(tickets.slice(1), Date.now(), fresh.histogram)).length > 0 || differences(fresh, recount(tickets.slice(0, -1), Date.now(), fresh.histogram)).length > 0);
}

async function judgeStreams(ask: Ask, followers: Followers, tickets: readonly TicketSeen[]): Promise<void> {
  const same = (one: TicketSeen | null | undefined, other: TicketSeen) => fixed(one) === fixed(other);
  const inList = tickets.filter((ticket) => followers.list.has(ticket.id));
  const stale = inList.filter((ticket) => !same(followers.list.get(ticket.id), ticket));
  check(`the list as its stream tells it is that of a fresh fetch: ${inList.length} tickets changed, ${stale.length} differ${stale[0] ? `, as ${JSON.stringify(followers.list.get(stale[0].id))} and ${JSON.stringify(stale[0])}` : ''}; it was reset ${followers.resets} times`, stale.length === 0 && inList.length > 0 && followers.resets === 0);
  const { ticketViews } = await ask<{ ticketViews: { id: string; count: number }[] }>('{ ticketViews { id count } }');
  const miscounted = ticketViews.filter(({ id, count }) => followers.counters.get(id) !== count);
  check(`so are its ${ticketViews.length} counters${miscounted.length ? `: ${miscounted.map(({ id, count }) => `${id} ${followers.counters.get(id)} and ${count}`).join('; ')}` : ''}`, miscounted.length === 0);
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));
  let [holes, differ, entries] = [0, 0, 0];
  for (const [id, followed] of followers.single) {
    const { ticket } = await ask<{ ticket: { entries: { nodes: { seq: number; kind: string }[] } } }>('query ($id: ID!) { ticket(id: $id) { entries(last: 100) { nodes { seq kind } } } }', { id });
    const stored = ticket.entries.nodes;
    entries += followed.entries.length;
    holes += followed.holes;
    if (!same(followed.ticket, byId.get(id)!) || JSON.stringify(followed.entries.slice(-stored.length)) !== JSON.stringify(stored)) differ += 1;
  }
  check(`${followers.single.size} tickets followed alone: ${entries} entries, ${holes} holes, ${differ} differ from a fresh fetch`, holes === 0 && differ === 0 && entries > 0);
  check(`no stream failed${followers.failures.length ? `: ${followers.failures.slice(0, 3).join('; ')}` : ''}`, followers.failures.length === 0);
}

async function main(): Promise<void> {
  const random = new Random(Number(options.seed));
  const system = await startSystem(options.shape as 'one' | 'many');
  const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  let followers: Followers | null = null;
  try {
    const { ask, token, ids } = await prepare(url);
    followers = new Followers(url, token);
    followers.followBoard();
    followers.followList();
    for (const id of ids.slice(0, FOLLOWED)) followers.followTicket(id);
    for (const until = Date.now() + SETTLES_WITHIN_MS; followers.board === null && Date.now() < until;) await pause(50);
    followers.isBusy = true;
    const { done, refused, seconds } = await storm(ask, ids, random);
    followers.isBusy = false;
    console.log(`seed ${options.seed}, ${options.shape}: ${done} events in ${seconds.toFixed(0)} s, ${refused} refused by the state of their ticket; ${followers.boards} boards pushed`);
    check(`while things happened a board came at least every ${followers.longestSilenceMs.toFixed(0)} ms (wanted ${PUSHED_WITHIN_MS})`, followers.longestSilenceMs < PUSHED_WITHIN_MS);
    const fresh = await settle(ask, followers);
    const tickets = await fetchTickets(ask);
    await judgeBoard(ask, followers.board, fresh, tickets);
    await judgeStreams(ask, followers, tickets);
  } finally {
    await followers?.close();
    await system.stop();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

await main();
