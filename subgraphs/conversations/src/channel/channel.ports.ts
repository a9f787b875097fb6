import { parseId } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import type { ChannelCard, FormAnswer } from '../conversation/index.ts';
import type { ChannelFacts } from '../ports.ts';
import { channelLoaders } from './channel.loaders.ts';
import { CAPABILITIES, mayEmbed } from './channel.rules.ts';
import { selectChannelByKey, selectChannels, type ChannelRow } from './channel.store.ts';
import { secretPlace } from './create-channel.ts';
import { checkForm, factsOfCard } from './form.rules.ts';

function factsOf(ctx: ConversationsContext, channel: ChannelRow | null | undefined): ChannelFacts | null {
  if (!channel) return null;
  const { id, kind, isEnabled, locale, origins, secretEnc } = channel;
  const admitsPage = (origin: string) => mayEmbed(origins, origin, ctx.deps.isProduction);
  return { id, kind, isEnabled, locale, admitsPage, identitySecret: secretEnc ? ctx.vault.staff.open(secretPlace(id), secretEnc) : null };
}

const findChannel = async (ctx: ConversationsContext, id: string): Promise<ChannelRow | null> =>
  (parseId('chn', id) ? (await selectChannels(ctx.db, [id])).get(id) : null) ?? null;

/** What a visit must know of the channel of a public key; null when there is none. */
export async function channelByKey(ctx: ConversationsContext, key: string): Promise<ChannelFacts | null> {
  return factsOf(ctx, await selectChannelByKey(ctx.db, key));
}

/** What a visit must know of a channel; null when there is none. */
export async function channelById(ctx: ConversationsContext, id: string): Promise<ChannelFacts | null> {
  return factsOf(ctx, await findChannel(ctx, id));
}

/** What a conversation must know of its channel; null when there is none. */
export async function channelCard(ctx: ConversationsContext, channelId: string): Promise<ChannelCard | null> {
  const channel = await findChannel(ctx, channelId);
  return channel && { id: channel.id, kind: channel.kind, isEnabled: channel.isEnabled, units: channel.units, hasRecall: CAPABILITIES[channel.kind].hasRecall };
}

/** Answers of the pre-chat form as the card of the conversation shows them. Refuses FIELDS_MISSING or INVALID, naming the field. */
export async function readForm(ctx: ConversationsContext, channelId: string, answers: unknown): Promise<FormAnswer[]> {
  const channel = await findChannel(ctx, channelId);
  const read = checkForm(channel?.form ?? [], answers, ctx.locale);
  return read.map(({ key, label, shown, value }) => ({ key, label, value: shown, fact: value }));
}

/** Answers on the card of a conversation, by key, as rules see them; what the form no longer has is left out. */
export async function readCard(ctx: ConversationsContext, channelId: string, text: string): Promise<Record<string, string | boolean>> {
  const channel = await ctx.loaders.of(channelLoaders).channel.load(channelId);
  return factsOfCard(channel?.form ?? [], text);
}
