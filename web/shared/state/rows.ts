import type { ConversationHeadFragment, ConversationRowFragment } from '../../gql/graphql.ts';

/** A conversation as far as this page knows it: the row always, the rest once it was opened. */
export type Row = ConversationRowFragment & Partial<ConversationHeadFragment>;

/**
 * The newer of two states of one conversation. The greatest `version` wins; between equal versions the one that
 * has seen more messages. What only the older one knows (it was opened) stays.
 */
export function mergeRow(known: Row | undefined, incoming: Row): Row {
  if (!known) return incoming;
  if (incoming.version < known.version) {
    return incoming.lastSeq > known.lastSeq ? { ...known, lastSeq: incoming.lastSeq, lastMessage: incoming.lastMessage, unreadCount: incoming.unreadCount } : known;
  }
  if (incoming.lastSeq < known.lastSeq) return { ...known, ...incoming, lastSeq: known.lastSeq, lastMessage: known.lastMessage, unreadCount: known.unreadCount };
  return { ...known, ...incoming };
}

export type GroupName = 'waiting' | 'answered' | 'closed';

/** Which group of the list a row stands in: the customer waits for us, we wait for the customer, over. */
export function groupOf(row: Row): GroupName {
  if (row.state === 'CLOSED') return 'closed';
  if (row.state === 'QUEUED') return 'waiting';
  const author = row.lastMessage?.author.kind;
  return author === undefined || author === 'CUSTOMER' || row.lastMessage?.kind !== 'TEXT' && row.unreadCount > 0 ? 'waiting' : 'answered';
}

const GROUPS: readonly GroupName[] = ['waiting', 'answered', 'closed'];

/** Who waits longest for us stands on top, urgent ones first; below that the newest first. */
function compareRows(one: Row, other: Row): number {
  const group = groupOf(one);
  const step = GROUPS.indexOf(group) - GROUPS.indexOf(groupOf(other));
  if (step !== 0) return step;
  const at = (row: Row) => row.lastMessage?.sentAt ?? '';
  if (group !== 'waiting') return at(other).localeCompare(at(one));
  return one.priority.localeCompare(other.priority) || at(one).localeCompare(at(other));
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
