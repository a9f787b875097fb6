import { maskWord } from '@careline/kit/auth';
import { say, type Locale } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { askEach, byOrder, listTickets, numbersOf, openTickets, priorityName, ticketsWhere, type OpenTicket } from '../ticket/index.ts';
import { csvHead, csvLines } from './csv.rules.ts';
import { COLUMNS, type ColumnKey } from './export.rules.ts';
import { insertPart, lastPart, lockJob, updateJob } from './job.store.ts';
import type { JobRow } from './job.tables.ts';
import type { JobAsk } from './job.types.ts';

const PAGE = 250;
export const EXPORTED_MAX = 100_000;
const oldestFirst = byOrder({ field: 'CREATED', direction: 'ASC' });

/** Where a stretch of an export is sealed to. */
export const partPlace = (jobId: string, place: number) => `ticket_job_parts|sealed_text|${jobId}|${place}`;

/** Writes the next stretch of an export as who asked for it may read it; the last one ends the job. */
export async function writeExport(ctx: TicketsContext, job: JobRow, ask: JobAsk): Promise<void> {
  const { filter, also = null, columns } = ask.export!;
  const last = await lastPart(ctx.db, job.id);
  const where = { ...await ticketsWhere(ctx, filter, { permission: 'ticket:export' }), also };
  const cursor = last?.afterId ? { at: last.afterAt, id: last.afterId } : null;
  const rows = (await listTickets(ctx.db, where, oldestFirst, { limit: PAGE, isBackward: false, cursor })).slice(0, Math.min(PAGE, EXPORTED_MAX - job.doneCount));
  const records = await recordsOf(ctx, await openTickets(ctx.vault, ctx.db, rows), columns);
  const text = (last ? '' : csvHead(columns.map((key) => say(COLUMNS[key], ask.locale)))) + csvLines(records);
  const end = rows.at(-1);
  const doneCount = job.doneCount + rows.length;
  const isLast = rows.length < PAGE || doneCount >= EXPORTED_MAX;
  await ctx.db.transaction(async (tx) => {
    const held = await lockJob(tx, job.id);
    // Stopped meanwhile, or another worker was here: its stretch stands.
    if (held?.state !== 'RUNNING' || held.doneCount !== job.doneCount) return;
    const place = (last?.place ?? -1) + 1;
    await insertPart(tx, {
      jobId: job.id, place, sealedText: ctx.vault.staff.seal(partPlace(job.id, place), text), ticketCount: rows.length,
      afterAt: end?.createdAt ?? last?.afterAt ?? null, afterId: end?.id ?? last?.afterId ?? null,
    });
    await updateJob(tx, job.id, isLast ? { doneCount, totalCount: doneCount, state: 'DONE', finishedAt: ctx.clock.now() } : { doneCount, totalCount: Math.max(held.totalCount, doneCount) });
    tx.afterCommit(() => ctx.live.publish(`ticket-job:${job.id}`, { jobId: job.id }));
  });
}

type Clock = Awaited<ReturnType<TicketsContext['loaders']['clocksOfTicket']['load']>>[number];

interface Around {
  customers: Map<string, string>;
  agents: Map<string, string>;
  teams: Map<string, string>;
  categories: Map<string, string>;
  survivors: Map<string, string>;
  clocks: Map<string, Clock[]>;
}

async function recordsOf(ctx: TicketsContext, tickets: readonly OpenTicket[], columns: readonly ColumnKey[]): Promise<(string | number | null)[][]> {
  const around = await readAround(ctx, tickets, columns);
  return tickets.map((ticket) => columns.map((key) => cellOf(key, ticket, around)));
}

