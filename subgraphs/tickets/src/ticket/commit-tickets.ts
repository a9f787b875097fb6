import { gathered, keepResults, usedBefore, withIdempotency, type Db, type IdempotentCall } from '@careline/kit/db';
import type { Refusal, UserErrorCode, Words } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import type { TicketPlan } from './plan-tickets.ts';
import { storeTickets } from './store-tickets.ts';
import { takeTicketNumbers } from './ticket.store.ts';
import type { NewTicketRow } from './ticket.tables.ts';

/** What somebody creates: one ticket, or up to a thousand. */
export interface Creation {
  ctx: TicketsContext;
  plans: readonly TicketPlan[];
  /** Null: without a key, so nobody can ask for the same again. */
  call: IdempotentCall | null;
}

/** What came of one item: the ticket's id and number, or why there is none. Ids and words of rules only, so it may be kept in clear. */
export interface CreatedItem {
  ticketId: string | null;
  number: string | null;
  problems: { code: UserErrorCode; field: string[]; words: Words }[];
}

type Fate = { items: CreatedItem[] } | { failure: unknown };

/** Callers that share a transaction. */
const TOGETHER_MAX = 100;
/** Whoever brings more than this many has work enough for a transaction. */
const FEW = 10;

const lines = new WeakMap<Db, (creation: Creation) => Promise<Fate | undefined>>();

/**
 * Stores the tickets of one caller; those of few tickets together with all others of the same moment, since a commit to disk costs the
 * same for one as for many (`ops/decisions/0005-group-commit.md`). Each keeps its own fate: what can't be stored with the others is stored alone.
 */
export async function commitTickets(creation: Creation): Promise<CreatedItem[]> {
  const { db } = creation.ctx;
  if (!isLight(creation)) return storeAlone(creation);
  if (!lines.has(db)) lines.set(db, gathered(storeEach, { most: TOGETHER_MAX }));
  const fate = (await lines.get(db)!(creation))!;
  if ('failure' in fate) throw fate.failure;
  return fate.items;
}

/** Uploads are locked one by one, which others should not wait for. */
const isLight = ({ plans }: Creation) => plans.length <= FEW && plans.every(({ input }) => !input.attachmentIds?.length);

async function storeEach(creations: readonly Creation[]): Promise<Map<Creation, Fate>> {
  const fates = new Map<Creation, Fate>();
  if (creations.length > 1) {
    try {
      for (const [creation, items] of await storeTogether(creations)) fates.set(creation, { items });
    } catch (error) {
      creations[0]!.ctx.log.warn({ err: error, callers: creations.length }, 'tickets could not be stored together; each caller\'s are stored alone');
    }
  }
  for (const creation of creations) {
    if (!fates.has(creation)) fates.set(creation, await storeAlone(creation).then((items) => ({ items }), (failure: unknown) => ({ failure })));
  }
  return fates;
}

/** What came of those whose key nobody used before, in one transaction. */
async function storeTogether(creations: readonly Creation[]): Promise<Map<Creation, CreatedItem[]>> {
  const { ctx } = creations[0]!;
  const firstNumber = await takeNumbers(ctx, creations.flatMap(({ plans }) => plans));
  return ctx.db.transaction(async (tx) => {
    const used = await usedBefore(tx, creations.flatMap(({ call }) => call ?? []));
    const fresh = creations.filter(({ call }) => !call || !used.has(call));
    const stored = await storeTickets(ctx, tx, fresh.flatMap(({ plans }) => plans), firstNumber);
    const results = new Map(fresh.map((creation) => [creation, creation.plans.map((plan, index) => itemOf(plan, stored, index))]));
    await keepResults(tx, fresh.flatMap((creation) => (creation.call ? [{ call: creation.call, result: results.get(creation) }] : [])));
    return results;
  });
}

async function storeAlone({ ctx, plans, call }: Creation): Promise<CreatedItem[]> {
  const firstNumber = await takeNumbers(ctx, plans);
  return ctx.db.transaction(async (tx) => {
    const store = async () => {
      const stored = await storeTickets(ctx, tx, plans, firstNumber);
      return plans.map((plan, index) => itemOf(plan, stored, index));
    };
    return call ? (await withIdempotency(tx, call, store)).result : store();
  });
}

async function takeNumbers({ db }: TicketsContext, plans: readonly TicketPlan[]): Promise<number> {
  const good = plans.filter(({ problems }) => problems.length === 0).length;
  return good > 0 ? takeTicketNumbers(db, good) : 0;
}

function itemOf(plan: TicketPlan, stored: ReadonlyMap<TicketPlan, NewTicketRow>, index: number): CreatedItem {
  const ticket = stored.get(plan);
  return { ticketId: ticket?.id ?? null, number: ticket ? String(ticket.number) : null, problems: plan.problems.map((problem) => inItem(problem, index)) };
}

const inItem = ({ code, field, words }: Refusal, index: number) => ({ code, field: ['tickets', String(index), ...(field ?? [])], words });
