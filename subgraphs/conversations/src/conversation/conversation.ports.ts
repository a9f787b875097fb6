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

/**
 * True for rows whose customer, named by `column`, is within OWN or TEAM of the caller: by a conversation of the caller; within
 * TEAM also by one in a queue the caller serves, or by having had none yet. The same as `reaches` of one customer.
 */
export function customersInReach(viewer: Viewer, scope: 'OWN' | 'TEAM', column: string): SqlCondition {
  const isTeam = scope === 'TEAM';
  return customerReachCondition(column, { agentId: viewer.agentId, queueIds: isTeam ? viewer.identity?.queueIds ?? [] : [], isNewToo: isTeam });
}
