import type { Belongings } from '@careline/kit/auth';
import type { Queryable } from '@careline/kit/db';
import DataLoader from 'dataloader';
import type { ConversationsContext } from '../context.ts';
import { familiesOf, survivorsOf } from './customer.family.ts';
import { selectCustomers, selectIdentities, type CustomerRow } from './customer.store.ts';
import { selectOnline } from './visit.store.ts';

/** Loaders of one request: `ctx.loaders.of(customerLoaders).customer.load(id)`. */
export function customerLoaders({ db, vault, deps, clock }: ConversationsContext) {
  const family = new DataLoader(async (ids: readonly string[]) => {
    const families = await familiesOf(db, ids);
    return ids.map((id) => families.get(id)!);
  });
  return {
    /** The customer who answers for an id today: a merged one gives its survivor. */
    customer: new DataLoader<string, CustomerRow | null>(async (ids) => {
      const survivors = await survivorsOf(db, ids);
      return ids.map((id) => survivors.get(id) ?? null);
    }),
    family,
    /** Rows of a survivor and of all that were merged into it. */
    relatives: new DataLoader(async (ids: readonly string[]) => {
      const families = await family.loadMany(ids) as string[][];
      const rows = new Map((await selectCustomers(db, families.flat())).map((row) => [row.id, row]));
      return families.map((members) => members.map((id) => rows.get(id)!));
    }),
    /** The number of exactly this customer, merged or not. */
    number: new DataLoader(async (ids: readonly string[]) => {
      const rows = new Map((await selectCustomers(db, ids)).map((row) => [row.id, row.number]));
      return ids.map((id) => rows.get(id) ?? '');
    }),
    key: new DataLoader(async (ids: readonly string[]) => {
      const keys = await vault.keysOf(db, ids);
      return ids.map((id) => keys.get(id));
    }),
    identities: new DataLoader(async (ids: readonly string[]) => {
      const families = await family.loadMany(ids) as string[][];
      const rows = await selectIdentities(db, families.flat());
      return families.map((members) => rows.filter((row) => members.includes(row.customerId)));
    }),
    isOnline: new DataLoader(async (ids: readonly string[]) => {
      const families = await family.loadMany(ids) as string[][];
      const online = await selectOnline(db, families.flat(), clock.now());
      return families.map((members) => members.some((id) => online.has(id)));
    }),
    /** Agents and queues of the conversations of a survivor and its family; null: no conversation yet. */
    belongings: new DataLoader<string, Belongings | null>(async (ids) => {
      return belongingsOfFamilies(db, deps, await family.loadMany(ids) as string[][]);
    }),
  };
}

/** Agents and queues of the conversations of families, in their order; null: no conversation yet. */
export async function belongingsOfFamilies(q: Queryable, deps: ConversationsContext['deps'], families: readonly string[][]): Promise<(Belongings | null)[]> {
  const known = await deps.belongingsOfCustomers(q, families.flat());
  return families.map((members) => joinBelongings(members.map((id) => known.get(id)).filter((one): one is Belongings => one !== undefined)));
}

function joinBelongings(all: Belongings[]): Belongings | null {
  if (all.length === 0) return null;
  return { agentIds: all.flatMap((one) => one.agentIds ?? []), queueIds: all.flatMap((one) => one.queueIds ?? []) };
}
