import { recordAudit } from '@careline/kit/audit';
import { newId, parseId, withIdempotency } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import { progressStream, type LiveStream } from '@careline/kit/live';
import { addDays, localDay } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import type { DryRunRow, DryRunTicketRow } from './automation.tables.ts';
import { insertDryRun, selectDryRun, selectDryRunTickets } from './dry-run.store.ts';
import { selectVersion } from './rule.store.ts';

/** How many days back a dry run looks. */
export const REPLAYED_DAYS = 30;

export interface DryRunAutomationRule {
  versionId: string;
  idempotencyKey: string;
}

/** 试运行: asks a worker which tickets of the last 30 days a version would have touched. */
export async function dryRunAutomationRule(ctx: TicketsContext, { versionId, idempotencyKey }: DryRunAutomationRule): Promise<string> {
  ctx.viewer.requireAll('automation:write');
  const version = parseId('auv', versionId) ? await selectVersion(ctx.db, versionId) : null;
  if (!version) throw appError('NOT_FOUND');
  const identity = ctx.viewer.identity!;
  return ctx.db.transaction(async (tx) => {
    const call = { scope: `${identity.agentId ?? identity.id}:dryRunAutomationRule`, key: idempotencyKey, input: { versionId } };
    const { result } = await withIdempotency(tx, call, async () => {
      const now = ctx.clock.now();
      const today = localDay(now, ctx.timeZone);
      const row: DryRunRow = {
        id: newId('adr'), versionId, state: 'QUEUED', fromDay: addDays(today, -REPLAYED_DAYS), toDay: today, seq: 1, startedAt: now, tookMs: 0,
        counts: { percent: 0, ticketCount: 0, touchedCount: 0, runCount: 0 },
      };
      await insertDryRun(tx, row);
      await recordAudit(tx, ctx, { verb: 'automation:write', subjectId: version.ruleId, after: { dryRunId: row.id, versionId } });
      return { dryRunId: row.id };
    });
    return result.dryRunId;
  });
}

export async function readDryRun(ctx: TicketsContext, id: string): Promise<DryRunRow | null> {
  return parseId('adr', id) ? selectDryRun(ctx.db, id) : null;
}

export async function readDryRunTickets(ctx: TicketsContext, dryRunId: string, args: PageArgs): Promise<Connection<DryRunTicketRow>> {
  const page = parsePage(args, ['place']);
  return toConnection(await selectDryRunTickets(ctx.db, dryRunId, page), page, ({ place }) => ({ place }), null);
}

export type DryRunEvent = { __typename: 'AutomationDryRunChanged'; seq: number; at: number; dryRun: DryRunRow } | { __typename: 'AutomationDryRunHeartbeat'; seq: number; at: number };

/** The progress of a dry run: its present state first, then each step; ends after it has finished. */
export async function watchDryRun(ctx: TicketsContext, id: string): Promise<LiveStream<DryRunEvent>> {
  const first = await readDryRun(ctx, id);
  if (!first) throw appError('NOT_FOUND');
  return progressStream<DryRunRow, DryRunEvent>({
    first, read: () => selectDryRun(ctx.db, id), listen: (heard) => ctx.live.subscribe(`automation-dry-run:${id}`, heard),
    isOver: ({ state }) => state === 'DONE' || state === 'FAILED',
    changed: (dryRun) => ({ __typename: 'AutomationDryRunChanged', seq: dryRun.seq, at: ctx.clock.now(), dryRun }),
    heartbeat: (seq) => ({ __typename: 'AutomationDryRunHeartbeat', seq, at: ctx.clock.now() }),
  });
}
