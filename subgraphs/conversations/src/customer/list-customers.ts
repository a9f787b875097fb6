import type { ConversationsContext } from '../context.ts';
import { countCustomers, selectCustomerPage, type CustomerPage, type CustomerRow, type CustomerSearch } from './customer.store.ts';

export type CustomerFilter = Omit<CustomerSearch, 'reach' | 'onlyId'>;

/** Customers within the caller's scope; merged ones are left out, their survivors stand for them. */
export async function listCustomers(ctx: ConversationsContext, filter: CustomerFilter, page: CustomerPage, isCounted: boolean): Promise<{ rows: CustomerRow[]; total: number | null }> {
  const search = searchOf(ctx, filter);
  return { rows: await selectCustomerPage(ctx.db, search, page), total: isCounted ? await countCustomers(ctx.db, search) : null };
}

/** What a filter lists within the caller's scope. */
export function searchOf(ctx: ConversationsContext, filter: CustomerFilter): CustomerSearch {
  return { ...filter, ...scopeOf(ctx) };
}

function scopeOf(ctx: ConversationsContext): Pick<CustomerSearch, 'reach' | 'onlyId'> {
  const scope = ctx.viewer.require('customer:read');
  if (scope === 'ALL') return {};
  if (ctx.viewer.isCustomer) return { onlyId: ctx.viewer.customerId };
  return { reach: { condition: ctx.deps.customersInReach(ctx.viewer, scope, 'customers.id'), createdBy: ctx.viewer.agentId } };
}
