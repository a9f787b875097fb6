import type { Priority, SlaClockState, SlaTarget, TicketFilter, TicketOrder, TicketState } from '../../../gql/graphql.ts';
import { instantIn, spanOf, wordOfSpan, type TimeSpan } from '../../../shared/format/time-span.ts';

/** Built-in views in the order of the bar. */
export const VIEWS = ['mine', 'unassigned', 'team', 'risk', 'all'] as const;
export type ViewName = (typeof VIEWS)[number];

export const ORDERS = ['due', 'priority', 'created', 'updated'] as const;
export type OrderName = (typeof ORDERS)[number];

export const STATES: readonly TicketState[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD', 'SOLVED', 'CLOSED'];
export const PRIORITIES: readonly Priority[] = ['P0', 'P1', 'P2'];
const CLOCK_STATES: readonly SlaClockState[] = ['RUNNING', 'PAUSED', 'BREACHED', 'MET'];
export const TARGETS: readonly SlaTarget[] = ['FIRST_RESPONSE', 'NEXT_RESPONSE', 'PERIODIC_UPDATE', 'RESOLUTION'];
/** The API takes no more at once. */
const IDS_MAX = 100;
const TAGS_MAX = 10;
export const UNFINISHED: readonly TicketState[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];

const SAVED = /^tvw_[0-9a-z]{26}$/;

/** What stands in an address after `?`, as vue-router gives it. */
export type Query = Readonly<Record<string, string | null | undefined | ReadonlyArray<string | null>>>;

/** The list an address asks for. `states`, `priorities` … are what was asked beyond the view. */
export interface TicketPlace {
  /** A saved view by id goes before; `view` is then all. */
  viewId: string | null;
  view: ViewName;
  isBoard: boolean;
  order: OrderName;
  states: TicketState[];
  priorities: Priority[];
  categoryIds: string[];
  tags: string[];
  clockStates: SlaClockState[];
  clockTarget: SlaTarget | null;
  isAtRisk: boolean;
  /** Only what has a clock that runs out in a span of time, or that ended from an instant on: numbers of the wall board open such lists. */
  due: TimeSpan | null;
  clockEndedAfter: string | null;
  /** Only these tickets: those responsible for a warning. */
  ids: string[];
}

export interface Self {
  agentId: string;
  teamIds: readonly string[];
}

function listOf(query: Query, name: string): string[] {
  const value = query[name];
  const text = typeof value === 'string' ? value : Array.isArray(value) ? value.join(',') : '';
  return [...new Set(text.split(',').filter(Boolean))];
}

/** Words that may hold commas themselves: one for each time the name is given. */
function eachOf(query: Query, name: string): string[] {
  const value = query[name];
  const words: ReadonlyArray<string | null> = typeof value === 'string' ? [value] : value ?? [];
  return [...new Set(words.map((word) => (word ?? '').trim()).filter(Boolean))];
}

const among = <Word extends string>(words: string[], known: readonly Word[]): Word[] => known.filter((word) => words.includes(word));

/** Reads an address. Words nobody knows are left out; without a view it is one's own tickets, or all when something else is asked. */
export function placeOf(query: Query): TicketPlace {
  const asked = {
    states: among(listOf(query, 'state'), STATES), priorities: among(listOf(query, 'priority'), PRIORITIES), categoryIds: listOf(query, 'category'), tags: eachOf(query, 'tag').slice(0, TAGS_MAX),
    clockStates: among(listOf(query, 'clock'), CLOCK_STATES), clockTarget: among(listOf(query, 'target'), TARGETS)[0] ?? null, isAtRisk: query['risk'] === '1',
    due: spanOf(query['due']), clockEndedAfter: instantIn(query['ended']), ids: listOf(query, 'ids').slice(0, IDS_MAX),
  };
  const isMore = asked.isAtRisk || asked.due !== null || asked.clockEndedAfter !== null || [asked.states, asked.priorities, asked.categoryIds, asked.tags, asked.clockStates, asked.ids].some((list) => list.length > 0);
  const viewId = listOf(query, 'view').find((word) => SAVED.test(word)) ?? null;
  const view = viewId ? 'all' : among(listOf(query, 'view'), VIEWS)[0] ?? (isMore ? 'all' : 'mine');
  return { viewId, view, isBoard: query['look'] === 'board', order: among(listOf(query, 'order'), ORDERS)[0] ?? 'due', ...asked };
}

/** The address of a list; what is as usual stands not in it. */
export function queryOf(place: TicketPlace): Record<string, string | string[]> {
  const words: Record<string, string> = {
    view: place.viewId ?? place.view, look: place.isBoard ? 'board' : '', order: place.order === 'due' && !place.viewId ? '' : place.order, state: place.states.join(), priority: place.priorities.join(), category: place.categoryIds.join(),
    clock: place.clockStates.join(), target: place.clockTarget ?? '', risk: place.isAtRisk ? '1' : '', due: wordOfSpan(place.due), ended: place.clockEndedAfter ?? '', ids: place.ids.join(),
  };
  const query: Record<string, string | string[]> = Object.fromEntries(Object.entries(words).filter(([, text]) => text !== ''));
  if (place.tags.length > 0) query['tag'] = place.tags;
  return query;
}

/** How many conditions were asked beyond the view. */
export function countConditions(place: TicketPlace): number {
  return place.states.length + place.priorities.length + place.categoryIds.length + place.tags.length + place.clockStates.length + [place.isAtRisk, place.due, place.clockEndedAfter, place.ids.length > 0].filter(Boolean).length;
}

/** The filter of the API. Views show what is not finished, unless states were asked for; 全部 shows everything, and so do the columns of the board. */
export function filterOf(place: TicketPlace, self: Self): TicketFilter {
  const filter: TicketFilter = {};
  // An empty list would mean no condition: who is in no team has one's own tickets there, not everybody's.
  const isOwn = place.view === 'mine' || (place.view === 'team' && self.teamIds.length === 0);
  if (isOwn) filter.agentIds = [self.agentId];
  else if (place.view === 'team') filter.teamIds = [...self.teamIds];
  if (place.view === 'unassigned') filter.isUnassigned = true;
  if (place.view === 'risk' || place.isAtRisk) filter.isAtRisk = true;
  if (place.states.length > 0) filter.states = place.states;
  else if (place.view !== 'all' && !place.isBoard) filter.states = [...UNFINISHED];
  if (place.priorities.length > 0) filter.priorities = place.priorities;
  if (place.categoryIds.length > 0) filter.categoryIds = place.categoryIds;
  if (place.tags.length > 0) filter.tags = place.tags;
  if (place.clockStates.length > 0) filter.clockStates = place.clockStates;
  if (place.due) filter.dueAfter = place.due.from;
  if (place.due?.to) filter.dueBefore = place.due.to;
  if (place.clockEndedAfter) filter.clockEndedAfter = place.clockEndedAfter;
  if (place.ids.length > 0) filter.ids = place.ids;
  if (place.clockTarget) filter.clockTarget = place.clockTarget;
  return filter;
}

/** The nearest deadline and the most urgent come first, and of days the latest. */
export function orderOf(order: OrderName): TicketOrder {
  if (order === 'due' || order === 'priority') return { field: order === 'due' ? 'DUE' : 'PRIORITY', direction: 'ASC' };
  return { field: order === 'created' ? 'CREATED' : 'UPDATED', direction: 'DESC' };
}

/** The order by its word; what the API can order by and no word names comes closest. */
export function wordOfOrder(field: TicketOrder['field']): OrderName {
  return ORDERS.find((order) => orderOf(order).field === field) ?? 'due';
}

/** What is saved as a view: a saved view's conditions with those asked beyond it, which go before. */
export function filterToSave(place: TicketPlace, self: Self, saved: TicketFilter | null): TicketFilter {
  return { ...saved, ...filterOf({ ...place, isBoard: false }, self) };
}
