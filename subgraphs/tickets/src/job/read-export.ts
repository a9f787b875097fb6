import { readUploadLink, signUploadLink } from '@careline/kit/crypto';
import { appError } from '@careline/kit/errors';
import { MINUTE } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { partAt, selectJob } from './job.store.ts';
import type { JobRow } from './job.tables.ts';
import { partPlace } from './write-export.ts';

const LINK_MINUTES = 5;

/** A link to the file of an export for the caller alone, valid five minutes; null for other jobs and before the file is whole. */
export function exportUrl(ctx: TicketsContext, { id, kind, state }: JobRow): string | null {
  if (kind !== 'EXPORT' || state !== 'DONE') return null;
  const { keyring, viewer, clock, publicUrl } = ctx;
  return signUploadLink(keyring, { attachmentId: id, verb: 'GET', viewerId: viewer.identity!.id, expiresAt: clock.now() + LINK_MINUTES * MINUTE, publicUrl });
}

/** The export a signed link is for. Throws FORBIDDEN without a valid link, or when somebody else signed in uses it. */
export async function linkedExport(ctx: TicketsContext, { url, method }: { url: string; method: string }): Promise<JobRow> {
  const link = readUploadLink(ctx.keyring, { url, method, now: ctx.clock.now() });
  if (!link || (ctx.viewer.identity && ctx.viewer.identity.id !== link.viewerId)) {
    throw appError('FORBIDDEN', { words: { zh: '链接无效或已过期，请重新获取。', en: 'The link is not valid or has run out. Ask for a new one.' } });
  }
  const job = await selectJob(ctx.db, link.attachmentId);
  if (job?.kind !== 'EXPORT' || job.state !== 'DONE') throw appError('NOT_FOUND');
  return job;
}

/** The file of an export, stretch by stretch; never more than one in memory. */
export async function* readExport(ctx: TicketsContext, { id }: JobRow): AsyncGenerator<Buffer> {
  for (let place = 0; ; place += 1) {
    const part = await partAt(ctx.db, id, place);
    if (!part) return;
    yield ctx.vault.staff.openBytes(partPlace(id, place), part.sealedText);
  }
}
