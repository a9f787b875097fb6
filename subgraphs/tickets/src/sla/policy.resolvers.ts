import { say } from '@careline/kit/errors';
import { payload, savePayload, type PageArgs } from '@careline/kit/graphql';
import { isOpenAt, nextChange } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { activateSlaPolicy, type ActivateSlaPolicy } from './activate-policy.ts';
import { dryRunSlaPolicy, readChanges, readDryRun, watchDryRun, type DryRunEvent, type DryRunSlaPolicy } from './dry-run-policy.ts';
import { writeInterval, type HoursContent, type HoursDiffDay } from './hours.rules.ts';
import type { HoursWithContent } from './hours.store.ts';
import { checkDocument, diffVersions, readDocuments, readVersions, requireVersion, shown, versionState, type ShownPolicy } from './policies.ts';
import type { DocumentInput } from './policy-form.rules.ts';
import type { Problem } from './policy.types.ts';
import { readHolidays } from './read-holidays.ts';
import { readActive, readDocument, readDraft, readHoursPage, readHoursToTell, hoursByKey, openUnder, newestRun, fallsShort } from './read-policies.ts';
import { saveBusinessHours, type SaveBusinessHours } from './save-hours.ts';
import { saveSlaPolicy, type SaveSlaPolicy } from './save-policy.ts';
import { simulateSla, type SlaSimulationInput } from './simulate-sla.ts';
import type { SlaTarget } from './clock.rules.ts';
import type { ConversationCounts, DocumentRow, DryRunChangeRow, DryRunRow, VersionRow } from './sla.tables.ts';
import { isoSpan } from './span.rules.ts';

type Ctx = TicketsContext;
const seconds = (ms: number) => Math.floor(ms / 1000);

const Query = {
  slaPolicyDocuments: (_: unknown, args: PageArgs, ctx: Ctx) => readDocuments(ctx, args),
  slaPolicyDocument: (_: unknown, { id }: { id: string }, ctx: Ctx) => readDocument(ctx, id),
  slaPolicyDiff: (_: unknown, args: { fromVersionId: string; toVersionId: string }, ctx: Ctx) => diffVersions(ctx, args.fromVersionId, args.toVersionId),
  async slaPolicyCheck(_: unknown, { input }: { input: DocumentInput }, ctx: Ctx) {
    const { yaml, policies, problems } = await checkDocument(ctx, input);
    const broken = new Set(problems.filter(({ isWarning }) => !isWarning).map(({ path }) => Number(path[0])));
    return { yaml, problems, policies: shown(policies, null).filter(({ place }) => !broken.has(place)), isValid: broken.size === 0 };
  },
  slaSimulation: (_: unknown, { input }: { input: SlaSimulationInput }, ctx: Ctx) => simulateSla(ctx, input),
  slaDryRun: (_: unknown, { id }: { id: string }, ctx: Ctx) => readDryRun(ctx, id),
  hoursToTell: (_: unknown, __: unknown, ctx: Ctx) => readHoursToTell(ctx),
  businessHours: (_: unknown, args: PageArgs, ctx: Ctx) => readHoursPage(ctx, args),
};

const Mutation = {
  saveSlaPolicy: (_: unknown, { input }: { input: SaveSlaPolicy }, ctx: Ctx) => savePayload(ctx, input, (on) => saveSlaPolicy(on, input), (saved) => saved),
  dryRunSlaPolicy: (_: unknown, { input }: { input: DryRunSlaPolicy }, ctx: Ctx) => payload(ctx, async () => ({ dryRun: await readDryRun(ctx, await dryRunSlaPolicy(ctx, input)) })),
  activateSlaPolicy: (_: unknown, { input }: { input: ActivateSlaPolicy }, ctx: Ctx) => payload(ctx, async () => {
    const { versionId, retargetedCount } = await activateSlaPolicy(ctx, input);
    return { version: await requireVersion(ctx.db, versionId), retargetedCount };
  }),
  saveBusinessHours: (_: unknown, { input }: { input: SaveBusinessHours }, ctx: Ctx) => savePayload(ctx, input, (on) => saveBusinessHours(on, input), ({ hours, affectedClockCount, corrected }) => ({ businessHours: hours, affectedClockCount, corrected })),
  readHolidays: (_: unknown, { input }: { input: { ics?: string | null; plan?: string | null } }, ctx: Ctx) => payload(ctx, async () => ({ specialDays: readHolidays(ctx, input) })),
};

