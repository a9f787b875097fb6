import { say, type Locale, type Words } from '@careline/kit/errors';
import type { TicketFilter, TicketOrder } from './list.types.ts';
import { UNFINISHED } from './ticket.rules.ts';

export const BUILT_IN_VIEWS = ['MINE', 'UNASSIGNED', 'TEAM', 'AT_RISK'] as const;
export type BuiltInTicketView = (typeof BUILT_IN_VIEWS)[number];

/** Keys of the columns a list can show. */
export const COLUMN_KEYS: readonly string[] = ['number', 'priority', 'subject', 'customer', 'category', 'state', 'owner', 'due'];

const NAMES: Record<BuiltInTicketView, Words> = {
  MINE: { zh: '我的', en: 'Mine' },
  UNASSIGNED: { zh: '未分配', en: 'Unassigned' },
  TEAM: { zh: '客服组', en: 'Team' },
  AT_RISK: { zh: '即将超时', en: 'At risk' },
};

/** Whose views they are. */
export interface ViewOwner {
  agentId: string;
  teamIds: readonly string[];
}

export const builtInId = (view: BuiltInTicketView): string => `tvw_${view.toLowerCase()}`;

export const builtInName = (view: BuiltInTicketView, locale: Locale): string => say(NAMES[view], locale);

/** The built-in views of an agent with their conditions: what is not finished. Who is in no team has none of teams. */
export function builtInViews({ agentId, teamIds }: ViewOwner): { view: BuiltInTicketView; filter: TicketFilter }[] {
  const filters: Record<BuiltInTicketView, TicketFilter | null> = {
    MINE: { agentIds: [agentId] }, UNASSIGNED: { isUnassigned: true }, TEAM: teamIds.length > 0 ? { teamIds: [...teamIds] } : null, AT_RISK: { isAtRisk: true },
  };
  return BUILT_IN_VIEWS.flatMap((view) => (filters[view] ? [{ view, filter: { ...filters[view], states: [...UNFINISHED] } }] : []));
}

/** Conditions that are instants: kept as the API spells them. */
export const INSTANTS: readonly string[] = ['createdAfter', 'createdBefore', 'dueAfter', 'dueBefore', 'clockEndedAfter'];

/** What a saved view shows. */
export interface ViewContent {
  /** As it is kept: instants as the API spells them. */
  filter: Record<string, unknown>;
  orderBy: TicketOrder;
  columns: string[];
}
