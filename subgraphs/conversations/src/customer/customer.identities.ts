import { blindIndex, normaliseEmail, normalisePhone } from '@careline/kit/crypto';
import { isDuplicate, newId, type Queryable, type Tx } from '@careline/kit/db';
import { refuse, type Words } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { identityChanged } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { customerCells } from './customer.cells.ts';
import { survivorOf } from './customer.family.ts';
import { deleteIdentities, insertIdentity, selectIdentities, selectIdentitiesByIndex, verifyIdentity, type CustomerRow } from './customer.store.ts';
import type { IdentityKind } from './customer.tables.ts';

type Ctx = ConversationsContext;

const MALFORMED: Record<'PHONE' | 'EMAIL' | 'EXTERNAL_ID', Words> = {
  PHONE: { zh: '电话号码格式不正确。', en: 'This is not a phone number.' },
  EMAIL: { zh: '邮箱地址格式不正确。', en: 'This is not a mail address.' },
  EXTERNAL_ID: { zh: '外部编号须为 1 到 128 个字符。', en: 'An external id has 1 to 128 characters.' },
};

/** The one spelling under which an identity is kept and found; null when the text is none of its kind. */
export function normaliseIdentity(kind: IdentityKind, text: string): string | null {
  if (kind === 'PHONE') return normalisePhone(text);
  if (kind === 'EMAIL') return normaliseEmail(text);
  const plain = text.trim();
  return plain.length >= 1 && plain.length <= 128 ? plain : null;
}

/** As `normaliseIdentity`, but refuses what is malformed. */
export function requireIdentity(kind: keyof typeof MALFORMED, text: string, field: string): string {
  const value = normaliseIdentity(kind, text);
  if (value === null) throw refuse('INVALID', field, MALFORMED[kind]);
  return value;
}

export function identityIndex(ctx: Pick<Ctx, 'keyring'>, kind: IdentityKind, value: string): Buffer {
  return blindIndex(ctx.keyring, `customer-${kind}`, value);
}

/** Who holds this identity today: the survivor when its customer was merged; null when nobody does. */
export async function holderOf(ctx: Pick<Ctx, 'keyring'>, q: Queryable, kind: IdentityKind, value: string): Promise<CustomerRow | null> {
  const [row] = await selectIdentitiesByIndex(q, kind, [identityIndex(ctx, kind, value)]);
  return row ? survivorOf(q, row.customerId) : null;
}

/**
 * Links an identity to a customer. One that the customer has already stays, and becomes verified when it now is.
 * Refused with ALREADY_EXISTS when it belongs to somebody else.
 */
export async function linkIdentity(ctx: Ctx, tx: Tx, customerId: string, identity: { kind: IdentityKind; value: string; isVerified: boolean; field: string }): Promise<void> {
  const { kind, value, isVerified } = identity;
  const bidx = identityIndex(ctx, kind, value);
  const [present] = await selectIdentitiesByIndex(tx, kind, [bidx]);
  if (present) {
    if ((await survivorOf(tx, present.customerId))?.id !== (await survivorOf(tx, customerId))?.id) throw taken(identity.field);
    if (isVerified && !present.isVerified) await verifyIdentity(tx, present.id);
    return;
  }
  const id = newId('idn');
  const key = await ctx.vault.keyFor(tx, customerId);
  try {
    await insertIdentity(tx, { id, customerId, kind, bidx, valueEnc: customerCells.sealIdentity(key, id, value), isVerified, linkedAt: ctx.clock.now() });
  } catch (error) {
    throw isDuplicate(error) ? taken(identity.field) : error;
  }
  await announce(ctx, tx, customerId, kind, false);
}

/** Removes the identities of a kind that are linked to this very customer, except one value. */
export async function unlinkIdentities(ctx: Ctx, tx: Tx, customerId: string, kind: IdentityKind, exceptValue: string | null): Promise<void> {
  const keep = exceptValue === null ? null : identityIndex(ctx, kind, exceptValue);
  const gone = (await selectIdentities(tx, [customerId])).filter((row) => row.kind === kind && !(keep && row.bidx.equals(keep)));
  await deleteIdentities(tx, gone.map((row) => row.id));
  for (const row of gone) await announce(ctx, tx, customerId, row.kind, true);
}

// A visitor's own installation is no news to anybody.
async function announce(ctx: Ctx, tx: Tx, customerId: string, kind: IdentityKind, isRemoved: boolean): Promise<void> {
  if (kind !== 'VISITOR') await appendEvent(tx, identityChanged.make(customerId, { customerId, identityKind: kind, isRemoved }), ctx.clock.now());
}

function taken(field: string) {
  return refuse('ALREADY_EXISTS', field, { zh: '已属于另一位客户，可查找后合并。', en: 'It belongs to another customer. Find that customer and merge the two.' });
}
