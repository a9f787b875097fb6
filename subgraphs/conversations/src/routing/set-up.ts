import type { Tx } from '@careline/kit/db';
import { newId } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import type { SetUpFacts } from '../ports.ts';
import { DEFAULT_STRATEGY } from './agent.rules.ts';
import { insertQueue, replaceTeamsOfQueue } from './queue.store.ts';
import { insertRules } from './rule.store.ts';
import { INITIAL_RULES } from './queue.rules.ts';

/** Gives a new system its default queue, served by the first team and assigned without asking, and its rules. */
export async function createDefaultQueue(ctx: ConversationsContext, tx: Tx, { supervisorTeamId }: SetUpFacts): Promise<void> {
  const now = ctx.clock.now();
  const id = newId('que');
  await insertQueue(tx, {
    id, key: INITIAL_RULES.defaultQueueKey, name: '综合', strategy: [...DEFAULT_STRATEGY], skills: null, skillSeconds: null, acceptSeconds: 0,
    overflowQueueId: null, overflowSeconds: null, businessHoursId: null, closedAction: 'WAIT', closedTexts: null, version: 1, createdAt: now,
  });
  await replaceTeamsOfQueue(tx, id, [supervisorTeamId]);
  await insertRules(tx, INITIAL_RULES, now);
}