const Subscription = {
  slaDryRunChanged: {
    subscribe: (_: unknown, { dryRunId }: { dryRunId: string }, ctx: Ctx) => watchDryRun(ctx, dryRunId),
    resolve: (event: DryRunEvent) => event,
  },
};

const SlaPolicyDocument = {
  activeVersion: (row: DocumentRow, _: unknown, ctx: Ctx) => readActive(ctx, row),
  draftVersion: (row: DocumentRow, _: unknown, ctx: Ctx) => readDraft(ctx, row),
  openTicketCount: (row: DocumentRow, _: unknown, ctx: Ctx) => openUnder(ctx, row),
  versions: ({ id }: DocumentRow, args: PageArgs, ctx: Ctx) => readVersions(ctx, id, args),
};

const SlaPolicyVersion = {
  state: (row: VersionRow, _: unknown, ctx: Ctx) => versionState(ctx, row),
  policies: ({ id, policies }: VersionRow) => shown(policies, id),
  problems: async ({ yaml }: VersionRow, _: unknown, ctx: Ctx) => (await checkDocument(ctx, { yaml })).problems,
  author: ({ authorKind: kind, authorId }: VersionRow) => ({ kind, agent: kind === 'AGENT' && authorId ? { __typename: 'Agent', id: authorId } : null, customer: null, ruleId: kind === 'API' ? authorId : null }),
  dryRun: ({ id }: VersionRow, _: unknown, ctx: Ctx) => newestRun(ctx, id),
};

const SlaPolicy = {
  targets: ({ budgets }: ShownPolicy) => Object.entries(budgets).map(([target, budgetMs]) => ({ target: target as SlaTarget, budget: isoSpan(budgetMs), budgetSeconds: seconds(budgetMs) })),
  businessHours: ({ hoursKey }: ShownPolicy, _: unknown, ctx: Ctx) => hoursByKey(ctx, hoursKey),
  escalationRules: ({ escalations }: ShownPolicy) => escalations.map(({ appliesTo, afterMs, target }) => ({ appliesTo, after: isoSpan(afterMs), afterSeconds: seconds(afterMs), target })),
  warnings: ({ warnings }: ShownPolicy) => warnings.map(({ beforeMs, percentUsed, target }) => ({ before: beforeMs === null ? null : isoSpan(beforeMs), percentUsed, target })),
  ticketCount30d: async ({ versionId, place }: ShownPolicy, _: unknown, ctx: Ctx) => (versionId ? ((await ctx.loaders.policyUse.load(versionId)).get(place) ?? 0) : 0),
};

const EscalationRule = {
  async team({ target }: { target: string }, _: unknown, ctx: Ctx) {
    const id = (await ctx.teamIds())?.get(target);
    return id ? { __typename: 'Team', id } : null;
  },
};

const DocumentProblem = { message: ({ words }: Problem, _: unknown, ctx: Ctx) => say(words, ctx.locale) };

const rate = (met: number, ended: number) => (ended > 0 ? met / ended : null);

const SlaDryRun = {
  percent: ({ counts }: DryRunRow) => counts.percent,
  from: ({ fromDay }: DryRunRow) => fromDay,
  to: ({ toDay }: DryRunRow) => toDay,
  ticketCount: ({ counts }: DryRunRow) => counts.ticketCount,
  attainmentBefore: ({ counts, state }: DryRunRow) => (state === 'DONE' ? rate(counts.metBefore, counts.endedBefore) : null),
  attainmentAfter: ({ counts, state }: DryRunRow) => (state === 'DONE' ? rate(counts.metAfter, counts.endedAfter) : null),
  isUnderWarning: ({ counts, state }: DryRunRow, _: unknown, ctx: Ctx) => state === 'DONE' && fallsShort(ctx, counts.metAfter, counts.endedAfter),
  changedCount: ({ counts }: DryRunRow) => counts.changedCount,
  unpromisedCount: ({ counts }: DryRunRow) => counts.unpromisedCount ?? 0,
  escalationDelta: ({ counts }: DryRunRow) => counts.escalationDelta,
  retargetCount: ({ counts }: DryRunRow) => counts.retargetCount,
  conversations: (run: DryRunRow) => run.counts.conversations && { ...run.counts.conversations, run },
  changes: ({ id }: DryRunRow, args: PageArgs, ctx: Ctx) => readChanges(ctx, id, 'TICKET', args),
};

