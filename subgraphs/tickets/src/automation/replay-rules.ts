import { addDays, dayStart, SECOND, type Instant } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { judge, loadTerms, type StoredFact, type TicketState } from '../sla/index.ts';
import { selectLives, slaFactsOf, requireTeamIds, ticketsChangedSince, withDescendants, type CategoryRow, type LifeLine, type TeamIds, type TicketRow } from '../ticket/index.ts';
import type { DryRunRow, DryRunTicketRow, VersionRow } from './automation.tables.ts';
import type { ClockFacts } from './automation.types.ts';
import { failedCondition, pendingSteps } from './conditions.rules.ts';
import { nextDryRun, saveDryRun } from './dry-run.store.ts';
import { momentsOf, placesOf, type Named } from './replay.rules.ts';
import { selectVersion } from './rule.store.ts';
import { factsOf } from './ticket-facts.ts';

const BATCH = 200;
/** So many tickets of a dry run are kept to be looked at; all are counted. */
const KEPT_MAX = 10_000;
const STATES: readonly TicketState[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD', 'SOLVED', 'CLOSED'];

/** Works on the oldest dry run that was asked for, until it is finished; one that a dead worker left begins anew. */
export async function replayRules(ctx: TicketsContext): Promise<void> {
  const run = await nextDryRun(ctx.db);
  if (!run) return;
  const began = performance.now();
  const told = async (row: DryRunRow, tickets: readonly DryRunTicketRow[], isBeginning: boolean) => {
    await ctx.db.transaction((tx) => saveDryRun(tx, { ...row, tookMs: Math.round(performance.now() - began) }, tickets, isBeginning));
    ctx.live.publish(`automation-dry-run:${run.id}`, {});
  };
  try {
    await replay(ctx, run, told);
  } catch (error) {
    ctx.log.error({ err: error, dryRunId: run.id }, 'a dry run failed');
    await told({ ...run, state: 'FAILED', seq: run.seq + 1 }, [], false);
  }
}

async function replay(ctx: TicketsContext, run: DryRunRow, told: (row: DryRunRow, tickets: readonly DryRunTicketRow[], isBeginning: boolean) => Promise<void>): Promise<void> {
  const version = (await selectVersion(ctx.db, run.versionId))!;
  const around = await lookAround(ctx, run);
  const counts = { percent: 0, ticketCount: 0, touchedCount: 0, runCount: 0 };
  const found: Touched[] = [];
  let seq = run.seq;
  const save = async (state: 'RUNNING' | 'DONE', rows: readonly Touched[], firstPlace: number) => {
    seq += 1;
    await told({ ...run, state, counts: { ...counts }, seq }, rows.map((row, index) => ({ ...row, dryRunId: run.id, place: firstPlace + index })), seq === run.seq + 1);
  };
  for (const [index, state] of STATES.entries()) {
    for (let after: { at: number; id: string } | null = null, isMore = true; isMore;) {
      // A rule that waits may have been due within the days about tickets that were quiet since before them.
      const tickets: TicketRow[] = await ticketsChangedSince(ctx.db, state, around.from - (version.afterMs ?? 0), after, BATCH);
      for (const touched of await touchedAmong(ctx, tickets, version, around)) {
        counts.touchedCount += 1;
        counts.runCount += touched.runCount;
        if (found.length < KEPT_MAX) found.push(touched);
      }
      counts.ticketCount += tickets.length;
      const last = tickets.at(-1);
      after = last ? { at: last.updatedAt, id: last.id } : after;
      isMore = tickets.length === BATCH;
      counts.percent = Math.min(99, Math.floor(((index + 1) / STATES.length) * 100));
      if (isMore) await save('RUNNING', [], 0);
    }
  }
  found.sort((a, b) => a.at - b.at);
  for (let place = 0; place < found.length; place += BATCH) await save('RUNNING', found.slice(place, place + BATCH), place);
  counts.percent = 100;
  await save('DONE', [], 0);
}

type Touched = Omit<DryRunTicketRow, 'dryRunId' | 'place'>;

interface Around {
  from: Instant;
  to: Instant;
  teams: TeamIds;
  categories: readonly CategoryRow[];
  named: Named;
}

async function lookAround(ctx: TicketsContext, run: DryRunRow): Promise<Around> {
  const teams = await requireTeamIds(ctx);
  const categories = await ctx.loaders.categories();
  // A whole second, so that two dry runs of the same moment are equal.
  const now = Math.floor(ctx.clock.now() / SECOND) * SECOND;
  return {
    from: dayStart(run.fromDay, ctx.timeZone), to: Math.min(now, dayStart(addDays(run.toDay, 1), ctx.timeZone)), teams, categories,
    named: { teamId: (key) => teams.get(key), categoryId: (key) => categories.find((category) => category.key === key)?.id },
  };
}

/** Those of these tickets that a version would have touched, each with the first time and how often. */
async function touchedAmong(ctx: TicketsContext, tickets: readonly TicketRow[], version: VersionRow, around: Around): Promise<Touched[]> {
  const lives = await selectLives(ctx.db, tickets.map(({ id }) => id));
  const readClocks = await clockReader(ctx, [...lives.values()], version);
  return tickets.flatMap((ticket) => {
    const life = lives.get(ticket.id)!;
    const places = placesOf(factsOf(ticket, []), life, around.named);
    const risks = version.trigger === 'SLA_AT_RISK' ? readClocks(life, around.to).flatMap(({ riskAt }) => riskAt ?? []) : [];
    const runs = momentsOf(version, life, risks, around.to).filter(({ at, line }) => {
      if (at < around.from || line < 0) return false;
      const asksClocks = version.conditions.clockStates !== undefined || version.conditions.isAtRisk !== undefined;
      const facts = { ...places[line]!, clocks: asksClocks ? readClocks(life.slice(0, line + 1), at) : [] };
      return failedCondition(version.conditions, facts, (ids) => withDescendants(around.categories, ids)) === null && pendingSteps(version.steps, facts, around.teams).length > 0;
    });
    return runs.length > 0 ? [{ ticketId: ticket.id, at: Math.min(...runs.map(({ at }) => at)), runCount: runs.length }] : [];
  });
}

type ReadClock = ClockFacts & { riskAt: Instant | null };

/** How the clocks of a life stood at a moment; knows the terms of all these lives. */
async function clockReader(ctx: TicketsContext, lives: readonly LifeLine[][], { trigger, conditions }: VersionRow): Promise<(life: readonly LifeLine[], at: Instant) => ReadClock[]> {
  const isNeeded = trigger === 'SLA_AT_RISK' || conditions.clockStates !== undefined || conditions.isAtRisk !== undefined;
  if (!isNeeded) return () => [];
  const facts = lives.flatMap((life) => life.flatMap(slaFactsOf));
  const terms = await loadTerms(ctx.db, facts.flatMap((fact) => ('terms' in fact && fact.terms ? [fact.terms] : [])));
  return (life, at) => judge(life.flatMap((line): StoredFact[] => slaFactsOf(line)), terms, at);
}
