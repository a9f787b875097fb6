import type { Belongings, Viewer } from '@careline/kit/auth';
import type { Queryable } from '@careline/kit/db';
import type { SqlCondition } from '../ports.ts';
import { customerReachCondition, selectCustomerLinks } from './conversation.store.ts';

/** Whose customers these are: the agents and queues of all their conversations. Absent: none yet. */
export async function belongingsOfCustomers(q: Queryable, customerIds: readonly string[]): Promise<Map<string, Belongings>> {
  const found = new Map<string, { agentIds: (string | null)[]; queueIds: (string | null)[] }>();
  for (const link of await selectCustomerLinks(q, customerIds)) {
    const belongings = found.get(link.customerId) ?? { agentIds: [], queueIds: [] };
    belongings.agentIds.push(link.agentId);
    belongings.queueIds.push(link.queueId);
    found.set(link.customerId, belongings);
  }
  return found;
}

/** True for rows whose customer, named by `column`, has a conversation of the caller or in a queue the caller serves. */
export function customersInReach(viewer: Viewer, column: string): SqlCondition {
  return customerReachCondition(column, { agentId: viewer.agentId, queueIds: viewer.identity?.queueIds ?? [] });
}
