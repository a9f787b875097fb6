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
  /** The queue that takes it now; null before there is any. */
  queueName: string | null;
  /** How many enabled agents serve that queue and have the skills it insists on. */
  crewCount: number;
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
  if (!chosen) return { isOpen: false, opensAt: null, queueName: null, crewCount: 0 };
  const queue = closedWay(chosen, queues, hours, at).at(-1)!;
  const crew = await crewOf(q, queue);
  const found = { queueName: queue.name, crewCount: crew.length };
  if (!isQueueOpen(queue, hours, at)) return { isOpen: false, opensAt: opensAt(queue, hours, at), ...found };
  const presences = await presencesOf(q, crew);
  return { isOpen: [...presences.values()].some(({ presence }) => presence === 'ONLINE'), opensAt: null, ...found };
}

/** Enabled agents of a queue's teams who have the skills it insists on. */
async function crewOf(q: Queryable, queue: QueueRow): Promise<string[]> {
  const isSkilled = ({ skills }: AgentRow) => queue.skillSeconds !== null || missingSkills(needsOf(queue), levelsOf(needsOf(queue), skills)).length === 0;
  const teamIds = (await selectTeamsOfQueues(q, [queue.id])).get(queue.id)!;
  const members = (await membersOf(q, teamIds)).filter(({ agent }) => agent.isEnabled && isSkilled(agent)).map(({ agent }) => agent.id);
  return [...new Set(members)];
}
