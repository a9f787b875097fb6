import type { RequestFacts } from '@careline/kit/graphql';
import { refuseMethod, sendProblem } from '@careline/kit/rest';
import { localDay } from '@careline/kit/time';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TicketsContext } from '../context.ts';
import { linkedExport, readExport } from './read-export.ts';

/** Answers `/uploads/job_…` with the file of an export. The signed link is the permission. */
export async function handleExport(ctx: TicketsContext, req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void> {
  const method = req.method ?? 'GET';
  if (method !== 'GET' && method !== 'HEAD') return refuseMethod(res, 'GET, HEAD', facts);
  try {
    const job = await linkedExport(ctx, { url: req.url ?? '', method });
    res.writeHead(200, {
      'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="tickets-${localDay(job.createdAt, ctx.timeZone)}.csv"`,
      'x-content-type-options': 'nosniff', 'content-security-policy': "sandbox; default-src 'none'", 'cross-origin-resource-policy': 'same-site', 'cache-control': 'no-store',
    });
    if (method === 'HEAD') res.end();
    else await pipeline(Readable.from(readExport(ctx, job), { objectMode: false }), res).catch((error: unknown) => ctx.log.warn({ err: error, jobId: job.id }, 'a download ended early'));
  } catch (error) {
    sendProblem(res, error, facts);
  }
}
