import { appError, Refusal, refuse, say, type Locale } from '@careline/kit/errors';
import type { RequestFacts } from '@careline/kit/graphql';
import { formBoundary, readBody, refuseMethod, sendJson, sendProblem } from '@careline/kit/rest';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TicketsContext } from '../context.ts';
import type { CreatedItem } from './commit-tickets.ts';
import { createTickets } from './create-tickets.ts';
import { readItem, type ItemProblem } from './rest-item.rules.ts';
import { readJson } from './read-json.ts';
import { readTicketForm } from './ticket-form.ts';
import type { TicketInput } from './ticket.rules.ts';

const BODY_BYTES_MAX = 20_000_000;
const ITEMS_MAX = 1_000;

interface Result {
  index: number;
  ticketId: string | null;
  number: string | null;
  status: 'created' | 'refused';
  error: { code: string; field: string[] | null; message: string } | null;
}

/**
 * `POST /create_ticket`: one ticket, or a list of 1 to 1,000, as JSON; or one ticket with files, as a form. Every item is answered on its own in the order it came;
 * 201 when all were created, 200 when some were, 422 when none was. The same `Idempotency-Key` gives the first answer for 24 hours.
 */
export async function handleCreateTicket(ctx: TicketsContext, req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void> {
  if (req.method !== 'POST') return refuseMethod(res, 'POST', facts);
  try {
    ctx.viewer.require('ticket:create');
    const key = keyOf(req);
    const boundary = formBoundary(req.headers['content-type']);
    const items = boundary === null ? await readItems(req) : await readTicketForm(ctx, req, boundary, key ?? randomUUID());
    const results = await create(ctx, items, key);
    const createdCount = results.filter(({ status }) => status === 'created').length;
    sendJson(res, createdCount === results.length ? 201 : createdCount > 0 ? 200 : 422, { createdCount, results });
  } catch (error) {
    sendProblem(res, error instanceof Refusal && error.code === 'IDEMPOTENCY_MISMATCH' ? otherRequest() : error, facts);
  }
}

/** Said of the header, whichever part of the request differs. */
const otherRequest = () => refuse('IDEMPOTENCY_MISMATCH', 'Idempotency-Key', { zh: '这个 Idempotency-Key 已用于另一个请求，请换一个。', en: 'This Idempotency-Key was used with another request. Choose a new one.' });

/** The key that makes a repetition harmless; null when the caller gave none. */
function keyOf(req: IncomingMessage): string | null {
  const given = req.headers['idempotency-key'];
  if (given === undefined) return null;
  const key = String(given).trim();
  if (key.length < 1 || key.length > 200) throw refuse('INVALID', 'Idempotency-Key', { zh: 'Idempotency-Key 须为 1 到 200 个字符。', en: 'Idempotency-Key has 1 to 200 characters.' });
  return key;
}

async function readItems(req: IncomingMessage): Promise<unknown[]> {
  const type = (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json') throw appError('BAD_USER_INPUT', { words: { zh: '请用 Content-Type: application/json 或 multipart/form-data 发送。', en: 'Send it as Content-Type: application/json or multipart/form-data.' } });
  const body = readJson(await readBody(req, BODY_BYTES_MAX));
  const items = Array.isArray(body) ? (body as unknown[]) : [body];
  if (items.length === 0) throw refuse('REQUIRED', null, { zh: '至少需要一个工单。', en: 'Give at least one ticket.' });
  if (items.length > ITEMS_MAX) throw refuse('TOO_MANY', null, { zh: `一次最多 ${ITEMS_MAX} 个工单。`, en: `At most ${ITEMS_MAX} tickets at once.` });
  return items;
}

/** Items that are not even tickets are refused where they stand; the others go to the one verb that creates tickets. */
async function create(ctx: TicketsContext, items: readonly unknown[], key: string | null): Promise<Result[]> {
  const read = items.map((item) => readItem(item));
  const good = read.flatMap((one, index) => ('input' in one ? [{ index, input: one.input }] : []));
  const results: Result[] = read.map((one, index) => refused(index, 'problem' in one ? one.problem : null, ctx.locale));
  if (good.length === 0) return results;
  const made = await createTickets(ctx, { tickets: good.map(({ input }) => input as TicketInput), idempotencyKey: key, asked: items });
  for (const [place, { index }] of good.entries()) results[index] = resultOf(index, made[place]!, ctx.locale);
  return results;
}

function refused(index: number, problem: ItemProblem | null, locale: Locale): Result {
  return { index, ticketId: null, number: null, status: 'refused', error: problem && { code: problem.code, field: problem.field, message: say(problem.words, locale) } };
}

function resultOf(index: number, { ticketId, number, problems }: CreatedItem, locale: Locale): Result {
  if (ticketId) return { index, ticketId, number, status: 'created', error: null };
  const { code, field, words } = problems[0]!;
  return refused(index, { code, field: field.slice(2), words }, locale);
}
