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

/** The forms in which an address is kept, and for a program a new key of its signatures. */
export function sealRecipient(keyring: Keyring, id: string, kind: Kind, address: string): Sealed {
  const key = keyOf(keyring);
  return {
    addressBidx: blindIndex(keyring, 'alert-recipient', `${kind}|${address}`), sealedAddress: key.seal(addressPlace(id), address),
    sealedSecret: kind === 'WEBHOOK' ? key.seal(secretPlace(id), `whsec_${randomBytes(24).toString('base64url')}`) : null,
  };
}

export const openAddress = (keyring: Keyring, { id, sealedAddress }: RecipientRow): string => keyOf(keyring).open(addressPlace(id), sealedAddress);

export const openSecret = (keyring: Keyring, { id, sealedSecret }: RecipientRow): string => keyOf(keyring).open(secretPlace(id), sealedSecret!);
