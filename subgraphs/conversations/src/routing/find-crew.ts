import type { Queryable } from '@careline/kit/db';
import { membersOf, presencesOf } from '../agent/index.ts';
import { chooseQueue, INITIAL_RULES, reduceFacts } from './queue.rules.ts';
import { selectAllQueues, selectRules, selectTeamsOfQueues } from './queue.store.ts';

/**
 * Whether somebody is ONLINE who serves the queue to which a conversation of this channel goes
 * when nothing else is known of it.
 */
export async function isSomebodyThere(q: Queryable, channels: readonly string[], locale: string | null): Promise<boolean> {
  const rules = (await selectRules(q)) ?? INITIAL_RULES;
  const queues = await selectAllQueues(q);
  const facts = reduceFacts(rules, { channels, locale, tier: null, form: {}, text: '' }, queues.map(({ key }) => key));
  const { queueKey } = chooseQueue(rules, facts);
  const queue = queues.find(({ key }) => key === queueKey) ?? queues[0];
  if (!queue) return false;
  const teamIds = (await selectTeamsOfQueues(q, [queue.id])).get(queue.id)!;
  const members = (await membersOf(q, teamIds)).filter(({ agent }) => agent.isEnabled).map(({ agent }) => agent.id);
  const presences = await presencesOf(q, [...new Set(members)]);
  return [...presences.values()].some(({ presence }) => presence === 'ONLINE');
}
