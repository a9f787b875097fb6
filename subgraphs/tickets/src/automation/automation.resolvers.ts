import { say } from '@careline/kit/errors';
import { payload, savePayload, type PageArgs } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';
import { isoSpan } from '../sla/index.ts';
import { readTicket } from '../ticket/index.ts';
import { activateAutomationRule, type ActivateAutomationRule } from './activate-rule.ts';
import type { DryRunRow, DryRunTicketRow, RuleRow, TraceRow, VersionRow } from './automation.tables.ts';
import { dryRunAutomationRule, readDryRun, readDryRunTickets, watchDryRun, type DryRunAutomationRule, type DryRunEvent } from './dry-run-rule.ts';
import { countRecentRuns, readActiveVersion, readChanges, readLastRun, readNewestDryRun, readNewestVersion, readRule, readRules, readTraces, readVersion, readVersions, versionState } from './read-rules.ts';
import { saveAutomationRule, type SaveAutomationRule } from './save-rule.ts';

type Ctx = TicketsContext;

const Query = {
  automationRules: (_: unknown, args: PageArgs, ctx: Ctx) => readRules(ctx, args),
  automationRule: (_: unknown, { id }: { id: string }, ctx: Ctx) => readRule(ctx, id),
  automationDryRun: (_: unknown, { id }: { id: string }, ctx: Ctx) => readDryRun(ctx, id),
  ruleTraces: (_: unknown, { ticketId, ...args }: PageArgs & { ticketId: string }, ctx: Ctx) => readTraces(ctx, ticketId, args),
};

const Mutation = {
  saveAutomationRule: (_: unknown, { input }: { input: SaveAutomationRule }, ctx: Ctx) => savePayload(ctx, input, (on) => saveAutomationRule(on, input), async ({ ruleId, versionId }) => ({ rule: await readRule(ctx, ruleId), version: await readVersion(ctx, versionId) })),
  dryRunAutomationRule: (_: unknown, { input }: { input: DryRunAutomationRule }, ctx: Ctx) => payload(ctx, async () => ({ dryRun: await readDryRun(ctx, await dryRunAutomationRule(ctx, input)) })),
  activateAutomationRule: (_: unknown, { input }: { input: ActivateAutomationRule }, ctx: Ctx) => payload(ctx, async () => ({ rule: await readRule(ctx, await activateAutomationRule(ctx, input)) })),
};

const Subscription = {
  automationDryRunChanged: {
    subscribe: (_: unknown, { dryRunId }: { dryRunId: string }, ctx: Ctx) => watchDryRun(ctx, dryRunId),
    resolve: (event: DryRunEvent) => event,
  },
};

const AutomationRule = {
  isEnabled: ({ isEnabled }: RuleRow) => isEnabled === 1,
  activeVersion: (row: RuleRow, _: unknown, ctx: Ctx) => readActiveVersion(ctx, row),
  newestVersion: (row: RuleRow, _: unknown, ctx: Ctx) => readNewestVersion(ctx, row),
  versions: (row: RuleRow, _: unknown, ctx: Ctx) => readVersions(ctx, row),
  ranCount30d: (row: RuleRow, _: unknown, ctx: Ctx) => countRecentRuns(ctx, row),
  lastRanAt: (row: RuleRow, _: unknown, ctx: Ctx) => readLastRun(ctx, row),
};

const AutomationVersion = {
  state: (row: VersionRow, _: unknown, ctx: Ctx) => versionState(ctx, row),
  after: ({ afterMs }: VersionRow) => (afterMs === null ? null : isoSpan(afterMs)),
  afterSeconds: ({ afterMs }: VersionRow) => (afterMs === null ? null : Math.floor(afterMs / 1000)),
  author: ({ authorKind: kind, authorId }: VersionRow) => ({ kind, agent: kind === 'AGENT' && authorId ? { __typename: 'Agent', id: authorId } : null, customer: null, ruleId: kind === 'API' ? authorId : null }),
  dryRun: (row: VersionRow, _: unknown, ctx: Ctx) => readNewestDryRun(ctx, row),
};

const AutomationDryRun = {
  percent: ({ counts }: DryRunRow) => counts.percent,
  from: ({ fromDay }: DryRunRow) => fromDay,
  to: ({ toDay }: DryRunRow) => toDay,
  ticketCount: ({ counts }: DryRunRow) => counts.ticketCount,
  touchedCount: ({ counts }: DryRunRow) => counts.touchedCount,
  runCount: ({ counts }: DryRunRow) => counts.runCount,
  tickets: ({ id }: DryRunRow, args: PageArgs, ctx: Ctx) => readDryRunTickets(ctx, id, args),
};

const AutomationDryRunTicket = {
  ticket: ({ ticketId }: DryRunTicketRow, _: unknown, ctx: Ctx) => (ctx.viewer.scopeOf('ticket:read') ? readTicket(ctx, { id: ticketId }) : null),
};

const RuleTrace = {
  rule: ({ ruleId }: TraceRow, _: unknown, ctx: Ctx) => ctx.loaders.automationRule.load(ruleId),
  refusedStep: ({ refusal }: TraceRow) => refusal?.step ?? null,
  refusal: ({ refusal }: TraceRow, _: unknown, ctx: Ctx) => (refusal ? { code: refusal.code, field: null, message: say(refusal.words, ctx.locale) } : null),
  changes: (row: TraceRow, _: unknown, ctx: Ctx) => readChanges(ctx, row),
};

export const automationResolvers = { Query, Mutation, Subscription, AutomationRule, AutomationVersion, AutomationDryRun, AutomationDryRunTicket, RuleTrace };
