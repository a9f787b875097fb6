import { randomBytes } from 'node:crypto';
import { recordAudit } from '@careline/kit/audit';
import { newId, type Tx } from '@careline/kit/db';
import { appError, type Locale } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import type { SetUpFacts } from '../ports.ts';
import { isChannelKey, isOrigin, isReadableAccent, type ChannelKind } from './channel.rules.ts';
import { insertChannel, type ChannelRow } from './channel.store.ts';
import type { WidgetTexts } from './channel.tables.ts';
import { formFault, type FormFieldSpec } from './form.rules.ts';

export interface NewChannel {
  key: string;
  kind: ChannelKind;
  name: string;
  locale: Locale;
  origins: readonly string[];
  texts: WidgetTexts;
  accentColor: string;
  form: readonly FormFieldSpec[];
  /** Units of an agent's capacity that one of its conversations takes; 1 unless said otherwise. */
  units?: number;
  /** Whether visitors may use it from the start; yes unless said otherwise. */
  isEnabled?: boolean;
  /** Secret with which the host application signs identity proofs. Null: one is made. */
  secret?: string | null;
}

export const ACCENT = '#4152b8';
const DEFAULT_KEY = 'demo';

/** The first words of a widget for which nobody has written others. */
export const firstTexts = (organisationName: string): WidgetTexts => ({
  title: { zh: `${organisationName}客服`, en: `${organisationName} support` },
  greeting: { zh: '您好，请问有什么可以帮您？', en: 'Hello, how can we help you?' },
});

/** A form that asks what it is about, in words that the first routing rules know. */
export const FIRST_FORM: readonly FormFieldSpec[] = [
  { key: 'name', label: { zh: '怎么称呼您', en: 'Your name' }, kind: 'TEXT', isRequired: false, lengthMax: 40, choices: [] },
  {
    key: 'topic', label: { zh: '咨询什么', en: 'What is it about' }, kind: 'CHOICE', isRequired: false, lengthMax: null,
    choices: [
      { value: 'payment', zh: '支付问题', en: 'Payment' },
      { value: 'account', zh: '账户问题', en: 'Account' },
      { value: 'technical', zh: '技术问题', en: 'Technical' },
      { value: 'other', zh: '其他', en: 'Something else' },
    ],
  },
];

/** A secret for the host application; 256 bits, as HS256 wants them. */
export const drawSecret = (): string => randomBytes(32).toString('base64url');

export const secretPlace = (channelId: string): string => `channels|secret_enc|${channelId}`;

/** Why a channel cannot be made so; null when it can. */
export function channelFault({ key, origins, accentColor, form }: NewChannel): string | null {
  if (!isChannelKey(key)) return 'the key has 2 to 64 lower-case letters, digits or hyphens';
  const badOrigin = origins.find((origin) => !isOrigin(origin));
  if (badOrigin !== undefined) return `${badOrigin} is not an exact origin`;
  if (!isReadableAccent(accentColor)) return 'white text cannot be read on the accent colour';
  return formFault(form);
}

/** Makes a channel with a secret of its own, for set-up and seed. Throws BAD_USER_INPUT for what no widget could show. */
export async function createChannel(ctx: ConversationsContext, tx: Tx, input: NewChannel): Promise<ChannelRow> {
  const fault = channelFault(input);
  if (fault) throw appError('BAD_USER_INPUT', { internal: fault, words: { zh: `渠道设置不正确：${fault}`, en: `The channel is malformed: ${fault}.` } });
  const id = newId('chn');
  const secret = input.secret ?? drawSecret();
  const { key, kind, name, locale, texts, accentColor } = input;
  const row: ChannelRow = {
    id, key, kind, name, locale, texts, accentColor: accentColor.toLowerCase(), isEnabled: input.isEnabled ?? true, origins: [...input.origins], form: [...input.form], units: input.units ?? 1,
    secretEnc: ctx.vault.staff.seal(secretPlace(id), secret), version: 1, createdAt: ctx.clock.now(),
  };
  await insertChannel(tx, row);
  await recordAudit(tx, ctx, { verb: 'channel:write', subjectId: id, after: { key, kind, ...auditedFacts(row) } });
  return row;
}

/** What an audit entry tells of a channel: all that people set, and no secret. */
export const auditedFacts = ({ name, locale, isEnabled, origins, accentColor, units, texts, form }: ChannelRow) => ({ name, locale, isEnabled, origins, accentColor, units, texts, form });

/** Gives a new system its web channel, which the demo page embeds, with a form that asks what it is about. */
export async function createDefaultChannel(ctx: ConversationsContext, tx: Tx, { organisationName }: SetUpFacts): Promise<void> {
  await createChannel(ctx.runtime.system('set-up'), tx, {
    key: DEFAULT_KEY, kind: 'WEB', name: '网页', locale: 'ZH_CN', origins: [], accentColor: ACCENT, texts: firstTexts(organisationName), form: FIRST_FORM,
  });
}
