import { recordAudit } from '@careline/kit/audit';
import { newId, withIdempotency } from '@careline/kit/db';
import { DAY } from '@careline/kit/time';
import type { ConversationsContext, Runtime } from '../context.ts';
import { conversationsStartedBetween, countStartedBetween, type ConversationRow } from '../conversation/index.ts';
import { requireRuleVersion } from './activate-rules.ts';
import { readPastFacts } from './past-facts.ts';
import { chooseQueue, INITIAL_RULES, reduceFacts, type RuleSet } from './queue.rules.ts';
import { selectAllQueues } from './queue.store.ts';
import type { Flow } from './routing.tables.ts';
import { insertDryRun, selectActiveNumber, selectDryRun, selectNextDryRun, selectRulesOfVersion, selectVersion, updateDryRun, type DryRunRow } from './rule.store.ts';

export interface DryRunRoutingRules {
  versionId: string;
  idempotencyKey: string;
}

const REPLAYED_MS = 30 * DAY;
/** More would say nothing new, and take minutes. */
const CONVERSATIONS_MAX = 20_000;
const BATCH = 200;
/** Batches of one tick: other timers of the worker get their turn between. */
const BATCHES_MAX = 10;
const FLOWS_MAX = 50;

/** 试运行: asks a worker to replay what began in the last 30 days under a version. */
export async function dryRunRoutingRules(ctx: ConversationsContext, { versionId, idempotencyKey }: DryRunRoutingRules): Promise<DryRunRow> {
  ctx.viewer.requireAll('routing:write');
  const version = await requireRuleVersion(ctx, versionId);
  const { identity } = ctx.viewer;
  const id = await ctx.transaction(async (tx) => {
    const call = { scope: `${identity!.agentId ?? identity!.id} dryRunRoutingRules`, key: idempotencyKey, input: { versionId } };
    const { result } = await withIdempotency(tx, call, async () => {
      const now = ctx.clock.now();
      const row: DryRunRow = {
        id: newId('rdr'), versionId, comparedWith: (await selectActiveNumber(tx)) ?? INITIAL_RULES.version, state: 'QUEUED', fromAt: now - REPLAYED_MS, untilAt: now,
        afterAt: null, afterId: null, totalCount: await countStartedBetween(tx, now - REPLAYED_MS, now, CONVERSATIONS_MAX), doneCount: 0, changedCount: 0, flows: [],
        startedAt: now, endedAt: null,
      };
      await insertDryRun(tx, row);
      await recordAudit(tx, ctx, { verb: 'routing:write', subjectId: version.id, after: { dryRunId: row.id, version: version.version } });
      return { id: row.id };
    });
    return result.id;
  });
  return (await selectDryRun(ctx.db, id))!;
}

/** Works on the oldest dry run that was asked for; each batch is stored, so that another worker can go on from there. */
export async function replayRules(runtime: Runtime): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const run = await selectNextDryRun(runtime.db);
    if (!run) return;
    try {
      await replayBatch(runtime.system('routing'), run);
    } catch (error) {
      runtime.log.error({ err: error, dryRunId: run.id }, 'a dry run of routing rules failed');
      await updateDryRun(runtime.db, { ...run, state: 'FAILED', endedAt: runtime.clock.now() });
    }
  }
}

async function replayBatch(ctx: ConversationsContext, run: DryRunRow): Promise<void> {
  const before = (await selectRulesOfVersion(ctx.db, run.comparedWith)) ?? INITIAL_RULES;
  const after = (await selectVersion(ctx.db, run.versionId))!.rules;
  const limit = Math.min(BATCH, run.totalCount - run.doneCount);
  const conversations = limit > 0 ? await conversationsStartedBetween(ctx.db, run.fromAt, { at: run.afterAt ?? run.untilAt, id: run.afterId }, limit) : [];
  const flows = new Map(run.flows.map((flow) => [placeOf(flow), flow]));
  let { changedCount } = run;
  for (const change of await compare(ctx, conversations, before, after)) {
    changedCount += 1;
    const known = flows.get(placeOf(change));
    flows.set(placeOf(change), known ? { ...known, count: known.count + 1 } : change);
  }
  const doneCount = run.doneCount + conversations.length;
  const isOver = conversations.length < BATCH || doneCount >= run.totalCount;
  const last = conversations.at(-1);
  const next: DryRunRow = {
    ...run, state: isOver ? 'DONE' : 'RUNNING', doneCount, changedCount, flows: [...flows.values()].sort((a, b) => b.count - a.count),
    afterAt: last?.startedAt ?? run.afterAt, afterId: last?.id ?? run.afterId, endedAt: isOver ? ctx.clock.now() : null,
  };
  if (isOver) next.flows = next.flows.slice(0, FLOWS_MAX);
  await updateDryRun(ctx.db, next);
}

const placeOf = ({ fromKey, toKey, ruleName }: Flow) => JSON.stringify([fromKey, toKey, ruleName]);

/** Of these conversations, those that two versions send to different queues. */
async function compare(ctx: ConversationsContext, conversations: readonly ConversationRow[], before: RuleSet, after: RuleSet): Promise<Flow[]> {
  const queueKeys = (await selectAllQueues(ctx.db)).map(({ key }) => key);
  const facts = await readPastFacts(ctx, conversations);
  return conversations.flatMap(({ id }) => {
    const raw = facts.get(id)!;
    const [was, would] = [before, after].map((rules) => chooseQueue(rules, reduceFacts(rules, raw, queueKeys)));
    if (was!.queueKey === would!.queueKey) return [];
    return [{ fromKey: was!.queueKey, toKey: would!.queueKey, ruleName: would!.ruleName, count: 1, exampleId: id }];
  });
}
