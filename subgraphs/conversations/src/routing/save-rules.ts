import { recordAudit } from '@careline/kit/audit';
import { newId } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { knowHours } from './known-hours.ts';
import { INITIAL_RULES, type RoutingRule, type RuleSet } from './queue.rules.ts';
import { selectAllQueues } from './queue.store.ts';
import { actorOf } from './record-decision.ts';
import { hoursKeysOf, readRules, type RuleInput } from './rule-input.rules.ts';
import { insertVersion, lockNewestVersion, type RuleVersionRow } from './rule.store.ts';

export interface SaveRoutingRules {
  rules: readonly RuleInput[];
  defaultQueueId?: string | null;
  expectedVersion?: number | null;
}

/** Rules as somebody edits them, checked against the queues and hours that there are. */
async function checkedRules(ctx: ConversationsContext, rules: readonly RuleInput[]): Promise<RoutingRule[]> {
  const queues = await selectAllQueues(ctx.db);
  const read = readRules(rules, (id) => queues.find((queue) => queue.id === id)?.key);
  const keys = hoursKeysOf(read);
  if (keys.length > 0 && !(await knowHours(ctx, { keys }))) throw refuse('NOT_FOUND', 'rules', { zh: '规则引用的工作时间不存在。', en: 'A rule names business hours that do not exist.' });
  return read;
}

/**
 * Keeps rules as a new draft version; nothing is routed by them before they are activated.
 * Throws FORBIDDEN without `routing:write`; refuses STALE_VERSION when another version was saved since the caller looked.
 */
export async function saveRoutingRules(ctx: ConversationsContext, input: SaveRoutingRules): Promise<RuleVersionRow> {
  ctx.viewer.requireAll('routing:write');
  const rules = await checkedRules(ctx, input.rules);
  const queues = await selectAllQueues(ctx.db);
  const fallback = input.defaultQueueId ? queues.find(({ id }) => id === input.defaultQueueId) : null;
  if (fallback === undefined) throw refuse('NOT_FOUND', 'defaultQueueId', { zh: '服务队列不存在。', en: 'There is no such queue.' });
  return ctx.transaction(async (tx) => {
    const newest = await lockNewestVersion(tx);
    if (input.expectedVersion != null && newest && newest.version !== input.expectedVersion) {
      throw refuse('STALE_VERSION', 'expectedVersion', { zh: '他人已保存新版本，请查看后再保存。', en: 'Somebody saved another version meanwhile. Look at it and save again.' });
    }
    const version = (newest?.version ?? 0) + 1;
    const content: RuleSet = { version, rules, defaultQueueKey: fallback?.key ?? newest?.rules.defaultQueueKey ?? INITIAL_RULES.defaultQueueKey };
    const { actorKind, actorId } = actorOf(ctx.viewer);
    const row: RuleVersionRow = { version, id: newId('rrv'), rules: content, state: 'DRAFT', authorKind: actorKind, authorId: actorId, activatedAt: null, createdAt: ctx.clock.now() };
    await insertVersion(tx, row);
    await recordAudit(tx, ctx, { verb: 'routing:write', subjectId: row.id, before: newest && { version: newest.version, rules: newest.rules.rules }, after: { version, rules, defaultQueueKey: content.defaultQueueKey } });
    return row;
  });
}
