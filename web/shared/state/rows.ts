import type { ConversationHeadFragment, ConversationRowFragment, ScheduledPartsFragment } from '../../gql/graphql.ts';
import type { Message } from './thread.ts';

/** A conversation as far as this page knows it: the row always, the rest once it was opened. */
export type Row = ConversationRowFragment & Partial<ConversationHeadFragment>;

/**
 * The newer of two states of one conversation. The greatest `version` wins; between equal versions the one that
 * has seen more messages. What only an opened one knows stays.
 */
export function mergeRow(known: Row | undefined, incoming: Row): Row {
  if (!known) return incoming;
  const isAhead = incoming.lastSeq > known.lastSeq || (incoming.lastSeq === known.lastSeq && incoming.version >= known.version);
  const newest = isAhead ? incoming : known;
  const { lastSeq, unreadCount } = newest;
  const state = incoming.version < known.version ? known : { ...known, ...incoming };
  return { ...state, lastSeq, lastMessage: stillRecalled(known.lastMessage, newest.lastMessage), lastSaid: stillRecalled(known.lastSaid, newest.lastSaid), unreadCount };
}

type Last = { seq: number; text?: string | null; recalledAt?: string | null } | null | undefined;

/** What was taken back stays so: a state read before comes too late. */
function stillRecalled<Kind extends Last>(known: Kind, newest: Kind): Kind {
  return known?.recalledAt && known.seq === newest?.seq && !newest.recalledAt ? known : newest;
}

/** A row after one of its messages was taken back: its last words are not shown any more. */
export function withRecalled(row: Row, { seq, recalledAt }: Pick<Message, 'seq' | 'recalledAt'>): Row {
  const take = <Kind extends Last>(last: Kind): Kind => (last?.seq === seq ? { ...last, text: null, recalledAt } : last);
  return { ...row, lastMessage: take(row.lastMessage), lastSaid: take(row.lastSaid) };
}

/** The waiting replies with this one among them, the next one first. */
export function withWaiting(waiting: readonly ScheduledPartsFragment[], one: ScheduledPartsFragment): ScheduledPartsFragment[] {
  return [...withoutWaiting(waiting, one.clientMessageId), one].sort((a, b) => a.sendAt.localeCompare(b.sendAt));
}

export function withoutWaiting(waiting: readonly ScheduledPartsFragment[], clientMessageId: string): ScheduledPartsFragment[] {
  return waiting.filter((one) => one.clientMessageId !== clientMessageId);
}

export type GroupName = 'missed' | 'soon' | 'waiting' | 'answered' | 'closed';

/** Which group of the list a row stands in: a promise was missed or runs out soon, the customer waits for us, we wait for the customer, over. In doubt we owe an answer. */
export function groupOf(row: Row): GroupName {
  if (row.state === 'CLOSED') return 'closed';
  if (row.due?.state === 'BREACHED') return 'missed';
  if (row.due?.isAtRisk) return 'soon';
  if (row.state === 'QUEUED') return 'waiting';
  const speaker = row.lastSaid?.author.kind;
  return speaker === 'AGENT' || speaker === 'BOT' ? 'answered' : 'waiting';
}

const NO_DUE = '9999';
const dueOf = (row: Row) => row.due?.dueAt ?? NO_DUE;

const GROUPS: readonly GroupName[] = ['missed', 'soon', 'waiting', 'answered', 'closed'];

/** What we promised stands on top: missed first, then what runs out next. Without a promise urgent ones first, then who waits longest; below that the newest first. */
function compareRows(one: Row, other: Row): number {
  const group = groupOf(one);
  const step = GROUPS.indexOf(group) - GROUPS.indexOf(groupOf(other));
  if (step !== 0) return step;
  // Service lines are no news: they move no row.
  const at = (row: Row) => (row.lastSaid ?? row.lastMessage)?.sentAt ?? '';
  if (group === 'answered' || group === 'closed') return at(other).localeCompare(at(one));
  return dueOf(one).localeCompare(dueOf(other)) || one.priority.localeCompare(other.priority) || at(one).localeCompare(at(other));
}

export interface Group {
  name: GroupName;
  rows: Row[];
}

/** The rows of a list in their groups, the next thing to do on top; empty groups are left out. */
export function groupRows(rows: readonly Row[]): Group[] {
  const sorted = [...rows].sort(compareRows);
  return GROUPS.map((name) => ({ name, rows: sorted.filter((row) => groupOf(row) === name) })).filter((group) => group.rows.length > 0);
}
