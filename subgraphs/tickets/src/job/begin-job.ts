import { newId, parseId, withIdempotency, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { countOpenJobs, insertJob } from './job.store.ts';
import type { ItemRow, NewJobRow } from './job.tables.ts';
import type { JobAsk, JobKind } from './job.types.ts';

const UNFINISHED_MAX = 10;

/** Where what was asked is sealed to. */
export const askPlace = (jobId: string) => `ticket_jobs|sealed_ask|${jobId}`;

/** Whose a job is: the agent's, whether signed in or by a token; else the token's. */
export function ownerOfJobs({ viewer }: Pick<TicketsContext, 'viewer'>): string {
  return viewer.agentId ?? viewer.identity!.id;
}

export const itemOf = (jobId: string, ticketId: string, place: number): ItemRow => (parseId('tkt', ticketId)
  ? { jobId, place, ticketId, state: 'WAITING', problem: null, trace: null }
  : { jobId, place, ticketId: null, state: 'FAILED', problem: MISSING, trace: null });

export const MISSING = { code: 'NOT_FOUND' as const, field: null, words: { zh: '工单不存在或不可见。', en: 'The ticket does not exist or is not visible to you.' } };

interface Begin {
  kind: JobKind;
  verb: string;
  idempotencyKey: string;
  /** What the key stands for: compared with what came under it before. */
  input: unknown;
  ask: Omit<JobAsk, 'identity' | 'locale'>;
  /** How many there will be, where the items do not tell. */
  totalCount?: number;
  /** Called in the transaction of the job. */
  items(tx: Tx, jobId: string): Promise<readonly ItemRow[]>;
  audit(tx: Tx, jobId: string, items: readonly ItemRow[]): Promise<unknown>;
}

/** Stores what a verb has done at once as a job, so that it can be taken back by the same verb as all others. Gives its id. */
export async function insertDoneJob(ctx: TicketsContext, tx: Tx, { kind, items, undoableMs }: { kind: JobKind; items: readonly Pick<ItemRow, 'ticketId' | 'trace'>[]; undoableMs: number }): Promise<string> {
  const jobId = newId('job');
  const now = ctx.clock.now();
  const ask: JobAsk = { identity: ctx.viewer.identity!, locale: ctx.locale };
  await insertJob(tx, {
    id: jobId, kind, state: 'DONE', ownerId: ownerOfJobs(ctx), sealedAsk: ctx.vault.staff.seal(askPlace(jobId), JSON.stringify(ask)),
    totalCount: items.length, doneCount: items.length, createdAt: now, finishedAt: now, undoableUntil: now + undoableMs,
  }, items.map(({ ticketId, trace }, place) => ({ jobId, place, ticketId, state: 'DONE' as const, problem: null, trace })));
  return jobId;
}

/** Stores a job for the worker; the same key gives the first one. Refuses LIMIT_REACHED to who has too many that are not finished. */
export async function beginJob(ctx: TicketsContext, { kind, verb, idempotencyKey, input, ask, items: read, totalCount, audit }: Begin): Promise<string> {
  const ownerId = ownerOfJobs(ctx);
  return ctx.db.transaction(async (tx) => {
    const { result } = await withIdempotency(tx, { scope: `${ownerId}:${verb}`, key: idempotencyKey, input }, async () => {
      if ((await countOpenJobs(tx, ownerId)) >= UNFINISHED_MAX) {
        throw refuse('LIMIT_REACHED', null, { zh: `同时最多 ${UNFINISHED_MAX} 个未完成的批量任务。`, en: `At most ${UNFINISHED_MAX} unfinished jobs at once.` });
      }
      const jobId = newId('job');
      const items = await read(tx, jobId);
      const failedCount = items.filter(({ state }) => state === 'FAILED').length;
      const whole: JobAsk = { ...ask, identity: ctx.viewer.identity!, locale: ctx.locale };
      const job: NewJobRow = {
        id: jobId, kind, state: 'QUEUED', ownerId, sealedAsk: ctx.vault.staff.seal(askPlace(jobId), JSON.stringify(whole)), totalCount: totalCount ?? items.length, failedCount, createdAt: ctx.clock.now(),
      };
      await insertJob(tx, job, items);
      await audit(tx, jobId, items);
      return { jobId };
    });
    return result.jobId;
  });
}
