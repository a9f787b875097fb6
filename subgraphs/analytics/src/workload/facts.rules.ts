import type { conversationFacts } from './facts.tables.ts';

type Row = typeof conversationFacts.$inferSelect;

/** What is known of a conversation, without when it was known. */
export type ConversationFacts = Omit<Row, 'rowVersion' | 'knownFrom' | 'knownUntil'>;

/** What an event says of a conversation; `mark` orders events by time, then id. */
export interface Heard {
  mark: string;
  at: number;
  conversationId: string;
  channelKind: string;
  queueId: string | null;
  change: Change;
}

export type Change =
  | { kind: 'STARTED' }
  | { kind: 'MOVED' }
  | { kind: 'ASSIGNED'; agentId: string }
  | { kind: 'CLOSED'; by: string; agentId: string | null }
  | { kind: 'REOPENED' }
  | { kind: 'RATED'; score: number; agentId: string | null }
  | { kind: 'SAID'; agentId: string | null };

/** The mark of an event: later ones sort after earlier ones, ids break ties. */
export function markOf(event: { at: number; id: string }): string {
  return `${String(event.at).padStart(15, '0')}:${event.id}`;
}

/**
 * What is known after one more event. The order in which events are heard makes no difference, nor does
 * hearing one twice: each field belongs to the newest (for the first reply: the oldest) event that speaks of it.
 */
export function fold(known: ConversationFacts | null, heard: Heard): ConversationFacts {
  const facts = { ...(known ?? nothingKnown(heard)) };
  // Words move no conversation: whatever moves it says so itself.
  if (heard.change.kind !== 'SAID' && heard.mark > facts.queueMark) Object.assign(facts, { queueId: heard.queueId, queueMark: heard.mark });
  const { change, at, mark } = heard;
  if (change.kind === 'STARTED') facts.startedAt = at;
  if (change.kind === 'ASSIGNED' || change.kind === 'CLOSED') noteAgent(facts, change.agentId, mark);
  if ((change.kind === 'CLOSED' || change.kind === 'REOPENED') && mark > facts.closureMark) {
    const isClosed = change.kind === 'CLOSED';
    Object.assign(facts, { closedAt: isClosed ? at : null, closedBy: isClosed ? change.by : null, closureMark: mark });
  }
  if (change.kind === 'RATED' && mark > facts.ratingMark) {
    Object.assign(facts, { rating: change.score, ratedAt: at, ratedAgentId: change.agentId, ratingMark: mark });
  }
  if (change.kind === 'SAID' && change.agentId && (facts.replyMark === '' || mark < facts.replyMark)) {
    Object.assign(facts, { repliedAt: at, repliedAgentId: change.agentId, replyMark: mark });
  }
  return facts;
}

function noteAgent(facts: ConversationFacts, agentId: string | null, mark: string): void {
  if (agentId && mark > facts.agentMark) Object.assign(facts, { agentId, agentMark: mark });
}

function nothingKnown({ conversationId, channelKind }: Heard): ConversationFacts {
  return {
    conversationId, channelKind, startedAt: null, queueId: null, queueMark: '', agentId: null, agentMark: '', closedAt: null, closedBy: null, closureMark: '',
    rating: null, ratedAt: null, ratedAgentId: null, ratingMark: '', repliedAt: null, repliedAgentId: null, replyMark: '',
  };
}

// A mark alone tells nothing new: without this every message would make a row of history.
const MARKS = new Set(['queueMark', 'agentMark', 'closureMark', 'ratingMark', 'replyMark']);

/** Whether readers would see a difference. */
export function saysMore(before: ConversationFacts | null, after: ConversationFacts): boolean {
  if (!before) return true;
  return (Object.keys(after) as (keyof ConversationFacts)[]).some((field) => !MARKS.has(field) && before[field] !== after[field]);
}
