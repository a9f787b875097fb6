import { parseId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { belongingsOf, canRead } from '../conversation/index.ts';
import type { JudgedCandidate } from './agent.rules.ts';
import { selectDecision, selectDecisionPage, type DecisionFilter, type DecisionRow } from './decision.store.ts';
import { routingLoaders } from './routing.loaders.ts';

/** Decisions about conversations that the caller may not read are skipped; so often it is tried to fill a page. */
const ROUNDS_MAX = 5;

export interface DecisionArgs extends PageArgs {
  conversationId?: string | null;
  agentId?: string | null;
}

/** How far the caller reads decisions: null is all; OWN is those that looked at him, TEAM also those of his queues. */
function reachOf(ctx: ConversationsContext): DecisionFilter['reach'] {
  const scope = ctx.viewer.require('routing:read');
  if (scope === 'ALL') return null;
  const { agentId, identity } = ctx.viewer;
  return { agentId, queueIds: scope === 'TEAM' ? identity!.queueIds : [] };
}

/** One page of decisions in the caller's scope, newest first. */
export async function readDecisions(ctx: ConversationsContext, args: DecisionArgs): Promise<Connection<DecisionRow>> {
  const page = parsePage(args, ['id']);
  for (const [prefix, id] of [['cnv', args.conversationId], ['agt', args.agentId]] as const) {
    if (id && !parseId(prefix, id)) throw appError('NOT_FOUND');
  }
  const reach = await reachInto(ctx, args.conversationId ?? null);
  const filter = { conversationId: args.conversationId, agentId: args.agentId, reach };
  const rows: DecisionRow[] = [];
  let from = page.cursor ? String(page.cursor.id) : null;
  for (let round = 0; round < ROUNDS_MAX && rows.length <= page.limit; round += 1) {
    const batch = await selectDecisionPage(ctx.db, filter, from, !page.isBackward, page.limit + 1);
    rows.push(...(await readable(ctx, batch)));
    if (batch.length <= page.limit) break;
    from = batch.at(-1)!.id;
  }
  return toConnection(rows.slice(0, page.limit + 1), page, ({ id }) => ({ id }));
}

/** Who may read the decisions of a conversation as its owner sees all of them, not only those that looked at him. */
async function reachInto(ctx: ConversationsContext, conversationId: string | null): Promise<DecisionFilter['reach']> {
  const reach = reachOf(ctx);
  if (!reach || !conversationId) return reach;
  const conversation = await ctx.loaders.of(routingLoaders).conversation.load(conversationId);
  return conversation && ctx.viewer.covers('routing:read', belongingsOf(conversation)) ? null : reach;
}

async function readable(ctx: ConversationsContext, rows: readonly DecisionRow[]): Promise<DecisionRow[]> {
  const conversations = await ctx.loaders.of(routingLoaders).conversation.loadMany(rows.map(({ conversationId }) => conversationId));
  return rows.filter((_, at) => {
    const conversation = conversations[at];
    return conversation && !(conversation instanceof Error) && canRead(ctx.viewer, conversation);
  });
}

/** Why not me? What one decision said about one agent; null when he was not looked at or the caller may not know. */
export async function readExplanation(ctx: ConversationsContext, decisionId: string, agentId: string): Promise<JudgedCandidate | null> {
  const reach = reachOf(ctx);
  const decision = parseId('rtd', decisionId) ? await selectDecision(ctx.db, decisionId) : null;
  if (!decision) return null;
  const isOwn = reach === null || reach.agentId === agentId || (decision.queueId !== null && reach.queueIds.includes(decision.queueId));
  return isOwn ? decision.candidates.find((candidate) => candidate.agentId === agentId) ?? null : null;
}
