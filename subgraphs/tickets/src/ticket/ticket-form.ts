import { Refusal, refuse } from '@careline/kit/errors';
import { readForm, type FormPart } from '@careline/kit/rest';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { takeFile } from '../attachment/index.ts';
import type { TicketsContext } from '../context.ts';
import { readJson } from './read-json.ts';

const TICKET_BYTES_MAX = 1_000_000;
const FILES_MAX = 10;

/**
 * One ticket as a form: the field `ticket` is its JSON, each `file` is attached to it. Files are sealed as they come.
 * The same key gives the same attachments, so a repeated call speaks of the same ticket.
 */
export async function readTicketForm(ctx: TicketsContext, req: IncomingMessage, boundary: string, key: string): Promise<unknown[]> {
  let ticket: unknown;
  const files: string[] = [];
  for await (const part of readForm(req, boundary)) {
    if (part.name === 'ticket' && part.fileName === null && ticket === undefined) ticket = await readTicket(part);
    else if (part.name === 'file' && part.fileName !== null) files.push(await takeNext(ctx, part, key, files.length));
    else throw refuse('INVALID', part.name.slice(0, 100), { zh: '表单只接受一个 ticket 字段和若干 file 文件。', en: 'The form takes one field `ticket` and files called `file`.' });
  }
  if (ticket === undefined) throw refuse('REQUIRED', 'ticket', { zh: '缺少 ticket 字段。', en: 'The field `ticket` is missing.' });
  if (files.length === 0 || ticket === null || typeof ticket !== 'object' || Array.isArray(ticket)) return [ticket];
  const { attachmentIds } = ticket as { attachmentIds?: unknown };
  return [{ ...ticket, attachmentIds: Array.isArray(attachmentIds) ? [...(attachmentIds as unknown[]), ...files] : files }];
}

async function readTicket({ body }: FormPart): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > TICKET_BYTES_MAX) throw refuse('TOO_LONG', 'ticket', { zh: 'ticket 字段不能超过 1 MB。', en: 'The field `ticket` holds 1 MB at most.' });
    chunks.push(chunk);
  }
  return readJson(Buffer.concat(chunks));
}

async function takeNext(ctx: TicketsContext, { fileName, body }: FormPart, key: string, place: number): Promise<string> {
  if (place >= FILES_MAX) throw refuse('TOO_MANY', 'file', { zh: `一次最多 ${FILES_MAX} 个文件。`, en: `At most ${FILES_MAX} files at once.` });
  const clientUploadId = createHash('sha256').update(`create_ticket\n${key}\n${place}`).digest('base64url');
  try {
    return await takeFile(ctx, { clientUploadId, fileName: fileName!, body });
  } catch (error) {
    // The caller sent no upload id and several files: it hears of its key, or which file it is.
    if (error instanceof Refusal && error.code !== 'IDEMPOTENCY_MISMATCH') throw refuse(error.code, ['file', String(place)], error.words);
    throw error;
  }
}
