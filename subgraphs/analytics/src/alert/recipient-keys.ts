import { blindIndex, dataKeyOf, normaliseEmail, type Keyring } from '@careline/kit/crypto';
import { refuse } from '@careline/kit/errors';
import { readHookUrl } from '@careline/kit/outbound';
import { randomBytes } from 'node:crypto';
import type { RecipientRow } from './alert.tables.ts';
import { maySign } from './robot.ts';

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

const SECRET_MAX = 120;

/** The key a robot was given for its signatures; null without one. Refuses INVALID one for who signs nothing or too long a one. */
export function readSecret(kind: Kind, text: string | null | undefined): string | null {
  const secret = text?.trim() || null;
  if (secret === null) return null;
  if (!maySign(kind)) throw refuse('INVALID', 'secret', { zh: '只有钉钉和飞书机器人使用签名密钥。', en: 'Only robots of DingTalk and Feishu have a signing key.' });
  if (!/^[\x21-\x7e]+$/.test(secret) || secret.length > SECRET_MAX) throw refuse('INVALID', 'secret', { zh: '请填写机器人安全设置中的签名密钥。', en: 'Give the key from the security settings of the robot.' });
  return secret;
}

/** The forms in which an address is kept, with the key of its signatures: a new one for a program, for a robot the one given. */
export function sealRecipient(keyring: Keyring, id: string, kind: Kind, address: string, given: string | null): Sealed {
  const key = keyOf(keyring);
  const secret = kind === 'WEBHOOK' ? `whsec_${randomBytes(24).toString('base64url')}` : given;
  return {
    addressBidx: blindIndex(keyring, 'alert-recipient', `${kind}|${address}`), sealedAddress: key.seal(addressPlace(id), address),
    sealedSecret: secret === null ? null : key.seal(secretPlace(id), secret),
  };
}

export const openAddress = (keyring: Keyring, { id, sealedAddress }: RecipientRow): string => keyOf(keyring).open(addressPlace(id), sealedAddress);

export const openSecret = (keyring: Keyring, { id, sealedSecret }: RecipientRow): string => keyOf(keyring).open(secretPlace(id), sealedSecret!);
