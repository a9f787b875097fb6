import { say } from '@careline/kit/errors';
import { payload, savePayload, type PageArgs } from '@careline/kit/graphql';
import { parseId } from '@careline/kit/db';
import type { ConversationsContext, NodeReader } from '../context.ts';
import { agentLoaders } from '../agent/index.ts';
import type { ConversationRow } from '../conversation/index.ts';
import type { JudgedCandidate } from './agent.rules.ts';
import { stepOf } from './decision.rules.ts';
import { acceptConversation, conversationAfter, declineConversation } from './answer-offer.ts';
import type { DecisionRow } from './decision.store.ts';
import type { EntryRow } from './entry.store.ts';
import type { OfferRow } from './offer.store.ts';
import type { SaveQueueInput } from './queue-input.rules.ts';
import { openQueuePosition, openQueues, placeEntry, type PlacedEntry } from './queue-stream.ts';
import { hoursOf, isQueueOpen, opensAt } from './known-hours.ts';
import { needsOf } from './queue.rules.ts';
import type { QueueRow } from './queue.store.ts';
import { readDecisions, readExplanation, type DecisionArgs } from './read-decisions.ts';
import { readEntries, readQueue, readQueues } from './read-queues.ts';
import { routeConversation, type RouteConversation } from './route-conversation.ts';
import { routingLoaders } from './routing.loaders.ts';
import { ruleMutations, ruleQueries, ruleResolvers } from './rule.resolvers.ts';
import { saveQueue } from './save-queue.ts';

type Ctx = ConversationsContext;
type Input<T> = { input: T };

const asId = (prefix: string, id: string) => (parseId(prefix, id) ? id : null);
const loaders = (ctx: Ctx) => ctx.loaders.of(routingLoaders);
const people = (ctx: Ctx) => ctx.loaders.of(agentLoaders);

export const routingNodes: Record<string, NodeReader> = {
  que: async (ctx, id) => {
    const queue = await readQueue(ctx, asId('que', id));
    return queue && { __typename: 'Queue', ...queue };
  },
};

const Query = {
  queue: (_: unknown, { id }: { id: string }, ctx: Ctx) => readQueue(ctx, asId('que', id)),
  queues: (_: unknown, args: PageArgs, ctx: Ctx) => readQueues(ctx, args),
  routingDecisions: (_: unknown, args: DecisionArgs, ctx: Ctx) => readDecisions(ctx, args),
  routingExplanation: (_: unknown, { decisionId, agentId }: { decisionId: string; agentId: string }, ctx: Ctx) => readExplanation(ctx, decisionId, agentId),
  ...ruleQueries,
};

const Mutation = {
  saveQueue: (_: unknown, { input }: Input<SaveQueueInput>, ctx: Ctx) => savePayload(ctx, input, (on) => saveQueue(on, input), (queue) => ({ queue })),
  routeConversation: (_: unknown, { input }: Input<RouteConversation>, ctx: Ctx) => payload(ctx, async () => {
    const { conversationId, decision } = await routeConversation(ctx, input);
    return { conversation: await conversationAfter(ctx, conversationId), decision };
  }),
  acceptConversation: (_: unknown, { input }: Input<{ offerId: string }>, ctx: Ctx) => payload(ctx, async () => {
    const { conversationId } = await acceptConversation(ctx, input.offerId);
    return { conversation: await conversationAfter(ctx, conversationId) };
  }),
  declineConversation: (_: unknown, { input }: Input<{ offerId: string; reason?: string | null }>, ctx: Ctx) =>
    payload(ctx, () => declineConversation(ctx, input.offerId, input.reason ?? null)),
  ...ruleMutations,
};

/** A stream's events are resolved over a long time: each looks afresh at what its fields load. */
const fresh = (event: unknown, _args: unknown, ctx: Ctx) => {
  ctx.loaders.forget();
  return event;
};

const Subscription = {
  queuesChanged: {
    subscribe: (_: unknown, { queueIds }: { queueIds?: string[] | null }, ctx: Ctx) => openQueues(ctx, queueIds ?? null),
    resolve: fresh,
  },
  queuePositionChanged: {
    subscribe: (_: unknown, { conversationId }: { conversationId: string }, ctx: Ctx) => openQueuePosition(ctx, conversationId),
    resolve: fresh,
  },
};

