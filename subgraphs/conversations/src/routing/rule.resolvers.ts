import { payload, savePayload, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { canRead } from '../conversation/index.ts';
import { activateRoutingRules, type ActivateRoutingRules } from './activate-rules.ts';
import { dryRunRoutingRules, type DryRunRoutingRules } from './dry-run-rules.ts';
import { shadowOf, type RoutingRule } from './queue.rules.ts';
import { readQueue } from './read-queues.ts';
import { readRuleVersion, readRuleVersions } from './read-rules.ts';
import { routingLoaders } from './routing.loaders.ts';
import type { Flow } from './routing.tables.ts';
import type { DryRunRow, RuleVersionRow } from './rule.store.ts';
import { saveRoutingRules, type SaveRoutingRules } from './save-rules.ts';
import { testRouting, type RoutingTestInput } from './test-rules.ts';

type Ctx = ConversationsContext;
type Input<T> = { input: T };

const loaders = (ctx: Ctx) => ctx.loaders.of(routingLoaders);
const queueOfKey = async (ctx: Ctx, key: string) => readQueue(ctx, (await loaders(ctx).queueByKey.load(key))?.id ?? null);

export const ruleQueries = {
  routingRuleVersions: (_: unknown, args: PageArgs, ctx: Ctx) => readRuleVersions(ctx, args),
  routingRuleVersion: (_: unknown, { id }: { id?: string | null }, ctx: Ctx) => readRuleVersion(ctx, id ?? null),
  routingTest: (_: unknown, { input }: Input<RoutingTestInput>, ctx: Ctx) => testRouting(ctx, input),
};

export const ruleMutations = {
  saveRoutingRules: (_: unknown, { input }: Input<SaveRoutingRules>, ctx: Ctx) => savePayload(ctx, input, (on) => saveRoutingRules(on, input), (version) => ({ version })),
  dryRunRoutingRules: (_: unknown, { input }: Input<DryRunRoutingRules>, ctx: Ctx) => payload(ctx, async () => ({ dryRun: await dryRunRoutingRules(ctx, input) })),
  activateRoutingRules: (_: unknown, { input }: Input<ActivateRoutingRules>, ctx: Ctx) => payload(ctx, async () => ({ version: await activateRoutingRules(ctx, input) })),
};

type ShownRule = RoutingRule & { shadowedBy: string | null };

const RoutingRuleVersion = {
  number: ({ version }: RuleVersionRow) => version,
  rules: ({ rules }: RuleVersionRow): ShownRule[] => rules.rules.map((rule, index) => ({ ...rule, shadowedBy: shadowOf(rules.rules, index) })),
  defaultQueue: ({ rules }: RuleVersionRow, _: unknown, ctx: Ctx) => queueOfKey(ctx, rules.defaultQueueKey),
  author: ({ authorKind, authorId }: RuleVersionRow) => ({ kind: authorKind, id: authorId }),
  savedAt: ({ createdAt }: RuleVersionRow) => createdAt,
  dryRun: ({ id }: RuleVersionRow, _: unknown, ctx: Ctx) => loaders(ctx).dryRun.load(id),
};

const RoutingRule = {
  queue: ({ queueKey }: RoutingRule, _: unknown, ctx: Ctx) => queueOfKey(ctx, queueKey),
  priority: ({ priority }: RoutingRule) => priority ?? null,
  skills: ({ skills }: RoutingRule) => skills ?? [],
};

const RoutingDryRun = {
  percent: ({ state, doneCount, totalCount }: DryRunRow) => (state === 'DONE' ? 100 : Math.min(99, Math.floor((doneCount / Math.max(1, totalCount)) * 100))),
  conversationCount: ({ doneCount }: DryRunRow) => doneCount,
  flows: ({ flows }: DryRunRow) => flows.slice(0, 50),
};

const RoutingDryRunFlow = {
  from: ({ fromKey }: Flow, _: unknown, ctx: Ctx) => queueOfKey(ctx, fromKey),
  to: ({ toKey }: Flow, _: unknown, ctx: Ctx) => queueOfKey(ctx, toKey),
  example: async ({ exampleId }: Flow, _: unknown, ctx: Ctx) => {
    const conversation = await loaders(ctx).conversation.load(exampleId);
    return conversation && canRead(ctx.viewer, conversation) ? conversation : null;
  },
};

export const ruleResolvers: Record<string, Record<string, unknown>> = { RoutingRuleVersion, RoutingRule, RoutingDryRun, RoutingDryRunFlow };
