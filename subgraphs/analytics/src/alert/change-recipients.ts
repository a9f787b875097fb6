import { recordAudit } from '@careline/kit/audit';
import { newId, parseId, withIdempotency, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { AnalyticsContext } from '../context.ts';
import type { RecipientRow } from './alert.tables.ts';
import { newDelivery } from './deliver-alerts.ts';
import { openSecret, readAddress, readSecret, sealRecipient } from './recipient-keys.ts';
import { isRobot } from './robot.ts';
import { deleteRecipient, hasWaitingTest, insertDeliveries, insertRecipient, lockRecipients, recipientById } from './recipients.store.ts';

const RECIPIENTS_MAX = 20;

export interface AddRecipient {
  kind: RecipientRow['kind'];
  address: string;
  secret?: string | null;
  idempotencyKey: string;
}

/** Adds somebody who is told of warnings; for a program the key of its signatures comes back, this once. The same key gives the same recipient. */
export async function addRecipient(ctx: AnalyticsContext, input: AddRecipient): Promise<{ recipient: RecipientRow; secret: string | null }> {
  ctx.viewer.requireAll('alert:write');
  const { kind } = input;
  const address = readAddress(kind, input.address);
  const secret = readSecret(kind, input.secret);
  if (kind === 'MAIL' && !ctx.mailer) throw refuse('NOT_AVAILABLE', 'kind', { zh: '尚未配置邮件服务器（SMTP_URL）。', en: 'No mail server is set up (SMTP_URL).' });
  return ctx.db.transaction(async (tx) => {
    const call = { scope: `${ctx.viewer.identity!.id}:addAlertRecipient`, key: input.idempotencyKey, input: { kind, address, ...(secret !== null && { secret }) } };
    const { result } = await withIdempotency(tx, call, async () => ({ id: await store(ctx, tx, { kind, address, secret }) }));
    const recipient = await recipientById(tx, result.id);
    if (!recipient) throw refuse('NOT_FOUND', null, { zh: '该接收方已被移除。', en: 'The recipient was removed since.' });
    return { recipient, secret: kind === 'WEBHOOK' ? openSecret(ctx.keyring, recipient) : null };
  });
}

async function store(ctx: AnalyticsContext, tx: Tx, { kind, address, secret }: { kind: RecipientRow['kind']; address: string; secret: string | null }): Promise<string> {
  const id = newId('alr');
  const row: RecipientRow = { id, kind, createdAt: ctx.clock.now(), ...sealRecipient(ctx.keyring, id, kind, address, secret) };
  const others = await lockRecipients(tx);
  if (others.some(({ addressBidx }) => addressBidx.equals(row.addressBidx))) throw refuse('ALREADY_EXISTS', 'address', { zh: '该地址已在列表中。', en: 'This address is told already.' });
  if (others.length >= RECIPIENTS_MAX) throw refuse('LIMIT_REACHED', null, { zh: `最多 ${RECIPIENTS_MAX} 个接收方。`, en: `At most ${RECIPIENTS_MAX} recipients.` });
  await insertRecipient(tx, row);
  // The address of a robot holds its password, and more people read the record than may use it.
  await recordAudit(tx, ctx, { verb: 'alert:write', subjectId: id, after: { kind, address: isRobot(kind) ? new URL(address).origin : address } });
  return id;
}

const unknown = () => refuse('NOT_FOUND', 'recipientId', { zh: '该接收方不存在。', en: 'There is no such recipient.' });

/** Takes a recipient away, and what waits for it. */
export async function removeRecipient(ctx: AnalyticsContext, id: string): Promise<string> {
  ctx.viewer.requireAll('alert:write');
  return ctx.db.transaction(async (tx) => {
    if (!parseId('alr', id) || !(await deleteRecipient(tx, id))) throw unknown();
    await recordAudit(tx, ctx, { verb: 'alert:write', subjectId: id, before: { isTold: true }, after: { isTold: false } });
    return id;
  });
}

/** Sends a recipient a test the way a warning goes. While one waits another is not made. */
export async function testRecipient(ctx: AnalyticsContext, id: string): Promise<RecipientRow> {
  ctx.viewer.requireAll('alert:write');
  return ctx.db.transaction(async (tx) => {
    const recipient = parseId('alr', id) ? (await lockRecipients(tx)).find((one) => one.id === id) : undefined;
    if (!recipient) throw unknown();
    if (await hasWaitingTest(tx, id)) return recipient;
    await insertDeliveries(tx, [newDelivery(id, { alertId: null, occasion: 'TEST' }, ctx.clock.now())]);
    await recordAudit(tx, ctx, { verb: 'alert:write', subjectId: id, after: { occasion: 'TEST' } });
    return recipient;
  });
}
