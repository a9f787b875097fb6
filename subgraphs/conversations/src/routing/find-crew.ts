import type { Queryable } from '@careline/kit/db';
import { membersOf, presencesOf, type AgentRow } from '../agent/index.ts';
import { levelsOf, missingSkills } from '../skill.rules.ts';
import { chooseQueue, INITIAL_RULES, needsOf, reduceFacts } from './queue.rules.ts';
import { selectAllQueues, selectRules, selectTeamsOfQueues } from './queue.store.ts';

/**
 * Whether somebody is ONLINE who can serve the queue to which a conversation of this channel goes
 * when nothing else is known of it.
 */
export async function isSomebodyThere(q: Queryable, channels: readonly string[], locale: string | null): Promise<boolean> {
  const rules = (await selectRules(q)) ?? INITIAL_RULES;
  const queues = await selectAllQueues(q);
  const facts = reduceFacts(rules, { channels, locale, tier: null, form: {}, text: '' }, queues.map(({ key }) => key));
  const { queueKey } = chooseQueue(rules, facts);
  const queue = queues.find(({ key }) => key === queueKey) ?? queues[0];
  if (!queue) return false;
  const isSkilled = ({ skills }: AgentRow) => queue.skillSeconds !== null || missingSkills(needsOf(queue), levelsOf(needsOf(queue), skills)).length === 0;
  const teamIds = (await selectTeamsOfQueues(q, [queue.id])).get(queue.id)!;
  const members = (await membersOf(q, teamIds)).filter(({ agent }) => agent.isEnabled && isSkilled(agent)).map(({ agent }) => agent.id);
  const presences = await presencesOf(q, [...new Set(members)]);
  return [...presences.values()].some(({ presence }) => presence === 'ONLINE');
}
