import { say, type Locale, type Words } from '@careline/kit/errors';
import type { TicketFilter } from './list.types.ts';
import type { TicketState } from './ticket.tables.ts';

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
const UNFINISHED: TicketState[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];

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
  return BUILT_IN_VIEWS.flatMap((view) => (filters[view] ? [{ view, filter: { ...filters[view], states: UNFINISHED } }] : []));
}

const INSTANTS = ['createdAfter', 'createdBefore', 'dueBefore'] as const;

/** A filter as it is kept and shown: without what asks for nothing, instants as the API spells them. */
export function storedFilter(filter: TicketFilter): Record<string, unknown> {
  const asked = Object.entries(filter).filter(([, value]) => value != null && value !== false && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(asked.map(([name, value]) => [name, (INSTANTS as readonly string[]).includes(name) ? new Date(value as number).toISOString() : value]));
}

/** The conditions of a kept filter. */
export function readFilter(stored: Record<string, unknown>): TicketFilter {
  return Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, (INSTANTS as readonly string[]).includes(name) ? Date.parse(String(value)) : value]));
}