type RunConversations = ConversationCounts & { run: DryRunRow };

const SlaDryRunConversations = {
  breachedBefore: ({ endedBefore, metBefore }: RunConversations) => endedBefore - metBefore,
  breachedAfter: ({ endedAfter, metAfter }: RunConversations) => endedAfter - metAfter,
  attainmentBefore: ({ run, metBefore, endedBefore }: RunConversations) => (run.state === 'DONE' ? rate(metBefore, endedBefore) : null),
  attainmentAfter: ({ run, metAfter, endedAfter }: RunConversations) => (run.state === 'DONE' ? rate(metAfter, endedAfter) : null),
  isUnderWarning: ({ run, metAfter, endedAfter }: RunConversations, _: unknown, ctx: Ctx) => run.state === 'DONE' && fallsShort(ctx, metAfter, endedAfter),
  changes: ({ run }: RunConversations, args: PageArgs, ctx: Ctx) => readChanges(ctx, run.id, 'CONVERSATION', args),
};

const SlaDryRunChange = {
  before: ({ stateBefore }: DryRunChangeRow) => stateBefore,
  after: ({ stateAfter }: DryRunChangeRow) => stateAfter,
};

const SlaDryRunConversationChange = {
  ...SlaDryRunChange,
  conversation: ({ conversationId }: DryRunChangeRow) => ({ __typename: 'Conversation', id: conversationId }),
};

const writeWeek = (week: HoursContent['week']) => week.flatMap((day, index) => day.map((open) => writeInterval(index + 1, open)));

/** Days shown of a correction; it says how many there are. */
const DAYS_SHOWN = 100;
const SaveBusinessHoursPayload = {
  pastDiff: ({ corrected = [] }: { corrected?: HoursDiffDay[] }) => corrected.length === 0 ? null : { dayCount: corrected.length, days: corrected.slice(0, DAYS_SHOWN) },
};
const HoursDiffDay = {
  before: ({ date, before }: HoursDiffDay) => before.map((open) => writeInterval(weekdayOf(date), open)),
  after: ({ date, after }: HoursDiffDay) => after.map((open) => writeInterval(weekdayOf(date), open)),
};
const weekdayOf = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;

const BusinessHours = {
  periods: ({ content }: HoursWithContent) => (content.periods ?? []).map(({ from, week }) => ({ from, intervals: writeWeek(week) })),
  timeZone: ({ content }: HoursWithContent) => content.timeZone,
  intervals: ({ content }: HoursWithContent) => writeWeek(content.week),
  specialDays: ({ content }: HoursWithContent) => Object.entries(content.specialDays).sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, open]) => {
    const { name, kind } = content.specialDayNames?.[date] ?? { name: date, kind: open.length > 0 ? ('OTHER_HOURS' as const) : ('HOLIDAY' as const) };
    const weekday = ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
    return { date, name, kind, intervals: open.map((one) => writeInterval(weekday, one)) };
  }),
  isOpen: ({ content }: HoursWithContent, _: unknown, ctx: Ctx) => isOpenAt(content, ctx.clock.now()),
  changesAt: ({ content }: HoursWithContent, _: unknown, ctx: Ctx) => nextChange(content, ctx.clock.now()),
};

export const policyResolvers = {
  Query, Mutation, Subscription, SlaPolicyDocument, SlaPolicyVersion, SlaPolicy, EscalationRule, DocumentProblem, SlaDryRun, SlaDryRunChange, SlaDryRunConversations, SlaDryRunConversationChange, SaveBusinessHoursPayload, HoursDiffDay, BusinessHours,
};