async function readAround(ctx: TicketsContext, tickets: readonly OpenTicket[], columns: readonly ColumnKey[]): Promise<Around> {
  const asks = (...keys: ColumnKey[]) => keys.some((key) => columns.includes(key));
  const idsOf = (isAsked: boolean, idOf: (ticket: OpenTicket) => string | null) => (isAsked ? [...new Set(tickets.flatMap((ticket) => idOf(ticket) ?? []))] : []);
  const categories = await ctx.loaders.categories();
  const areClocksAsked = asks('firstResponse', 'firstResponseDueAt', 'firstResponseSeconds', 'resolution', 'resolutionDueAt', 'resolutionSeconds');
  return {
    customers: await customerNames(ctx, idsOf(asks('customer'), ({ customerId }) => customerId)),
    agents: await namesOf(ctx, idsOf(asks('agent'), ({ agentId }) => agentId), (argument) => `agent(id: ${argument}) { name: displayName }`),
    teams: await namesOf(ctx, idsOf(asks('team'), ({ teamId }) => teamId), (argument) => `team(id: ${argument}) { name }`),
    categories: new Map(categories.map(({ id, nameZh, nameEn }) => [id, nameIn(ctx.locale, nameZh, nameEn)])),
    survivors: await numbersOf(ctx, idsOf(asks('mergedInto'), ({ mergedIntoId }) => mergedIntoId)),
    clocks: new Map(areClocksAsked ? await Promise.all(tickets.map(async ({ id }) => [id, await ctx.loaders.clocksOfTicket.load(id)] as const)) : []),
  };
}

const nameIn = (locale: Locale, zh: string, en: string) => (locale === 'EN' ? en : zh);

/** Names of customers as the caller may read them. */
async function customerNames(ctx: TicketsContext, ids: string[]): Promise<Map<string, string>> {
  const found = await askEach<{ displayName: string }>(ctx.services, ids, 'ID!', (argument) => `customer(id: ${argument}) { displayName }`);
  return new Map([...found].flatMap(([id, one]) => (one ? [[id, ctx.viewer.readsInClear('name', id) ? one.displayName : maskWord(one.displayName)] as const] : [])));
}

async function namesOf(ctx: TicketsContext, ids: string[], field: (argument: string) => string): Promise<Map<string, string>> {
  const found = await askEach<{ name: string }>(ctx.services, ids, 'ID!', field);
  return new Map([...found].flatMap(([id, one]) => (one ? [[id, one.name] as const] : [])));
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function cellOf(key: ColumnKey, ticket: OpenTicket, { customers, agents, teams, categories, survivors, clocks }: Around): string | number | null {
  const own = clocks.get(ticket.id) ?? [];
  const [response, resolution] = (['FIRST_RESPONSE', 'RESOLUTION'] as const).map((target) => own.find((clock) => clock.target === target));
  const seconds = (clock: Clock | undefined) => (clock ? Math.floor(clock.usedMs / 1_000) : null);
  switch (key) {
    case 'number': return String(ticket.number);
    case 'subject': return ticket.subject;
    case 'description': return ticket.description;
    case 'state': return ticket.state;
    case 'priority': return priorityName(ticket.priority);
    case 'category': return categories.get(ticket.categoryId) ?? null;
    case 'customerId': return ticket.customerId;
    case 'customer': return customers.get(ticket.customerId ?? '') ?? null;
    case 'agent': return agents.get(ticket.agentId ?? '') ?? null;
    case 'team': return teams.get(ticket.teamId ?? '') ?? null;
    case 'tags': return (ticket.tags ?? []).join(', ');
    case 'origin': return ticket.origin;
    case 'createdAt': case 'updatedAt': case 'solvedAt': case 'closedAt': return iso(ticket[key]);
    case 'firstResponse': return response?.state ?? null;
    case 'firstResponseDueAt': return iso(response?.dueAt ?? null);
    case 'firstResponseSeconds': return seconds(response);
    case 'resolution': return resolution?.state ?? null;
    case 'resolutionDueAt': return iso(resolution?.dueAt ?? null);
    case 'resolutionSeconds': return seconds(resolution);
    case 'mergedInto': return survivors.get(ticket.mergedIntoId ?? '') ?? null;
  }
}
