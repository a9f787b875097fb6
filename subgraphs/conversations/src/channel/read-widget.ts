import { say, type Locale } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { findOpening, type Opening } from '../routing/index.ts';
import { CAPABILITIES } from './channel.rules.ts';
import { selectAllChannels, selectChannelByKey, type ChannelRow } from './channel.store.ts';
import { lengthMaxOf, type FormFieldSpec } from './form.rules.ts';

/** Answers are kept this long in a process: every page view of every embedding page asks. */
const KEPT_MS = 5_000;

const fieldFor = (field: FormFieldSpec, locale: Locale) => ({
  key: field.key, label: say(field.label, locale), kind: field.kind, isRequired: field.isRequired, lengthMax: lengthMaxOf(field),
  choices: field.choices.map((choice) => say(choice, locale)),
});

/** How a channel is named to routing rules: its kind, its key, its id. */
export const namesOf = ({ kind, key, id }: ChannelRow): string[] => [kind, ...(key ? [key] : []), id];

interface Kept {
  at: number;
  opening: Promise<Opening>;
}

/** Whether somebody answers a channel, remembered for seconds: one per process. */
export function openings() {
  return new Map<string, Kept>();
}

function openingOf(ctx: ConversationsContext, channel: ChannelRow, locale: Locale): Promise<Opening> {
  const kept = ctx.runtime.parts.of(openings);
  const now = ctx.clock.now();
  const place = `${channel.id} ${locale}`;
  const known = kept.get(place);
  if (known && now - known.at < KEPT_MS && now >= known.at) return known.opening;
  const asked = findOpening(ctx.runtime, namesOf(channel), locale);
  asked.catch(() => kept.delete(place));
  kept.set(place, { at: now, opening: asked });
  return asked;
}

/** What the widget shows before a visit; null for an unknown key or a channel that takes no conversations. */
export async function readWidget(ctx: ConversationsContext, channelKey: string, asked: Locale | null) {
  const channel = await selectChannelByKey(ctx.db, channelKey);
  if (!channel?.isEnabled) return null;
  const locale = asked ?? channel.locale;
  return {
    title: say(channel.texts.title, locale),
    greeting: say(channel.texts.greeting, locale),
    accentColor: channel.accentColor,
    form: channel.form.map((field) => fieldFor(field, locale)),
    ...(await openingOf(ctx, channel, locale)),
    bytesMax: CAPABILITIES[channel.kind].bytesMax,
    locale,
  };
}

/** The pages that may embed a channel; null for an unknown key or a channel that takes no conversations. */
export async function readOrigins(ctx: ConversationsContext, channelKey: string): Promise<string[] | null> {
  const channel = await selectChannelByKey(ctx.db, channelKey);
  return channel?.isEnabled ? channel.origins : null;
}

/** One page of channels by name. They are a handful, so the page is cut from all of them. */
export async function readChannels(ctx: ConversationsContext, args: PageArgs): Promise<Connection<ChannelRow>> {
  const page = parsePage(args, ['id']);
  const all = ctx.viewer.scopeOf('channel:read') === 'ALL' ? await selectAllChannels(ctx.db) : [];
  const ordered = page.isBackward ? [...all].reverse() : all;
  const start = page.cursor ? ordered.findIndex(({ id }) => id === page.cursor!.id) + 1 : 0;
  return toConnection(ordered.slice(start, start + page.limit + 1), page, ({ id }) => ({ id }), all.length);
}
