import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { customerLoaders } from './customer.loaders.ts';
import type { CustomerRow } from './customer.store.ts';

/**
 * Whether the caller's grant reaches this customer. OWN and TEAM go by the customer's conversations: assigned to the caller,
 * or in a queue of the caller's teams; also by who created the customer. Who never had a conversation belongs to no team,
 * and is within TEAM of everybody: such a customer was typed in, or only looked at a page.
 */
export async function reaches(ctx: ConversationsContext, permission: string, row: CustomerRow): Promise<boolean> {
  const scope = ctx.viewer.scopeOf(permission);
  if (!scope || scope === 'ALL') return scope === 'ALL';
  if (ctx.viewer.isCustomer) return ctx.viewer.customerId === row.id;
  const belongings = await ctx.loaders.of(customerLoaders).belongings.load(row.id);
  if (!belongings && scope === 'TEAM') return true;
  return ctx.viewer.covers(permission, { ...belongings, agentIds: [...(belongings?.agentIds ?? []), row.createdBy] });
}

/** The customer of an id as the caller may see it, a merged one by its survivor; null when there is none within the scope. */
export async function readCustomer(ctx: ConversationsContext, id: string): Promise<CustomerRow | null> {
  if (!ctx.viewer.scopeOf('customer:read')) return null;
  const row = await ctx.loaders.of(customerLoaders).customer.load(id);
  return row && await reaches(ctx, 'customer:read', row) ? row : null;
}

/** Throws NOT_FOUND to who may not know of the customer, FORBIDDEN to who may read but not do this. */
export async function requireReach(ctx: ConversationsContext, permission: string, row: CustomerRow): Promise<void> {
  ctx.viewer.require(permission);
  if (await reaches(ctx, permission, row)) return;
  throw appError(await reaches(ctx, 'customer:read', row) ? 'FORBIDDEN' : 'NOT_FOUND', { internal: `${permission} does not reach the customer` });
}
