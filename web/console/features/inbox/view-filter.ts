import type { ChannelKind, ConversationFilter, ConversationState, Priority } from '../../../gql/graphql.ts';
import type { ConversationView } from '../../../shared/state/conversation-views.ts';
import type { FilterName } from './use-inbox-list.ts';

export const STATES: readonly ConversationState[] = ['BOT', 'QUEUED', 'ACTIVE', 'CLOSED'];
export const PRIORITIES: readonly Priority[] = ['P0', 'P1', 'P2'];
export const CHANNELS: readonly ChannelKind[] = ['WEB', 'APP'];
export const OWNERS = ['any', 'me', 'team', 'none'] as const;
export type Owner = (typeof OWNERS)[number];
const UNFINISHED: readonly ConversationState[] = ['BOT', 'QUEUED', 'ACTIVE'];

export interface Self {
  agentId: string;
  teamIds: readonly string[];
}

/** What a view asks for, as its form shows it. */
export interface ViewAsk {
  states: ConversationState[];
  priorities: Priority[];
  owner: Owner;
  channels: ChannelKind[];
  /** As typed, with commas between. */
  tags: string;
  isUnread: boolean;
}

const isSame = (one: readonly string[] | null | undefined, other: readonly string[]) => [...(one ?? [])].sort().join() === [...other].sort().join();

function ownerOf({ agentIds, teamIds, isUnassigned }: ConversationFilter, self: Self): Owner | null {
  if (isUnassigned) return agentIds?.length || teamIds?.length ? null : 'none';
  if (agentIds?.length) return isSame(agentIds, [self.agentId]) && !teamIds?.length ? 'me' : null;
  if (teamIds?.length) return isSame(teamIds, self.teamIds) ? 'team' : null;
  return 'any';
}

/** A filter as its form shows it. */
export function askOf(filter: ConversationFilter, self: Self): ViewAsk {
  return {
    states: [...(filter.states ?? [])], priorities: [...(filter.priorities ?? [])], owner: ownerOf(filter, self) ?? 'any', channels: [...(filter.channelKinds ?? [])], tags: (filter.tags ?? []).join(', '), isUnread: filter.isUnread ?? false,
  };
}

/** Whether a filter has conditions that the form has no fields for: they stay. */
export function hasOthers(filter: ConversationFilter, self: Self): boolean {
  return ownerOf(filter, self) === null || Boolean(filter.queueIds?.length) || filter.customerId != null || filter.startedAfter != null || filter.startedBefore != null || Boolean(filter.ids?.length);
}

/** The filter that a form means; what it has no fields for is taken over from `before`. */
export function filterOf(ask: ViewAsk, before: ConversationFilter, self: Self): ConversationFilter {
  const { queueIds, customerId, startedAfter, startedBefore, ids } = before;
  // Another owner is kept for as long as nobody chooses one here.
  const kept = ownerOf(before, self) === null && ask.owner === 'any' ? { agentIds: before.agentIds ?? [], teamIds: before.teamIds ?? [], isUnassigned: before.isUnassigned ?? false } : {};
  return {
    ...(queueIds?.length ? { queueIds } : {}), ...(customerId ? { customerId } : {}), ...(startedAfter ? { startedAfter } : {}), ...(startedBefore ? { startedBefore } : {}), ...(ids?.length ? { ids } : {}), ...kept,
    ...(ask.owner === 'me' ? { agentIds: [self.agentId] } : {}), ...(ask.owner === 'team' ? { teamIds: [...self.teamIds] } : {}), ...(ask.owner === 'none' ? { isUnassigned: true } : {}),
    states: ask.states, priorities: ask.priorities, channelKinds: ask.channels, tags: [...new Set(ask.tags.split(/[,，、]/).map((tag) => tag.trim()).filter(Boolean))], isUnread: ask.isUnread,
  };
}

/** What is on screen as a filter: the view with what was filtered for beyond it. Drafts are known to one's own device only. */
export function filterOnScreen(view: ConversationView | null, filter: FilterName, self: Self): ConversationFilter {
  const ofBuiltIn: Record<NonNullable<ConversationView['builtIn']>, ConversationFilter> = {
    MINE: { agentIds: [self.agentId], states: ['ACTIVE'] }, SNOOZED: { agentIds: [self.agentId], states: ['ACTIVE'] }, UNASSIGNED: { states: ['QUEUED'] },
    TEAM: self.teamIds.length > 0 ? { teamIds: [...self.teamIds], states: ['ACTIVE'] } : { agentIds: [self.agentId], states: ['ACTIVE'] }, MENTIONED: { states: [...UNFINISHED] },
  };
  const base = view?.builtIn ? ofBuiltIn[view.builtIn] : ((view?.filter ?? { states: [...UNFINISHED] }) as ConversationFilter);
  if (filter === 'unread') return { ...base, states: base.states?.length ? base.states : [...UNFINISHED], isUnread: true };
  return filter === 'urgent' ? { ...base, priorities: ['P0', 'P1'] } : base;
}
