import { parseId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import { DAY } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { belongings } from '../ticket/index.ts';
import type { DryRunRow, RuleRow, TraceRow, VersionRow } from './automation.tables.ts';
import type { Step } from './automation.types.ts';
import { newestDryRun } from './dry-run.store.ts';
import { newestVersion, selectRule, selectRules, selectVersion, selectVersions, versionByNumber } from './rule.store.ts';
import { countRuns, lastRun, selectTraces } from './trace.store.ts';

const COUNTED_MS = 30 * DAY;

export async function readRules(ctx: TicketsContext, args: PageArgs): Promise<Connection<RuleRow>> {
  const page = parsePage(args, ['name', 'id']);
  return toConnection(await selectRules(ctx.db, page), page, ({ name, id }) => ({ name, id }), null);
}

export async function readRule(ctx: TicketsContext, id: string): Promise<RuleRow | null> {
  return parseId('aut', id) ? selectRule(ctx.db, id) : null;
}

export const readActiveVersion = async (ctx: TicketsContext, { activeVersionId }: RuleRow): Promise<VersionRow | null> => (activeVersionId ? selectVersion(ctx.db, activeVersionId) : null);
export const readVersion = (ctx: TicketsContext, id: string): Promise<VersionRow | null> => selectVersion(ctx.db, id);
export const readNewestVersion = (ctx: TicketsContext, { id }: RuleRow): Promise<VersionRow | null> => newestVersion(ctx.db, id);
export const readVersions = (ctx: TicketsContext, { id }: RuleRow): Promise<VersionRow[]> => selectVersions(ctx.db, id);
export const readNewestDryRun = (ctx: TicketsContext, { id }: VersionRow): Promise<DryRunRow | null> => newestDryRun(ctx.db, id);
export const countRecentRuns = (ctx: TicketsContext, { id }: RuleRow): Promise<number> => countRuns(ctx.db, id, ctx.clock.now() - COUNTED_MS);
export const readLastRun = (ctx: TicketsContext, { id }: RuleRow): Promise<number | null> => lastRun(ctx.db, id, ctx.clock.now() - COUNTED_MS);

/** Where a version stands among those of its rule. */
export async function versionState(ctx: TicketsContext, { id, ruleId, activatedAt }: VersionRow): Promise<'DRAFT' | 'ACTIVE' | 'RETIRED'> {
  if (activatedAt === null) return 'DRAFT';
  const rule = await selectRule(ctx.db, ruleId);
  return rule?.isEnabled && rule.activeVersionId === id ? 'ACTIVE' : 'RETIRED';
}

/** What rules did with a ticket, newest first. Throws NOT_FOUND for who may not read the ticket. */
export async function readTraces(ctx: TicketsContext, ticketId: string, args: PageArgs): Promise<Connection<TraceRow>> {
  const ticket = await ctx.loaders.ticket.load(ticketId);
  if (!ticket || !ctx.viewer.covers('ticket:read', belongings(ticket))) throw appError('NOT_FOUND');
  const page = parsePage(args, ['id']);
  return toConnection(await selectTraces(ctx.db, ticketId, page), page, ({ id }) => ({ id }), null);
}

/** The steps by which a rule changed something at an event. */
export async function readChanges(ctx: TicketsContext, { ruleId, versionNumber, changes }: TraceRow): Promise<Step[]> {
  if (!changes?.length) return [];
  const steps = (await versionByNumber(ctx.db, ruleId, versionNumber))?.steps ?? [];
  return changes.flatMap((place) => steps[place] ?? []);
}
