import { parseId } from '@careline/kit/db';
import type { ConversationState, Priority } from './conversation.types.ts';

/** A way into `conversations c`: an index that holds its rows in the order of the list; none: the engine chooses. */
export interface Way {
  index: string | null;
  condition: { sql: string; params: unknown[] } | null;
}

/** What narrows a list, whatever said so: view, filter or scope. Null: not narrowed by it. */
export interface Narrowed {
  states: readonly ConversationState[] | null;
  agentIds: readonly string[] | null;
  queueIds: readonly string[] | null;
  priorities: readonly Priority[] | null;
  /** Of one customer, or of those that are named. */
  isOfFew: boolean;
  /** Begun since (in ms, inclusive) and before; null: no such bound. */
  startedAfter: number | null;
  startedBefore: number | null;
  /** The caller's reach when it is not everything: what it owns or what came through its queues. */
  reach: { agentId: string | null; queueIds: readonly string[] } | null;
}

type Column = 'last_message_at' | 'started_at' | 'due_at';

const STATES: readonly ConversationState[] = ['BOT', 'QUEUED', 'ACTIVE', 'CLOSED'];
/** So many short looks are cheaper than one long one. */
const WAYS_MAX = 64;
const ANY: readonly Way[] = [{ index: null, condition: null }];
// Lists by begin have fewer indexes of their own: they are rare, and each index costs every message.
const INDEXES: Record<Column, { agent: string | null; queue: string | null; priority: string | null; state: string | null }> = {
  last_message_at: { agent: 'conversations_agent', queue: 'conversations_queue', priority: 'conversations_priority', state: 'conversations_state' },
  due_at: { agent: 'conversations_agent_due', queue: 'conversations_queue_due', priority: null, state: 'conversations_due' },
  started_at: { agent: null, queue: 'conversations_queue_start', priority: null, state: null },
};

/** The ways that together lead to every row of the list, each in the order of `column`. */
export function chooseWays(narrowed: Narrowed, column: Column, now: number): readonly Way[] {
  const { agentIds, queueIds, priorities, reach } = narrowed;
  const indexes = INDEXES[column];
  const states = narrowed.states ?? STATES;
  const by = (index: string | null, name: string, values: readonly unknown[]): Way[] | null => index === null ? null : values.flatMap((value) => states.map((state) =>
    ({ index, condition: { sql: `c.${name} = ? AND c.state = ?`, params: [value, state] } })));
  const binary = (prefix: string, ids: readonly string[]) => ids.map((id) => parseId(prefix, id)).filter((id) => id !== null);
  const byAgents = (ids: readonly string[]) => by(indexes.agent, 'agent_id', binary('agt', ids));
  const byQueues = (ids: readonly string[]) => by(indexes.queue, 'queue_id', binary('que', ids));
  if (narrowed.isOfFew) return ANY;
  if (agentIds) return within(byAgents(agentIds));
  if (queueIds) return within(byQueues(queueIds));
  if (reach) return within(joined(byAgents(reach.agentId ? [reach.agentId] : []), byQueues(reach.queueIds)));
  if (priorities && indexes.priority) return within(by(indexes.priority, 'priority', priorities));
  if (column === 'last_message_at' && isRangeShorter(narrowed, now)) return [{ index: 'conversations_start', condition: null }];
  // Without a state: most have no clock, and only by state they stand in the order of what is due.
  if (column === 'due_at') return within(states.map((state) => ({ index: indexes.state, condition: { sql: 'c.state = ?', params: [state] } })));
  if (narrowed.states && indexes.state) return within(states.map((state) => ({ index: indexes.state, condition: { sql: 'c.state = ?', params: [state] } })));
  return ANY;
}

/** Whether fewer conversations began within the range than after it: those would all be passed by on the way from the newest. */
const isRangeShorter = ({ startedAfter, startedBefore }: Narrowed, now: number) =>
  startedAfter !== null && startedBefore !== null && startedBefore - startedAfter < now - startedBefore;

const joined = (one: Way[] | null, other: Way[] | null) => (one && other ? [...one, ...other] : null);
const within = (ways: Way[] | null): readonly Way[] => (ways && ways.length > 0 && ways.length <= WAYS_MAX ? ways : ANY);
