import { addDays, dayStart, SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { chooseConversationTerms, promisesConversations } from './choose-terms.ts';
import type { StoredFact } from './clock-set.ts';
import { factsOfLife, type ToldLife } from './conversation-facts.rules.ts';
import { factOf } from './conversation-life.ts';
import { countVerdict, judge, type Judgement } from './judge.ts';
import type { Priority } from './policy.types.ts';
import { selectFactsOf } from './promised.store.ts';
import type { ConversationCounts, ConversationFactRow, DryRunChangeRow, DryRunRow, TermsRef } from './sla.tables.ts';
import { isSameTerms, loadTerms, policiesInForce, type PolicyInForce } from './terms.store.ts';

const LIVES = 'query ConversationLives($from: DateTime!, $to: DateTime!, $afterId: ID) { conversationLives(from: $from, to: $to, afterId: $afterId) }';
const OPEN = 'query OpenConversations($afterId: ID) { openConversationIds(afterId: $afterId) }';
const PASTS = 'query ConversationPasts($ids: [ID!]!) { conversationPasts(ids: $ids) }';
const PASTS_MAX = 50;

type Change = Omit<DryRunChangeRow, 'dryRunId' | 'place'>;

/** How far a replay is: what it has found, and how much of the days it has gone through, 0 to 1. */
export interface ReplayedPage {
  counts: ConversationCounts;
  changes: Change[];
  done: number;
}

/** Whether conversations are to be replayed: this version, or what is in force, promises them something. */
export async function isAboutConversations(ctx: TicketsContext, policies: readonly PolicyInForce[]): Promise<boolean> {
  return promisesConversations(policies) || promisesConversations(await policiesInForce(ctx.db));
}

/**
 * Replays the conversations that began on the days of a dry run, page by page: what they were promised against what these policies
 * would have promised from their begin on. Throws UNAVAILABLE while conversations is away.
 */
export async function* replayConversations(ctx: TicketsContext, run: DryRunRow, policies: readonly PolicyInForce[]): AsyncGenerator<ReplayedPage> {
  const [from, to] = [dayStart(run.fromDay, ctx.timeZone), dayStart(addDays(run.toDay, 1), ctx.timeZone)];
  const counts: ConversationCounts = {
    count: 0, promisedCount: 0, metBefore: 0, endedBefore: 0, metAfter: 0, endedAfter: 0, changedCount: 0, escalationDelta: 0, retargetCount: await countRetargeted(ctx, run, policies),
  };
  for (let at = from, afterId: string | null = null, isMore = true; isMore;) {
    const instant = (ms: number) => new Date(ms).toISOString();
    const { conversationLives: lives }: { conversationLives: ToldLife[] } = await ctx.services.query('conversations', LIVES, { from: instant(at), to: instant(to), afterId });
    const changes: Change[] = [];
    for (const pairs of await compare(ctx, lives.filter((life) => isWanted(run, life.priority)), policies)) {
      counts.count += 1;
      counts.promisedCount += pairs.some(({ after }) => after) ? 1 : 0;
      for (const { before, after } of pairs) {
        countVerdict(counts, before, 'Before');
        countVerdict(counts, after, 'After');
        counts.escalationDelta += (after?.escalations ?? 0) - (before?.escalations ?? 0);
      }
      const changed = pairs.flatMap(changeOf);
      counts.changedCount += changed.length > 0 ? 1 : 0;
      changes.push(...changed);
    }
    const last = lives.at(-1);
    [at, afterId, isMore] = last ? [last.startedAt, last.conversationId, true] : [at, afterId, false];
    yield { counts, changes, done: last ? (last.startedAt - from) / (to - from) : 1 };
  }
}

const isWanted = ({ priorities }: DryRunRow, priority: Priority) => !priorities || priorities.includes(priority);

interface Pair {
  conversationId: string;
  before: Judgement | undefined;
  after: Judgement | undefined;
}

/** The clocks of each conversation whose customer spoke, before and after, paired by target and by the message they began with. */
async function compare(ctx: TicketsContext, lives: readonly ToldLife[], policies: readonly PolicyInForce[]): Promise<Pair[][]> {
  const heard = await selectFactsOf(ctx.db, lives.map(({ conversationId }) => conversationId));
  const both = lives.map((life) => ({
    life, before: (heard.get(life.conversationId) ?? []).map(byMessage),
    after: factsOfLife(life, (priority) => chooseConversationTerms(policies, { priority, channelKind: life.channelKind })),
  })).filter(({ after }) => after.length > 0);
  const terms = await loadTerms(ctx.db, both.flatMap(({ before, after }) => [...before, ...after].flatMap((fact) => ('terms' in fact && fact.terms ? [fact.terms] : []))));
  // A whole second, so that two dry runs of the same moment are equal.
  const now = Math.floor(ctx.clock.now() / SECOND) * SECOND;
  return both.map(({ life, before, after }) => paired(life.conversationId, judge(before, terms, now), judge(after, terms, now)));
}

/** A fact numbered by the message that tells of it; one that none tells of by its place, below all messages. */
const byMessage = (row: ConversationFactRow): StoredFact => ({ ...factOf(row), seq: row.toldSeq ?? -row.place });

function paired(conversationId: string, before: readonly Judgement[], after: readonly Judgement[]): Pair[] {
  const keyOf = ({ target, startSeq }: Judgement) => `${target} ${startSeq}`;
  return [...new Set([...before, ...after].map(keyOf))].map((key) => ({ conversationId, before: before.find((one) => keyOf(one) === key), after: after.find((one) => keyOf(one) === key) }));
}

/** Another verdict; or missed where the other promises nothing. That something is promised and kept is no news of a conversation: there are thousands. */
function changeOf({ conversationId, before, after }: Pair): Change[] {
  const isOther = before && after ? before.state !== after.state : before?.state === 'BREACHED' || after?.state === 'BREACHED';
  return isOther ? [{
    ticketId: null, conversationId, target: (before ?? after)!.target, stateBefore: before?.state ?? null, stateAfter: after?.state ?? null, dueBefore: before?.dueAt ?? null, dueAfter: after?.dueAt ?? null,
  }] : [];
}

/** Open conversations that would be set anew, or be promised something for the first time, however old they are. */
async function countRetargeted(ctx: TicketsContext, run: DryRunRow, policies: readonly PolicyInForce[]): Promise<number> {
  let found = 0;
  for (let afterId: string | null = null, isMore = true; isMore;) {
    const { openConversationIds: ids }: { openConversationIds: string[] } = await ctx.services.query('conversations', OPEN, { afterId });
    for (let first = 0; first < ids.length; first += PASTS_MAX) found += await countAmong(ctx, run, ids.slice(first, first + PASTS_MAX), policies);
    afterId = ids.at(-1) ?? null;
    isMore = afterId !== null;
  }
  return found;
}

async function countAmong(ctx: TicketsContext, run: DryRunRow, ids: readonly string[], policies: readonly PolicyInForce[]): Promise<number> {
  const { conversationPasts: pasts }: { conversationPasts: (Pick<ToldLife, 'conversationId' | 'channelKind' | 'priority'> & { turns: { authorKind: string; event: string | null }[] })[] } =
    await ctx.services.query('conversations', PASTS, { ids });
  const heard = await selectFactsOf(ctx.db, ids);
  const hasBegun = (turns: readonly { authorKind: string; event: string | null }[]) => turns.some(({ authorKind, event }) => authorKind === 'CUSTOMER' && event === null);
  return pasts.filter((past) => hasBegun(past.turns) && isWanted(run, past.priority) && !isSameTerms(presentTerms(heard.get(past.conversationId) ?? []), chooseConversationTerms(policies, past))).length;
}

const presentTerms = (facts: readonly ConversationFactRow[]): TermsRef | null => facts.findLast(({ terms }) => terms !== null)?.terms?.ref ?? null;
