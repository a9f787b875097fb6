import { recordAudit } from '@careline/kit/audit';
import { isDuplicate, type Tx } from '@careline/kit/db';
import { appError, refuse, type Locale, type Words } from '@careline/kit/errors';
import { organisationOf } from '../agent/index.ts';
import type { ConversationsContext } from '../context.ts';
import { expectVersion, numberWithin, textWithin } from '../input.rules.ts';
import { isChannelKey, isOrigin, isReadableAccent, type ChannelKind } from './channel.rules.ts';
import { lockChannel, updateChannel, type ChannelRow } from './channel.store.ts';
import { readForm, wordsWithin, type FormFieldInput } from './form-input.rules.ts';
import type { WidgetTexts } from './channel.tables.ts';
import { ACCENT, auditedFacts, createChannel, drawSecret, FIRST_FORM, firstTexts, secretPlace } from './create-channel.ts';

export interface SaveChannel {
  channelId?: string | null;
  kind?: ChannelKind | null;
  key?: string | null;
  name?: string | null;
  locale?: Locale | null;
  isEnabled?: boolean | null;
  origins?: readonly string[] | null;
  accentColor?: string | null;
  title?: Words | null;
  greeting?: Words | null;
  form?: readonly FormFieldInput[] | null;
  units?: number | null;
  isSecretRenewed?: boolean | null;
  expectedVersion?: number | null;
}

export interface SavedChannel {
  channel: ChannelRow;
  /** In clear, when it was made just now; it is never read back. */
  identitySecret: string | null;
}

const ORIGINS_MAX = 50;
const UNITS_MAX = 20;

/** Makes a channel or changes one; what the input leaves null stays. Gateways follow within five seconds. */
export async function saveChannel(ctx: ConversationsContext, input: SaveChannel): Promise<SavedChannel> {
  ctx.viewer.requireAll('channel:write');
  const given = readInput(input);
  try {
    if (input.channelId) return await ctx.transaction((tx) => change(ctx, tx, input.channelId!, given));
    const texts = firstTexts((await organisationOf(ctx)).name);
    return await ctx.transaction((tx) => make(ctx, tx, given, texts));
  } catch (error) {
    throw isDuplicate(error) ? refuse('ALREADY_EXISTS', 'key', { zh: '该标识已被另一个渠道使用。', en: 'A channel with this key exists already.' }) : error;
  }
}

/** The input with its texts checked and in the form in which they are kept. */
function readInput(input: SaveChannel): SaveChannel {
  const origins = input.origins?.map((origin) => origin.trim().replace(/\/$/, '')) ?? null;
  if (origins && origins.length > ORIGINS_MAX) throw refuse('TOO_MANY', 'origins', { zh: '最多 50 个网页来源。', en: 'At most 50 origins.' });
  for (const [place, origin] of (origins ?? []).entries()) {
    if (!isOrigin(origin)) throw refuse('INVALID', ['origins', String(place)], { zh: '请填写完整来源，如 https://shop.example。', en: 'Give an exact origin, such as https://shop.example.' });
  }
  if (input.accentColor != null && !isReadableAccent(input.accentColor)) {
    throw refuse('INVALID', 'accentColor', { zh: '颜色须为 #rrggbb，且白色文字在其上清晰可读。', en: 'Give a colour as #rrggbb on which white text can be read.' });
  }
  if (input.units != null) numberWithin(input.units, 'units', 1, UNITS_MAX);
  return { ...input, title: input.title ? wordsWithin(input.title, 'title', 60) : null, greeting: input.greeting ? wordsWithin(input.greeting, 'greeting', 200) : null, form: input.form ? readForm(input.form) : null, origins: origins && [...new Set(origins)], name: input.name == null ? null : textWithin(input.name, 'name', 1, 60), accentColor: input.accentColor?.toLowerCase() ?? null };
}

async function make(ctx: ConversationsContext, tx: Tx, { kind, key, name, locale, isEnabled, origins, accentColor, title, greeting, form, units }: SaveChannel, texts: WidgetTexts): Promise<SavedChannel> {
  for (const [field, value] of Object.entries({ kind, key, name })) {
    if (!value) throw refuse('REQUIRED', field, { zh: '新渠道需要填写此项。', en: 'A new channel needs this.' });
  }
  if (!isChannelKey(key!)) throw refuse('INVALID', 'key', { zh: '标识为 2 到 64 个小写字母、数字或连字符。', en: 'A key is 2 to 64 lower-case letters, digits and hyphens.' });
  const identitySecret = drawSecret();
  const channel = await createChannel(ctx, tx, {
    key: key!, kind: kind!, name: name!, locale: locale ?? 'ZH_CN', origins: origins ?? [], accentColor: accentColor ?? ACCENT,
    isEnabled: isEnabled ?? true, units: units ?? 1, texts: { title: title ?? texts.title, greeting: greeting ?? texts.greeting }, form: form ? readForm(form) : FIRST_FORM, secret: identitySecret,
  });
  return { channel, identitySecret };
}

async function change(ctx: ConversationsContext, tx: Tx, channelId: string, input: SaveChannel): Promise<SavedChannel> {
  const before = await lockChannel(tx, channelId);
  if (!before) throw appError('NOT_FOUND');
  expectVersion(input.expectedVersion, before.version, { channel: before });
  for (const field of ['kind', 'key'] as const) {
    if (input[field] != null && input[field] !== before[field]) throw refuse('WRONG_STATE', field, { zh: '创建后不能修改此项。', en: 'This never changes.' });
  }
  const identitySecret = input.isSecretRenewed ? drawSecret() : null;
  const channel: ChannelRow = {
    ...before, name: input.name ?? before.name, locale: input.locale ?? before.locale, isEnabled: input.isEnabled ?? before.isEnabled,
    origins: [...(input.origins ?? before.origins)], accentColor: input.accentColor ?? before.accentColor, units: input.units ?? before.units, version: before.version + 1,
    texts: { title: input.title ?? before.texts.title, greeting: input.greeting ?? before.texts.greeting }, form: input.form ? readForm(input.form) : before.form,
    secretEnc: identitySecret ? ctx.vault.staff.seal(secretPlace(before.id), identitySecret) : before.secretEnc,
  };
  await updateChannel(tx, channel);
  await recordAudit(tx, ctx, { verb: 'channel:write', subjectId: channel.id, before: auditedFacts(before), after: { ...auditedFacts(channel), isSecretRenewed: identitySecret !== null } });
  return { channel, identitySecret };
}
