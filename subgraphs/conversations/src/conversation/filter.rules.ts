import type { ConversationFilter } from './list-conditions.ts';
import type { ConversationRow } from './conversation.types.ts';

export interface ConversationOrder {
  field: 'LAST_MESSAGE' | 'STARTED' | 'DUE';
  direction: 'ASC' | 'DESC';
}

/** What a saved view shows. */
export interface ViewContent {
  /** As it is kept: instants as the API spells them. */
  filter: Record<string, unknown>;
  orderBy: ConversationOrder;
}

/** A filter as the API takes it: teams by id, their members not looked up yet. */
export type GivenFilter = ConversationFilter & { teamIds?: readonly string[] | null };

/** So many conversations a filter may name. */
export const IDS_MAX = 100;

/** Conditions that are instants: kept as the API spells them. */
export const INSTANTS: readonly string[] = ['startedAfter', 'startedBefore'];

const isAny = <T>(given: readonly T[] | null | undefined, has: (value: T) => boolean) => !given?.length || given.some(has);

/** Whether a conversation matches, read by the agent up to `readSeq`; the same sentence as the conditions of lists. */
export function meetsFilter(
  { id, state, priority, agentId, queueId, channelKind, customerId, tags, startedAt, lastTextSeq }: Pick<ConversationRow, 'id' | 'state' | 'priority' | 'agentId' | 'queueId' | 'channelKind' | 'customerId' | 'tags' | 'startedAt' | 'lastTextSeq'>,
  filter: ConversationFilter, readSeq: number,
): boolean {
  return isAny(filter.ids, (one) => one === id)
    && isAny(filter.states, (one) => one === state)
    && isAny(filter.priorities, (one) => one === priority)
    && isAny(filter.agentIds, (one) => one === agentId)
    && (!filter.isUnassigned || state === 'BOT' || state === 'QUEUED')
    && isAny(filter.queueIds, (one) => one === queueId)
    && (!filter.teamMateIds || (agentId !== null && filter.teamMateIds.includes(agentId)))
    && isAny(filter.channelKinds, (kind) => kind === channelKind)
    && (!filter.customerId || filter.customerId === customerId)
    && isAny(filter.tags, (tag) => tags.includes(tag.trim()))
    && (!filter.isUnread || lastTextSeq > readSeq)
    && (filter.startedAfter == null || startedAt >= filter.startedAfter)
    && (filter.startedBefore == null || startedAt < filter.startedBefore);
}

/** Whether a filter lets only conversations through that are not closed. */
export function isOfOpen({ states, isUnassigned }: ConversationFilter): boolean {
  return Boolean(isUnassigned) || (Boolean(states?.length) && !states!.includes('CLOSED'));
}
