import { recordAudit } from '@careline/kit/audit';
import { appError, refuse } from '@careline/kit/errors';
import { maskNames } from '@careline/schema/permissions';
import type { ConversationsContext } from '../context.ts';
import { textWithin } from '../input.rules.ts';
import { customerCells } from './customer.cells.ts';
import { familyOf, survivorOf } from './customer.family.ts';
import { requireReach } from './customer.scope.ts';
import { selectIdentities, type CustomerRow } from './customer.store.ts';

export interface RevealedField {
  field: string;
  identityId: string | null;
  value: string;
}

/** Masks that a customer has and that this verb lifts. */
const LIFTABLE = ['name', 'identity', 'region'];

/** Shows masked fields in clear, once, to this caller. The audit entry with the reason is stored before anything is shown. */
export async function revealCustomer(ctx: ConversationsContext, input: { customerId: string; fields: string[]; reason: string }): Promise<{ fields: RevealedField[]; auditEntryId: string }> {
  ctx.viewer.require('customer:reveal');
  const reason = textWithin(input.reason, 'reason', 1, 200);
  const fields = readFields(input.fields);
  const customer = await survivorOf(ctx.db, input.customerId);
  if (!customer) throw appError('NOT_FOUND');
  await requireReach(ctx, 'customer:reveal', customer, null);
  const auditEntryId = await ctx.transaction((tx) => recordAudit(tx, ctx, { verb: 'customer:reveal', subjectId: customer.id, after: { fields }, reason }));
  const found: RevealedField[] = [];
  for (const field of fields) found.push(...await open(ctx, customer, field));
  return { fields: found, auditEntryId };
}

function readFields(fields: string[]): string[] {
  if (fields.length === 0) throw refuse('REQUIRED', 'fields', { zh: '请选择要查看的字段。', en: 'Choose what to reveal.' });
  const refused = fields.find((field) => !LIFTABLE.includes(field));
  if (refused === undefined) return [...new Set(fields)];
  if (maskNames.includes(refused)) throw refuse('NOT_ALLOWED', 'fields', { zh: '该字段不能在此查看。', en: 'This mask cannot be lifted here.' });
  throw refuse('INVALID', 'fields', { zh: '没有这个脱敏项。', en: 'There is no such mask.' });
}

async function open(ctx: ConversationsContext, customer: CustomerRow, field: string): Promise<RevealedField[]> {
  if (field === 'identity') return openIdentities(ctx, customer);
  const key = (await ctx.vault.keysOf(ctx.db, [customer.id])).get(customer.id);
  const value = field === 'name' ? customerCells.openName(key, customer) : customerCells.openRegion(key, customer);
  return value === null ? [] : [{ field, identityId: null, value }];
}

async function openIdentities(ctx: ConversationsContext, customer: CustomerRow): Promise<RevealedField[]> {
  const rows = await selectIdentities(ctx.db, await familyOf(ctx.db, customer.id));
  const keys = await ctx.vault.keysOf(ctx.db, rows.map((row) => row.customerId));
  return rows.flatMap((row) => {
    const value = customerCells.openIdentity(keys.get(row.customerId), row);
    return value === null ? [] : [{ field: 'identity', identityId: row.id, value }];
  });
}
