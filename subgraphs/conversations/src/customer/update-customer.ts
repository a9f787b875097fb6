import type { Tx } from '@careline/kit/db';
import { appError, refuse, type Locale } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { expectVersion, tagsWithin, textWithin } from '../input.rules.ts';
import { customerCells } from './customer.cells.ts';
import { survivorOf } from './customer.family.ts';
import { linkIdentity, requireIdentity, unlinkIdentities } from './customer.identities.ts';
import { ATTRIBUTES_LENGTH_MAX, ATTRIBUTES_MAX, mergeAttributes } from './customer.rules.ts';
import { requireReach } from './customer.scope.ts';
import { lockCustomers, selectCustomers, updateCustomerRow, type CustomerRow } from './customer.store.ts';

export interface UpdateCustomer {
  customerId: string;
  displayName?: string | null;
  company?: string | null;
  tier?: string | null;
  locale?: Locale | null;
  phone?: string | null;
  email?: string | null;
  tags?: string[] | null;
  attributes?: unknown;
  isBlocked?: boolean | null;
  expectedVersion?: number | null;
}

/**
 * Changes fields of a customer; null leaves a field, an empty text clears it. A new phone or address takes the place of
 * those linked to this customer; those that came by a merge stay with the merged one, so that undoing restores it.
 */
export async function updateCustomer(ctx: ConversationsContext, input: UpdateCustomer): Promise<CustomerRow> {
  ctx.viewer.require('customer:write');
  return ctx.transaction(async (tx) => {
    const id = (await survivorOf(tx, input.customerId))?.id;
    const row = id && (await lockCustomers(tx, [id]))[0];
    if (!row) throw appError('NOT_FOUND');
    await requireReach(ctx, 'customer:write', row);
    expectVersion(input.expectedVersion, row.version, { customer: row });
    await updateCustomerRow(tx, row.id, await readChanges(ctx, tx, row, input));
    await changeIdentity(ctx, tx, row.id, 'PHONE', 'phone', input.phone);
    await changeIdentity(ctx, tx, row.id, 'EMAIL', 'email', input.email);
    if (input.isBlocked != null && input.isBlocked !== row.isBlocked) tx.afterCommit(() => ctx.live.publish(`identity:${row.id}`, { customerId: row.id }));
    return (await selectCustomers(tx, [row.id]))[0]!;
  });
}

async function readChanges(ctx: ConversationsContext, tx: Tx, row: CustomerRow, input: UpdateCustomer): Promise<Partial<CustomerRow>> {
  const changes: Partial<CustomerRow> = {};
  const key = await ctx.vault.keyFor(tx, row.id);
  if (input.displayName != null) {
    const name = textWithin(input.displayName, 'displayName', 0, 100);
    changes.nameEnc = name ? customerCells.sealName(key, row.id, name) : null;
  }
  if (input.company != null) changes.company = textWithin(input.company, 'company', 0, 100) || null;
  if (input.tier != null) changes.tier = textWithin(input.tier, 'tier', 0, 40) || null;
  if (input.locale != null) changes.locale = input.locale;
  if (input.tags) changes.tags = tagsWithin(input.tags);
  if (input.isBlocked != null) changes.isBlocked = input.isBlocked;
  if (input.attributes != null) changes.attributesEnc = customerCells.sealAttributes(key, row.id, readAttributes(customerCells.openAttributes(key, row), input.attributes));
  // Somebody who works here says who it is.
  if (input.displayName || input.phone || input.email) changes.kind = 'KNOWN';
  return changes;
}

function readAttributes(present: Record<string, unknown>, given: unknown): Record<string, unknown> {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) throw refuse('INVALID', 'attributes', { zh: '属性须为对象。', en: 'Attributes must be an object.' });
  const attributes = mergeAttributes(present, given as Record<string, unknown>);
  if (Object.keys(attributes).length > ATTRIBUTES_MAX) throw refuse('TOO_MANY', 'attributes', { zh: `最多 ${ATTRIBUTES_MAX} 个属性。`, en: `At most ${ATTRIBUTES_MAX} attributes.` });
  if (JSON.stringify(attributes).length > ATTRIBUTES_LENGTH_MAX) throw refuse('TOO_LONG', 'attributes', { zh: '属性内容过长。', en: 'The attributes are too long.' });
  return attributes;
}

async function changeIdentity(ctx: ConversationsContext, tx: Tx, customerId: string, kind: 'PHONE' | 'EMAIL', field: string, text: string | null | undefined): Promise<void> {
  if (text == null) return;
  const value = text.trim() ? requireIdentity(kind, text, field) : null;
  if (value) await linkIdentity(ctx, tx, customerId, { kind, value, isVerified: false, field });
  await unlinkIdentities(ctx, tx, customerId, kind, value);
}