const Queue = {
  __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readQueue(ctx, asId('que', id)),
  teams: async ({ id }: QueueRow, _: unknown, ctx: Ctx) => {
    const teams = await people(ctx).team.loadMany((await loaders(ctx).teamIds.load(id)) ?? []);
    return teams.filter((team) => team !== null);
  },
  overflowQueue: ({ overflowQueueId }: QueueRow, _: unknown, ctx: Ctx) => readQueue(ctx, overflowQueueId),
  skills: (queue: QueueRow) => needsOf(queue),
  isOpen: async (queue: QueueRow, _: unknown, ctx: Ctx) => isQueueOpen(queue, await ctx.loaders.of(hoursOf), ctx.clock.now()),
  opensAt: async (queue: QueueRow, _: unknown, ctx: Ctx) => opensAt(queue, await ctx.loaders.of(hoursOf), ctx.clock.now()),
  closedWords: ({ closedTexts }: QueueRow) => closedTexts,
  waitingCount: async ({ id }: QueueRow, _: unknown, ctx: Ctx) => (await loaders(ctx).count.load(id))?.waitingCount ?? 0,
  oldestSince: async ({ id }: QueueRow, _: unknown, ctx: Ctx) => (await loaders(ctx).count.load(id))?.oldestSince ?? null,
  entries: ({ id }: QueueRow, args: PageArgs, ctx: Ctx) => readEntries(ctx, id, args),
};

const placed = (entry: EntryRow | PlacedEntry, ctx: Ctx): PlacedEntry | Promise<PlacedEntry> => ('ahead' in entry ? entry : placeEntry(ctx, entry));

const QueueEntry = {
  conversation: ({ conversationId }: EntryRow, _: unknown, ctx: Ctx) => loaders(ctx).conversation.load(conversationId),
  queue: ({ queueId }: EntryRow, _: unknown, ctx: Ctx) => readQueue(ctx, queueId),
  ahead: async (entry: EntryRow, _: unknown, ctx: Ctx) => (await placed(entry, ctx)).ahead,
  waitP50Seconds: async (entry: EntryRow, _: unknown, ctx: Ctx) => (await placed(entry, ctx)).waitP50Seconds,
  waitP90Seconds: async (entry: EntryRow, _: unknown, ctx: Ctx) => (await placed(entry, ctx)).waitP90Seconds,
  isQueueOpen: async (entry: EntryRow, _: unknown, ctx: Ctx) => (await placed(entry, ctx)).isQueueOpen,
  opensAt: async (entry: EntryRow, _: unknown, ctx: Ctx) => (await placed(entry, ctx)).opensAt,
  closedMessage: async (entry: EntryRow, _: unknown, ctx: Ctx) => {
    const { isQueueOpen: isOpen, closedTexts } = await placed(entry, ctx);
    return isOpen || !closedTexts ? null : say(closedTexts, ctx.locale);
  },
};

const ConversationOffer = {
  agent: ({ agentId }: OfferRow, _: unknown, ctx: Ctx) => people(ctx).agent.load(agentId),
};

const RoutingDecision = {
  conversation: ({ conversationId }: DecisionRow, _: unknown, ctx: Ctx) => loaders(ctx).conversation.load(conversationId),
  at: ({ decidedAt }: DecisionRow) => decidedAt,
  queue: ({ queueId }: DecisionRow, _: unknown, ctx: Ctx) => readQueue(ctx, queueId),
  chosen: ({ chosenAgentId }: DecisionRow, _: unknown, ctx: Ctx) => (chosenAgentId ? people(ctx).agent.load(chosenAgentId) : null),
  units: ({ inputs }: DecisionRow) => (inputs.kind === 'AGENTS' ? inputs.units : null),
  skills: ({ inputs }: DecisionRow) => (inputs.kind === 'AGENTS' ? inputs.needs ?? [] : []),
  isSkillPreferred: ({ inputs }: DecisionRow) => inputs.kind === 'AGENTS' && inputs.isSkillPreferred === true,
  decidedBy: (row: DecisionRow) => stepOf(row),
  actor: ({ actorKind, actorId }: DecisionRow) => ({ kind: actorKind, id: actorId }),
};

const RoutingCandidate = {
  // Records from before skills were asked for hold none.
  isLastAgent: ({ isLastAgent }: Partial<JudgedCandidate>) => isLastAgent ?? false,
  missingSkills: ({ missing }: Partial<JudgedCandidate>) => missing ?? [],
  agent: ({ agentId }: JudgedCandidate, _: unknown, ctx: Ctx) => people(ctx).agent.load(agentId),
};

const Conversation = {
  queue: ({ queueId }: ConversationRow, _: unknown, ctx: Ctx) => readQueue(ctx, queueId),
  queueEntry: async ({ id, state }: ConversationRow, _: unknown, ctx: Ctx) => {
    const entry = state === 'QUEUED' ? await loaders(ctx).entry.load(id) : null;
    return entry && placeEntry(ctx, entry);
  },
  offer: async ({ id, state }: ConversationRow, _: unknown, ctx: Ctx) => {
    if (state !== 'QUEUED') return null;
    const offer = await loaders(ctx).offer.load(id);
    return offer && offer.expiresAt > ctx.clock.now() ? offer : null;
  },
  routingDecisions: ({ id }: ConversationRow, args: PageArgs, ctx: Ctx) => readDecisions(ctx, { ...args, conversationId: id }),
};

export const routingResolvers: Record<string, Record<string, unknown>> = {
  Query, Mutation, Subscription, Queue, QueueEntry, ConversationOffer, RoutingDecision, RoutingCandidate, Conversation, ...ruleResolvers,
};
