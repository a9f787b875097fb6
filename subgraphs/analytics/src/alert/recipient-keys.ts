import { blindIndex, dataKeyOf, normaliseEmail, type Keyring } from '@careline/kit/crypto';
import { refuse } from '@careline/kit/errors';
import { readHookUrl } from '@careline/kit/outbound';
import { randomBytes } from 'node:crypto';
import type { RecipientRow } from './alert.tables.ts';

type Kind = RecipientRow['kind'];
type Sealed = Pick<RecipientRow, 'addressBidx' | 'sealedAddress' | 'sealedSecret'>;

const keyOf = (keyring: Keyring) => dataKeyOf(keyring.secret('staff'));
const addressPlace = (id: string) => `alert_recipients|address|${id}`;
const secretPlace = (id: string) => `alert_recipients|secret|${id}`;

/** The address in its one spelling. Refuses INVALID what is none. */
export function readAddress(kind: Kind, text: string): string {
  const address = kind === 'MAIL' ? normaliseEmail(text) : (readHookUrl(text.trim())?.href ?? null);
  if (address) return address;
  throw kind === 'MAIL'
    ? refuse('INVALID', 'address', { zh: '请填写有效的邮箱地址。', en: 'Give a valid mail address.' })
    : refuse('INVALID', 'address', { zh: '请填写以 https:// 开头的地址，不含密码与 #。', en: 'Give a URL that begins with https://, without a password or #.' });
}

/** Robots that check signatures with a key which their group shows. */
const SIGNED: readonly Kind[] = ['DINGTALK', 'FEISHU'];
const SIGNING_KEY = /^[\x21-\x7e]{1,100}$/;

/** The key of a robot's signatures, null when its group has none. Refuses INVALID what is no key, and one for whom there is none. */
export function readSigningKey(kind: Kind, text: string | null | undefined): string | null {
  const key = text?.trim() ?? '';
  if (key === '') return null;
  if (!SIGNED.includes(kind)) throw refuse('INVALID', 'signingKey', { zh: '只有钉钉和飞书机器人有签名密钥。', en: 'Only robots of DingTalk and Feishu have a signing key.' });
  if (!SIGNING_KEY.test(key)) throw refuse('INVALID', 'signingKey', { zh: '请填写机器人设置页显示的签名密钥。', en: 'Give the signing key that the settings of the robot show.' });
  return key;
}

/** What of an address may stand in a record that more people read: a robot's holds its password. */
export const shownAddress = (kind: Kind, address: string): string => (kind === 'MAIL' || kind === 'WEBHOOK' ? address : new URL(address).origin);

/** The forms in which an address is kept, and the key of its signatures: a robot's own, or for a program a new one. */
export function sealRecipient(keyring: Keyring, id: string, kind: Kind, address: string, signingKey: string | null): Sealed {
  const key = keyOf(keyring);
  const secret = kind === 'WEBHOOK' ? `whsec_${randomBytes(24).toString('base64url')}` : signingKey;
  return {
    addressBidx: blindIndex(keyring, 'alert-recipient', `${kind}|${address}`), sealedAddress: key.seal(addressPlace(id), address),
    sealedSecret: secret === null ? null : key.seal(secretPlace(id), secret),
  };
}

export const openAddress = (keyring: Keyring, { id, sealedAddress }: RecipientRow): string => keyOf(keyring).open(addressPlace(id), sealedAddress);

export const openSecret = (keyring: Keyring, { id, sealedSecret }: RecipientRow): string | null => (sealedSecret ? keyOf(keyring).open(secretPlace(id), sealedSecret) : null);
