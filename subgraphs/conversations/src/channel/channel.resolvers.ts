import { parseId } from '@careline/kit/db';
import type { Locale } from '@careline/kit/errors';
import { payload, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext, NodeReader } from '../context.ts';
import type { ConversationRow } from '../conversation/index.ts';
import { channelLoaders } from './channel.loaders.ts';
import { CAPABILITIES } from './channel.rules.ts';
import type { ChannelRow } from './channel.store.ts';
import { readChannels, readOrigins, readWidget } from './read-widget.ts';
import { saveChannel, type SaveChannel } from './save-channel.ts';
import { testChannel } from './test-channel.ts';

type Ctx = ConversationsContext;

async function readChannel(ctx: Ctx, id: string): Promise<ChannelRow | null> {
  return ctx.viewer.scopeOf('channel:read') === 'ALL' && parseId('chn', id) ? ctx.loaders.of(channelLoaders).channel.load(id) : null;
}

export const channelNodes: Record<string, NodeReader> = {
  chn: async (ctx, id) => {
    const channel = await readChannel(ctx, id);
    return channel && { __typename: 'Channel', ...channel };
  },
};

export const channelResolvers: Record<string, Record<string, unknown>> = {
  Query: {
    channelOrigins: (_: unknown, { channelKey }: { channelKey: string }, ctx: Ctx) => readOrigins(ctx, channelKey),
    channels: (_: unknown, args: PageArgs, ctx: Ctx) => readChannels(ctx, args),
    widget: (_: unknown, { channelKey, locale }: { channelKey: string; locale?: Locale | null }, ctx: Ctx) => readWidget(ctx, channelKey, locale ?? null),
  },
  Mutation: {
    saveChannel: (_: unknown, { input }: { input: SaveChannel }, ctx: Ctx) => payload(ctx, () => saveChannel(ctx, input)),
    testChannel: (_: unknown, { input }: { input: { channelId: string } }, ctx: Ctx) => payload(ctx, async () => ({ checks: await testChannel(ctx, input.channelId) })),
  },
  Channel: {
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readChannel(ctx, id),
    title: ({ texts }: ChannelRow) => texts.title,
    greeting: ({ texts }: ChannelRow) => texts.greeting,
    capability: ({ kind }: ChannelRow) => CAPABILITIES[kind],
    // A visitor sees the channel of the own conversation, but not which other pages may embed it.
    origins: ({ origins }: ChannelRow, _: unknown, ctx: Ctx) => (ctx.viewer.scopeOf('channel:read') ? origins : []),
  },
  Conversation: {
    channel: ({ channelId }: ConversationRow, _: unknown, ctx: Ctx) => ctx.loaders.of(channelLoaders).channel.load(channelId),
  },
};
