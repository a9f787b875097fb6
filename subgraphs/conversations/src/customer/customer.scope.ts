import type { Tx } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { familyOf } from './customer.family.ts';
import { belongingsOfFamilies, customerLoaders } from './customer.loaders.ts';
import type { CustomerRow } from './customer.store.ts';

/**
 * Whether the caller's grant reaches this customer. OWN and TEAM go by the customer's conversations: assigned to the caller,
 * or in a queue of the caller's teams; also by who created the customer. Who never had a conversation belongs to no team,
 * and is within TEAM of everybody: such a customer was typed in, or only looked at a page. Within a transaction it is asked
 * for there: a loader would wait for a second connection, and so would all others that hold their first.
 */
export async function reaches(ctx: ConversationsContext, permission: string, row: CustomerRow, tx: Tx | null = null): Promise<boolean> {
  const scope = ctx.viewer.scopeOf(permission);
  if (!scope || scope === 'ALL') return scope === 'ALL';
  if (ctx.viewer.isCustomer) return ctx.viewer.customerId === row.id;
  const belongings = tx ? (await belongingsOfFamilies(tx, ctx.deps, [await familyOf(tx, row.id)]))[0] : await ctx.loaders.of(customerLoaders).belongings.load(row.id);
  if (!belongings && scope === 'TEAM') return true;
  return ctx.viewer.covers(permission, { ...belongings, agentIds: [...(belongings?.agentIds ?? []), row.createdBy] });
}

/** The customer of an id as the caller may see it, a merged one by its survivor; null when there is none within the scope. */
export async function readCustomer(ctx: ConversationsContext, id: string): Promise<CustomerRow | null> {
  if (!ctx.viewer.scopeOf('customer:read')) return null;
  const row = await ctx.loaders.of(customerLoaders).customer.load(id);
  return row && await reaches(ctx, 'customer:read', row) ? row : null;
}

/** Throws NOT_FOUND to who may not know of the customer, FORBIDDEN to who may read but not do this. `tx`: the transaction it is asked in. */
export async function requireReach(ctx: ConversationsContext, permission: string, row: CustomerRow, tx: Tx | null): Promise<void> {
  ctx.viewer.require(permission);
  if (await reaches(ctx, permission, row, tx)) return;
  throw appError(await reaches(ctx, 'customer:read', row, tx) ? 'FORBIDDEN' : 'NOT_FOUND', { internal: `${permission} does not reach the customer` });
}
