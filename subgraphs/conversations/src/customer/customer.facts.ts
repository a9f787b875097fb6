import { maskWord } from '@careline/kit/auth';
import type { DataKey } from '@careline/kit/crypto';
import type { Queryable } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { customerCells } from './customer.cells.ts';
import { customerKeys } from './customer-labels.ts';
import { visitorName } from './customer.rules.ts';
import { selectCustomers, type CustomerRow } from './customer.store.ts';

/** One customer, exactly the one named even when merged; null when unknown. */
export async function customerOf(q: Queryable, id: string): Promise<CustomerRow | null> {
  return (await selectCustomers(q, [id]))[0] ?? null;
}

/** Customers by id, exactly those named; unknown ids are absent. */
export async function customersByIds(q: Queryable, ids: readonly string[]): Promise<Map<string, CustomerRow>> {
  return new Map((await selectCustomers(q, [...new Set(ids)])).map((row) => [row.id, row]));
}

/** The key with which everything about this customer is sealed; null when it was destroyed. */
export async function keyOfCustomer(ctx: Pick<ConversationsContext, 'vault'>, q: Queryable, id: string): Promise<DataKey | null> {
  return (await ctx.vault.keysOf(q, [id])).get(id) ?? null;
}

/** The name to show this caller: masked unless the role reads names in clear; a visitor's made-up name is never masked. */
export async function displayNameOf(ctx: ConversationsContext, row: Pick<CustomerRow, 'id' | 'number' | 'nameEnc'>): Promise<string> {
  const name = await clearNameOf(ctx, row);
  if (name === null) return visitorName(row.number, ctx.locale);
  return ctx.viewer.readsInClear('name', row.id) ? name : maskWord(name);
}

/** The name in clear; null for who has none. Only for callers whose right to it was checked. */
export async function clearNameOf(ctx: ConversationsContext, row: Pick<CustomerRow, 'id' | 'nameEnc'>): Promise<string | null> {
  return row.nameEnc ? customerCells.openName(await ctx.runtime.parts.of(customerKeys).load(row.id), row) : null;
}
