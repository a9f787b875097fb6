import { recordAudit } from '@careline/kit/audit';
import { newId, withIdempotency } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import { progressStream, type LiveStream } from '@careline/kit/live';
import { addDays, localDay } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { insertDryRun, selectChanges, selectDryRun } from './dry-run.store.ts';
import { requireVersion } from './policies.ts';
import type { SlaSubject } from './policy.types.ts';
import type { DryRunChangeRow, DryRunRow } from './sla.tables.ts';

/** How many days back a dry run looks. */
export const REPLAYED_DAYS = 30;

export interface DryRunSlaPolicy {
  versionId: string;
  priorities?: string[] | null;
  idempotencyKey: string;
}

/** 试运行: asks a worker to replay the last 30 days under a version. */
export async function dryRunSlaPolicy(ctx: TicketsContext, { versionId, priorities, idempotencyKey }: DryRunSlaPolicy): Promise<string> {
  ctx.viewer.requireAll('sla:write');
  const version = await requireVersion(ctx.db, versionId);
  const identity = ctx.viewer.identity!;
  return ctx.db.transaction(async (tx) => {
    const call = { scope: `${identity.agentId ?? identity.id}:dryRunSlaPolicy`, key: idempotencyKey, input: { versionId, priorities: priorities ?? null } };
    const { result } = await withIdempotency(tx, call, async () => {
      const now = ctx.clock.now();
      const today = localDay(now, ctx.timeZone);
      const row: DryRunRow = {
        id: newId('sdr'), versionId, state: 'QUEUED', priorities: priorities?.length ? priorities : null, fromDay: addDays(today, -REPLAYED_DAYS), toDay: today, seq: 1, startedAt: now, tookMs: 0,
        counts: { percent: 0, ticketCount: 0, metBefore: 0, endedBefore: 0, metAfter: 0, endedAfter: 0, changedCount: 0, escalationDelta: 0, retargetCount: 0, conversations: null },
      };
      await insertDryRun(tx, row);
      await recordAudit(tx, ctx, { verb: 'sla:write', subjectId: version.documentId, after: { dryRunId: row.id, versionId } });
      return { dryRunId: row.id };
    });
    return result.dryRunId;
  });
}

export async function readDryRun(ctx: TicketsContext, id: string): Promise<DryRunRow | null> {
  return selectDryRun(ctx.db, id);
}

export async function readChanges(ctx: TicketsContext, dryRunId: string, subject: SlaSubject, args: PageArgs): Promise<Connection<DryRunChangeRow>> {
  const page = parsePage(args, ['place']);
  return toConnection(await selectChanges(ctx.db, dryRunId, subject, page), page, ({ place }) => ({ place }), null);
}

export type DryRunEvent = { __typename: 'SlaDryRunChanged'; seq: number; at: number; dryRun: DryRunRow } | { __typename: 'SlaDryRunHeartbeat'; seq: number; at: number };

/** The progress of a dry run: its present state first, then each step; ends after it has finished. */
export async function watchDryRun(ctx: TicketsContext, id: string): Promise<LiveStream<DryRunEvent>> {
  const first = await selectDryRun(ctx.db, id);
  if (!first) throw appError('NOT_FOUND');
  return progressStream<DryRunRow, DryRunEvent>({
    first, read: () => selectDryRun(ctx.db, id), listen: (heard) => ctx.live.subscribe(`sla-dry-run:${id}`, heard),
    isOver: ({ state }) => state === 'DONE' || state === 'FAILED',
    changed: (dryRun) => ({ __typename: 'SlaDryRunChanged', seq: dryRun.seq, at: ctx.clock.now(), dryRun }),
    heartbeat: (seq) => ({ __typename: 'SlaDryRunHeartbeat', seq, at: ctx.clock.now() }),
  });
}
