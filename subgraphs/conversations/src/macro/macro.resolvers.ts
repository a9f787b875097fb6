import { parseId } from '@careline/kit/db';
import { payload, savePayload } from '@careline/kit/graphql';
import { agentLoaders } from '../agent/index.ts';
import type { ConversationsContext, NodeReader } from '../context.ts';
import { withArticles } from './article-links.ts';
import { isInSight, mayShare, sightOf } from './audience.rules.ts';
import { listCannedReplies, listMacros, type ListShared } from './list-shared.ts';
import { macroLoaders } from './macro.loaders.ts';
import { planMacro } from './plan-macro.ts';
import type { Place, Values } from './render-text.ts';
import { runMacro, type RunMacro } from './run-macro.ts';
import { saveCannedReply, type SaveCannedReply } from './save-canned-reply.ts';
import { saveMacro, type SaveMacro } from './save-macro.ts';
import { useCannedReply as countUse, type UseCannedReply } from './use-canned-reply.ts';
import { isText } from './step.rules.ts';
import { fillIn, variablesIn } from './variable.rules.ts';
import type { CannedReplyRow } from './canned.store.ts';
import type { MacroRow } from './macro.store.ts';
import type { MacroStep, Shared } from './macro.types.ts';

type Ctx = ConversationsContext;
interface Input<T> {
  input: T;
}

const loaders = (ctx: Ctx) => ctx.loaders.of(macroLoaders);
const inSight = <Row extends Shared>(ctx: Ctx, row: Row | null): Row | null =>
  (row && ctx.viewer.scopeOf('macro:read') && isInSight(sightOf(ctx.viewer), row) ? row : null);

const readCannedReply: NodeReader = async (ctx, id) => (parseId('can', id) ? inSight(ctx, await loaders(ctx).cannedReply.load(id)) : null);
const readMacro: NodeReader = async (ctx, id) => (parseId('mac', id) ? inSight(ctx, await loaders(ctx).macro.load(id)) : null);

const typed = (__typename: string, read: NodeReader): NodeReader => async (ctx, id) => {
  const row = await read(ctx, id);
  return row && { __typename, ...row };
};

export const macroNodes: Record<string, NodeReader> = {
  can: typed('CannedReply', readCannedReply),
  mac: typed('Macro', readMacro),
};

const sharedFields = {
  team: (row: Shared, _args: unknown, ctx: Ctx) => (row.teamId ? ctx.loaders.of(agentLoaders).team.load(row.teamId) : null),
  isChangeable: (row: Shared, _args: unknown, ctx: Ctx) => mayShare(ctx.viewer, row),
};

const linked = (ctx: Ctx, values: Values, text: string) => withArticles(values, [text], (number) => loaders(ctx).articleLink.load(number));

async function rendered(row: CannedReplyRow, place: Place, ctx: Ctx): Promise<string | null> {
  const values = await loaders(ctx).values.load(place);
  return values && fillIn(row.text, await linked(ctx, values, row.text));
}

async function valuesOf({ verb, value }: MacroStep, place: Place, ctx: Ctx): Promise<Record<string, string> | null> {
  const here = isText(verb) ? await loaders(ctx).values.load(place) : null;
  const values = here && await linked(ctx, here, value!);
  return values && Object.fromEntries(variablesIn(value!).flatMap((name) => (values[name] == null ? [] : [[name, values[name]]])));
}

async function label({ verb, value }: MacroStep, _args: unknown, ctx: Ctx): Promise<string | null> {
  if (value === null) return null;
  if (verb === 'ASSIGN' || verb === 'TICKET_ASSIGN') return (await ctx.loaders.of(agentLoaders).agent.load(value))?.displayName ?? null;
  if (verb === 'TICKET_ASSIGN_TEAM') return (await ctx.loaders.of(agentLoaders).team.load(value))?.name ?? null;
  if (verb === 'TICKET_SET_CATEGORY') return loaders(ctx).categoryName.load(value);
  return verb === 'TRANSFER' ? loaders(ctx).queueName.load(value) : value;
}

export const macroResolvers: Record<string, Record<string, unknown>> = {
  Query: {
    cannedReplies: (_: unknown, args: ListShared, ctx: Ctx) => listCannedReplies(ctx, args),
    macros: (_: unknown, args: ListShared, ctx: Ctx) => listMacros(ctx, args),
  },
  Mutation: {
    saveCannedReply: (_: unknown, { input }: Input<SaveCannedReply>, ctx: Ctx) => savePayload(ctx, input, (on) => saveCannedReply(on, input), (cannedReply) => ({ cannedReply })),
    useCannedReply: (_: unknown, { input }: Input<UseCannedReply>, ctx: Ctx) => payload(ctx, async () => ({ cannedReply: await countUse(ctx, input) })),
    saveMacro: (_: unknown, { input }: Input<SaveMacro>, ctx: Ctx) => savePayload(ctx, input, (on) => saveMacro(on, input), (macro) => ({ macro })),
    runMacro: (_: unknown, { input }: Input<RunMacro>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await runMacro(ctx, input) })),
  },
  CannedReply: { ...sharedFields, rendered, __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readCannedReply(ctx, id) },
  Macro: {
    ...sharedFields, __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readMacro(ctx, id),
    plan: (row: MacroRow, { conversationId }: { conversationId: string }, ctx: Ctx) => planMacro(ctx, row, conversationId),
  },
  MacroStep: { label, values: valuesOf },
};
