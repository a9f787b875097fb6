import { withIdempotency, type Tx } from '@careline/kit/db';
import type { Locale } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { textWithin } from '../input.rules.ts';
import { replaceCustomerWords } from './customer-words.ts';
import { linkIdentity, requireIdentity } from './customer.identities.ts';
import { selectCustomers, type CustomerRow } from './customer.store.ts';
import { makeCustomer } from './new-customer.ts';

export interface CreateCustomer {
  displayName: string;
  company?: string | null;
  phone?: string | null;
  email?: string | null;
  externalId?: string | null;
  locale?: Locale | null;
  idempotencyKey: string;
}

/** Makes a customer by hand. Refused with ALREADY_EXISTS when a phone, address or external id belongs to another. */
export async function createCustomer(ctx: ConversationsContext, input: CreateCustomer): Promise<CustomerRow> {
  ctx.viewer.require('customer:write');
  const { idempotencyKey, ...content } = input;
  return ctx.transaction(async (tx) => {
    const call = { scope: `${ctx.viewer.identity!.id} createCustomer`, key: idempotencyKey, input: content };
    const { result } = await withIdempotency(tx, call, async () => ({ customerId: (await make(ctx, tx, input)).id }));
    return (await selectCustomers(tx, [result.customerId]))[0]!;
  });
}

async function make(ctx: ConversationsContext, tx: Tx, input: CreateCustomer): Promise<CustomerRow> {
  const row = await makeCustomer(ctx, tx, {
    kind: 'KNOWN', name: textWithin(input.displayName, 'displayName', 1, 100), company: textWithin(input.company ?? '', 'company', 0, 100) || null,
    locale: input.locale ?? null, createdBy: ctx.viewer.agentId,
  });
  await replaceCustomerWords(ctx, tx, row.id);
  const given = [['PHONE', 'phone'], ['EMAIL', 'email'], ['EXTERNAL_ID', 'externalId']] as const;
  for (const [kind, field] of given) {
    const text = input[field]?.trim();
    if (text) await linkIdentity(ctx, tx, row.id, { kind, value: requireIdentity(kind, text, field), isVerified: false, field });
  }
  return row;
}
