import { addDays, dayStart, SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { countVerdict, isAboutConversations, isSameTerms, judge, loadTerms, nextDryRun, policiesWith, replayConversations, saveDryRun, type DryRunChangeRow, type DryRunRow, type Judgement, type PolicyInForce, type StoredFact, type TermsRef } from '../sla/index.ts';
import { slaFactsOf } from './life.rules.ts';
import { openTicketsBefore, selectLives, ticketsCreatedBetween } from './life.store.ts';
import { factsUnder } from './replay-facts.ts';
import { priorityName } from './ticket.rules.ts';
import type { TicketRow } from './ticket.tables.ts';

const BATCH = 200;

/** Works on the oldest dry run that was asked for, until it is finished; one that a dead worker left begins anew. */
export async function replayPolicies(ctx: TicketsContext): Promise<void> {
  const run = await nextDryRun(ctx.db);
  if (!run) return;
  const began = performance.now();
  try {
    await replay(ctx, run, began);
  } catch (error) {
    ctx.log.error({ err: error, dryRunId: run.id }, 'a dry run failed');
    await ctx.db.transaction((tx) => saveDryRun(tx, { ...run, state: 'FAILED', seq: run.seq + 1, tookMs: Math.round(performance.now() - began) }, [], false));
    ctx.live.publish(`sla-dry-run:${run.id}`, {});
  }
}

async function replay(ctx: TicketsContext, run: DryRunRow, began: number): Promise<void> {
  const policies = await policiesWith(ctx.db, run.versionId);
  const [from, to] = [dayStart(run.fromDay, ctx.timeZone), dayStart(addDays(run.toDay, 1), ctx.timeZone)];
  const hasConversations = await isAboutConversations(ctx, policies);
  const counts: Required<DryRunRow['counts']> = { percent: 0, ticketCount: 0, metBefore: 0, endedBefore: 0, metAfter: 0, endedAfter: 0, changedCount: 0, unpromisedCount: 0, escalationDelta: 0, retargetCount: await countOlder(ctx, run, policies, from), conversations: null };
  let place = 0;
  let seq = run.seq;
  let isBeginning = true;
  const save = async (done: number, changes: readonly DryRunChangeRow[], isOver: boolean) => {
    counts.percent = isOver ? 100 : Math.min(99, Math.floor(done * 100));
    seq += 1;
    const row: DryRunRow = { ...run, state: isOver ? 'DONE' : 'RUNNING', counts, seq, tookMs: Math.round(performance.now() - began) };
    await ctx.db.transaction((tx) => saveDryRun(tx, row, changes, isBeginning));
    isBeginning = false;
    ctx.live.publish(`sla-dry-run:${run.id}`, {});
  };
  for (let after: { at: number; id: string } | null = null, isMore = true; isMore;) {
    const tickets = await ticketsCreatedBetween(ctx.db, from, to, after, BATCH);
    const changes: DryRunChangeRow[] = [];
    for (const one of await compare(ctx, run, tickets, policies)) {
      counts.ticketCount += 1;
      counts.escalationDelta += one.escalationDelta;
      counts.retargetCount += one.isRetargeted ? 1 : 0;
      counts.unpromisedCount += one.isUnpromised ? 1 : 0;
      for (const { before, after: now } of one.pairs) {
        countVerdict(counts, before, 'Before');
        countVerdict(counts, now, 'After');
      }
      for (const change of one.changes) changes.push({ ...change, dryRunId: run.id, place: place++ });
      if (one.changes.length > 0) counts.changedCount += 1;
    }
    const last = tickets.at(-1);
    after = last ? { at: last.createdAt, id: last.id } : after;
    isMore = tickets.length === BATCH;
    const done = isMore ? (last!.createdAt - from) / (to - from) : 1;
    await save(hasConversations ? done / 2 : done, changes, !isMore && !hasConversations);
  }
  if (!hasConversations) return;
  for await (const page of replayConversations(ctx, run, policies)) {
    counts.conversations = page.counts;
    await save((1 + page.done) / 2, page.changes.map((change) => ({ ...change, dryRunId: run.id, place: place++ })), page.done === 1);
  }
}

/** Open tickets from before the days that are replayed which would be set anew: they are open and count as much as those of yesterday. */
async function countOlder(ctx: TicketsContext, run: DryRunRow, policies: readonly PolicyInForce[], before: number): Promise<number> {
  let found = 0;
  for (let after: string | null = null, isMore = true; isMore;) {
    const tickets: TicketRow[] = await openTicketsBefore(ctx.db, before, after, BATCH);
    found += (await compare(ctx, run, tickets, policies)).filter(({ isRetargeted }) => isRetargeted).length;
    after = tickets.at(-1)?.id ?? after;
    isMore = tickets.length === BATCH;
  }
  return found;
}

interface Comparison {
  pairs: { before: Judgement | undefined; after: Judgement | undefined }[];
  changes: Omit<DryRunChangeRow, 'dryRunId' | 'place'>[];
  escalationDelta: number;
  isRetargeted: boolean;
  /** It was promised something, and would be promised nothing. */
  isUnpromised: boolean;
}

async function compare(ctx: TicketsContext, run: DryRunRow, tickets: readonly TicketRow[], policies: readonly PolicyInForce[]): Promise<Comparison[]> {
  const wanted = tickets.filter(({ priority }) => !run.priorities || run.priorities.includes(priorityName(priority)));
  const lives = await selectLives(ctx.db, wanted.map(({ id }) => id));
  const categories = await ctx.loaders.categories();
  const both = wanted.map((ticket) => {
    const life = lives.get(ticket.id) ?? [];
    return { ticket, before: life.flatMap(slaFactsOf), after: factsUnder(policies, ticket, life, categories) };
  });
  const refs = both.flatMap(({ before, after }) => [...before, ...after].flatMap((fact) => ('terms' in fact && fact.terms ? [fact.terms] : [])));
  const terms = await loadTerms(ctx.db, refs);
  // A whole second, so that two dry runs of the same moment are equal.
  const now = Math.floor(ctx.clock.now() / SECOND) * SECOND;
  return both.map(({ ticket, before, after }) => comparison(ticket, judge(before, terms, now), judge(after, terms, now), !isSameTerms(lastTerms(before), lastTerms(after))));
}

const lastTerms = (facts: readonly StoredFact[]): TermsRef | null => facts.flatMap((fact) => ('terms' in fact ? [fact.terms] : [])).at(-1) ?? null;

function comparison(ticket: TicketRow, before: readonly Judgement[], after: readonly Judgement[], isOther: boolean): Comparison {
  const keys = new Set([...before, ...after].map(({ target, startSeq }) => `${target} ${startSeq}`));
  const find = (list: readonly Judgement[], key: string) => list.find(({ target, startSeq }) => `${target} ${startSeq}` === key);
  const pairs = [...keys].map((key) => ({ before: find(before, key), after: find(after, key) }));
  const changes = pairs.flatMap(({ before: was, after: would }) => (was && would && was.state !== would.state && was.dueAt !== null && would.dueAt !== null
    ? [{ ticketId: ticket.id, conversationId: null, target: was.target, stateBefore: was.state, stateAfter: would.state, dueBefore: was.dueAt, dueAfter: would.dueAt }] : []));
  const sum = (list: readonly Judgement[]) => list.reduce((total, { escalations }) => total + escalations, 0);
  return { pairs, changes, escalationDelta: sum(after) - sum(before), isRetargeted: isOther && !ticket.isOver, isUnpromised: before.length > 0 && after.length === 0 };
}
