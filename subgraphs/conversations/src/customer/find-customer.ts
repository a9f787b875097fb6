import { parseId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { survivorOf, survivorsOf } from './customer.family.ts';
import { identityIndex } from './customer.identities.ts';
import { readNumber } from './customer.rules.ts';
import { reaches } from './customer.scope.ts';
import { selectCustomerByNumber, selectIdentitiesByIndex, type CustomerRow } from './customer.store.ts';
import { phoneReadings } from './phone-readings.ts';

export interface Found {
  understoodAs: 'CUSTOMER' | 'PHONE';
  customer: CustomerRow | null;
  /** Those to choose from when the text can mean several; empty otherwise. */
  candidates: CustomerRow[];
}

/**
 * Who a person meant by a number, an id or a phone in any spelling, within the caller's scope. When the text fits several
 * customers none is chosen. Throws BAD_USER_INPUT for what is none of the three.
 */
export async function findCustomer(ctx: ConversationsContext, lookup: string): Promise<Found> {
  ctx.viewer.require('customer:read');
  const text = lookup.trim();
  if (text.length > 64) throw notUnderstood();
  const number = readNumber(text);
  if (number || parseId('cus', text)) {
    const row = number ? await selectCustomerByNumber(ctx.db, number) : await survivorOf(ctx.db, text);
    const survivor = row && await survivorOf(ctx.db, row.id);
    return { understoodAs: 'CUSTOMER', ...await choose(ctx, survivor ? [survivor] : []) };
  }
  const phones = phoneReadings(text);
  if (phones.length === 0) throw notUnderstood();
  const rows = await selectIdentitiesByIndex(ctx.db, 'PHONE', phones.map((phone) => identityIndex(ctx, 'PHONE', phone)));
  const survivors = await survivorsOf(ctx.db, rows.map((row) => row.customerId));
  return { understoodAs: 'PHONE', ...await choose(ctx, [...new Map([...survivors.values()].map((row) => [row.id, row])).values()]) };
}

async function choose(ctx: ConversationsContext, rows: CustomerRow[]): Promise<Pick<Found, 'customer' | 'candidates'>> {
  const visible: CustomerRow[] = [];
  for (const row of rows) if (await reaches(ctx, 'customer:read', row)) visible.push(row);
  return visible.length > 1 ? { customer: null, candidates: visible } : { customer: visible[0] ?? null, candidates: [] };
}

function notUnderstood() {
  return appError('BAD_USER_INPUT', { words: { zh: '请输入客户编号或电话号码。', en: 'Enter a customer number or a phone number.' } });
}
