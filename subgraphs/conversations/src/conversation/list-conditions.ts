import type { Viewer } from '@careline/kit/auth';
import { idToBinary, parseId, toSqlInstant } from '@careline/kit/db';
import { marks } from './conversation.sql.ts';
import type { BuiltInView, ViewOwner } from './view.rules.ts';
import type { ConversationState, Priority } from './conversation.types.ts';

export interface ConversationFilter {
  states?: readonly ConversationState[] | null;
  priorities?: readonly Priority[] | null;
  agentIds?: readonly string[] | null;
  isUnassigned?: boolean | null;
  queueIds?: readonly string[] | null;
  /** Agents of the teams asked for; the caller looked them up. */
  teamMateIds?: readonly string[] | null;
  channelKinds?: readonly string[] | null;
  customerId?: string | null;
  tags?: readonly string[] | null;
  isUnread?: boolean | null;
  startedAfter?: number | null;
  startedBefore?: number | null;
  ids?: readonly string[] | null;
}

/** A condition on `conversations c`. All conditions of a list must hold. */
export interface Condition {
  sql: string;
  params: unknown[];
  /** It asks only for columns that tallies have too. */
  isTallied: boolean;
  /** It asks for words that this agent has not read; empty: for any words, as who has no marks has read none. */
  unreadOf?: string;
}

const tallied = (sql: string, params: unknown[] = []): Condition => ({ sql, params, isTallied: true });
const ofRows = (sql: string, params: unknown[] = []): Condition => ({ sql, params, isTallied: false });
/** No row meets it. */
export const NOTHING = tallied('1 = 0');
const isOneOf = (column: string, values: readonly unknown[]): Condition => (values.length === 0 ? NOTHING : tallied(`${column} IN (${marks(values.length)})`, [...values]));
const ids = (prefix: string, texts: readonly string[]) => texts.map((text) => parseId(prefix, text)).filter((id) => id !== null);

/** Rows that the caller's grant of `conversation:read` reaches. */
export function scopeCondition(viewer: Viewer): Condition | null {
  const scope = viewer.scopeOf('conversation:read');
  if (!scope) return NOTHING;
  if (scope === 'ALL') return null;
  if (viewer.isCustomer) return customerCondition(viewer.identity!.id);
  const own = isOneOf('c.agent_id', ids('agt', viewer.agentId ? [viewer.agentId] : []));
  if (scope === 'OWN') return own;
  const served = isOneOf('c.queue_id', ids('que', viewer.identity!.queueIds));
  return tallied(`(${own.sql} OR ${served.sql})`, [...own.params, ...served.params]);
}

function customerCondition(customerId: string): Condition {
  const id = parseId('cus', customerId);
  return id ? ofRows('c.customer_id = ?', [id]) : NOTHING;
}

/** Rows of a built-in view; the same sentence as `viewsOf`. */
export function viewCondition(view: BuiltInView, owner: ViewOwner): Condition {
  const owned = (agentIds: readonly string[]): Condition => {
    const one = isOneOf('c.agent_id', ids('agt', agentIds));
    return tallied(`c.state = 'ACTIVE' AND ${one.sql}`, one.params);
  };
  // Few for each agent: they are looked up and taken off what the tallies say.
  const snoozed = '(SELECT z.conversation_id FROM snoozes z WHERE z.agent_id = ?)';
  const own = owned([owner.agentId]);
  if (view === 'MINE') return ofRows(`${own.sql} AND c.id NOT IN ${snoozed}`, [...own.params, idToBinary(owner.agentId)]);
  if (view === 'SNOOZED') return ofRows(`${own.sql} AND c.id IN ${snoozed}`, [...own.params, idToBinary(owner.agentId)]);
  if (view === 'TEAM') return owned([...owner.teamMateIds]);
  if (view === 'UNASSIGNED') {
    const waiting = isOneOf('c.queue_id', ids('que', owner.queueIds));
    return tallied(`c.state = 'QUEUED' AND ${waiting.sql}`, waiting.params);
  }
  return ofRows('c.id IN (SELECT m.conversation_id FROM mentions m WHERE m.agent_id = ?)', [idToBinary(owner.agentId)]);
}

/** Rows an agent owns, snoozed or not. */
export function ownedCondition(agentId: string): Condition {
  return tallied("c.state = 'ACTIVE' AND c.agent_id = ?", [idToBinary(agentId)]);
}

/** What is not closed. */
export const OPEN = tallied("c.state <> 'CLOSED'");

/** Unread words of others: for people who work here any, for customers what they may see. */
export function unreadCondition(viewer: Viewer): Condition {
  const markOf = '(SELECT COALESCE(MAX(r.seq), 0) FROM read_marks r WHERE r.conversation_id = c.id AND r.actor_id = ?)';
  const unreadOf = viewer.agentId ?? '';
  if (!viewer.isCustomer) return { ...ofRows(`c.last_text_seq > ${markOf}`, [unreadOf]), unreadOf };
  const { id } = viewer.identity!;
  return ofRows(`EXISTS (SELECT 1 FROM messages u WHERE u.conversation_id = c.id AND u.visibility = 'PUBLIC' AND u.kind <> 'EVENT'
    AND u.author_kind <> 'CUSTOMER' AND u.seq > ${markOf})`, [id]);
}

/** The conditions of a filter, tags left out; an empty list means no condition. */
export function filterConditions(filter: ConversationFilter, viewer: Viewer): Condition[] {
  const found: Condition[] = [];
  const oneOf = (column: string, values: readonly unknown[] | null | undefined, given: readonly unknown[] | null | undefined = values) => {
    if (given?.length) found.push(isOneOf(column, values ?? []));
  };
  oneOf('c.state', filter.states);
  oneOf('c.priority', filter.priorities);
  oneOf('c.agent_id', ids('agt', filter.agentIds ?? []), filter.agentIds);
  oneOf('c.queue_id', ids('que', filter.queueIds ?? []), filter.queueIds);
  oneOf('c.channel_kind', filter.channelKinds);
  if (filter.teamMateIds) found.push(isOneOf('c.agent_id', ids('agt', filter.teamMateIds)));
  if (filter.isUnassigned) found.push(tallied("c.state IN ('BOT', 'QUEUED')"));
  if (filter.customerId) found.push(customerCondition(filter.customerId));
  if (filter.isUnread) found.push(unreadCondition(viewer));
  if (filter.startedAfter != null) found.push(ofRows('c.started_at >= ?', [toSqlInstant(filter.startedAfter)]));
  if (filter.startedBefore != null) found.push(ofRows('c.started_at < ?', [toSqlInstant(filter.startedBefore)]));
  if (filter.ids?.length) found.push({ ...isOneOf('c.id', ids('cnv', filter.ids)), isTallied: false });
  return found;
}
