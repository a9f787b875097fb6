import type { Queryable } from '@careline/kit/db';
import type { Runtime } from '../context.ts';
import { membersOf, presencesOf, type AgentRow } from '../agent/index.ts';
import { levelsOf, missingSkills } from '../skill.rules.ts';
import { chooseQueue, INITIAL_RULES, needsOf, reduceFacts } from './queue.rules.ts';
import { closedWay, isQueueOpen, openKeys, opensAt, readHours } from './known-hours.ts';
import { selectAllQueues, selectTeamsOfQueues, type QueueRow } from './queue.store.ts';
import { selectRules } from './rule.store.ts';

export interface Opening {
  isOpen: boolean;
  /** When the queue opens; null while it is open, or when it never does. */
  opensAt: number | null;
}

/**
 * Whether somebody is ONLINE who can serve the queue to which a conversation of this channel goes
 * when nothing else is known of it, and that queue is open.
 */
export async function findOpening(runtime: Runtime, channels: readonly string[], locale: string | null): Promise<Opening> {
  const { db: q, clock } = runtime;
  const at = clock.now();
  const hours = await readHours(runtime, q);
  const rules = (await selectRules(q)) ?? INITIAL_RULES;
  const queues = await selectAllQueues(q);
  const facts = reduceFacts(rules, { channels, locale, tier: null, form: {}, text: '', hours: openKeys(hours, at) }, queues.map(({ key }) => key));
  const { queueKey } = chooseQueue(rules, facts);
  const chosen = queues.find(({ key }) => key === queueKey) ?? queues[0];
  if (!chosen) return { isOpen: false, opensAt: null };
  const queue = closedWay(chosen, queues, hours, at).at(-1)!;
  if (!isQueueOpen(queue, hours, at)) return { isOpen: false, opensAt: opensAt(queue, hours, at) };
  return { isOpen: await isSomebodyIn(q, queue), opensAt: null };
}

async function isSomebodyIn(q: Queryable, queue: QueueRow): Promise<boolean> {
  const isSkilled = ({ skills }: AgentRow) => queue.skillSeconds !== null || missingSkills(needsOf(queue), levelsOf(needsOf(queue), skills)).length === 0;
  const teamIds = (await selectTeamsOfQueues(q, [queue.id])).get(queue.id)!;
  const members = (await membersOf(q, teamIds)).filter(({ agent }) => agent.isEnabled && isSkilled(agent)).map(({ agent }) => agent.id);
  const presences = await presencesOf(q, [...new Set(members)]);
  return [...presences.values()].some(({ presence }) => presence === 'ONLINE');
}
