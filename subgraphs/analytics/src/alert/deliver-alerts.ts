import { newId, type Tx } from '@careline/kit/db';
import { askSafely, postSafely, signHook, Undelivered } from '@careline/kit/outbound';
import { HOUR, MINUTE, SECOND, type Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import type { AlertRow, DeliveryRow, Occasion, RecipientRow } from './alert.tables.ts';
import { alertsById } from './alerts.store.ts';
import { bodyOf, mailOf, textOf, type Told } from './messages.ts';
import { openAddress, openSecret } from './recipient-keys.ts';
import { allRecipients, dueDeliveries, insertDeliveries, noteTry, recipientById } from './recipients.store.ts';
import { isRobot, requireTaken, robotPost, type RobotKind } from './robot.ts';

const BATCH = 20;
/** A program that does not answer must not keep mail waiting. */
const LANES = 4;
/** How long after each failed try the next one comes; after the last it is given up, about a day after the first. */
const RESTS = [5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];

/** Writes a message for each recipient, in the transaction of what it tells. */
export async function tellEverybody(tx: Tx, told: { alertId: string; occasion: Occasion }, now: Instant): Promise<void> {
  await insertDeliveries(tx, (await allRecipients(tx)).map(({ id }) => newDelivery(id, told, now)));
}

export function newDelivery(recipientId: string, { alertId, occasion }: { alertId: string | null; occasion: Occasion }, now: Instant): DeliveryRow {
  return { id: newId('adl'), recipientId, alertId, occasion, state: 'PENDING', tryCount: 0, nextTryAt: now, endedAt: null, fault: null };
}

/**
 * Sends what is due. Rows are the queue, so nothing is lost with a process; a message that was sent while the process died
 * is sent again under the same id.
 */
export async function deliverAlerts(ctx: AnalyticsContext): Promise<void> {
  const due = await dueDeliveries(ctx.db, ctx.clock.now(), BATCH);
  const alerts = await alertsById(ctx.db, due.flatMap(({ alertId }) => alertId ?? []));
  const waiting = due.values();
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (const delivery of waiting) await tryOnce(ctx, delivery, delivery.alertId ? (alerts.get(delivery.alertId) ?? null) : null);
  }));
}

async function tryOnce(ctx: AnalyticsContext, delivery: DeliveryRow, alert: AlertRow | null): Promise<void> {
  const fault = await send(ctx, delivery, alert).then(() => null, (error: unknown) => {
    if (!(error instanceof Undelivered)) ctx.log.error({ err: error, deliveryId: delivery.id }, 'a message about a warning could not be made');
    return error instanceof Undelivered ? error.fault : 'could not be sent';
  });
  const now = ctx.clock.now();
  const tryCount = delivery.tryCount + 1;
  const rest = RESTS[delivery.tryCount];
  if (fault === null) return noteTry(ctx.db, delivery, { state: 'SENT', tryCount, nextTryAt: null, endedAt: now, fault: null });
  if (rest === undefined) return noteTry(ctx.db, delivery, { state: 'FAILED', tryCount, nextTryAt: null, endedAt: now, fault });
  await noteTry(ctx.db, delivery, { state: 'PENDING', tryCount, nextTryAt: now + rest, endedAt: null, fault });
}

async function send(ctx: AnalyticsContext, delivery: DeliveryRow, alert: AlertRow | null): Promise<void> {
  const recipient = await recipientById(ctx.db, delivery.recipientId);
  // Removed since: the row went with it.
  if (!recipient) return;
  const told: Told = { id: delivery.id, occasion: delivery.occasion, alert, publicUrl: ctx.publicUrl };
  if (recipient.kind === 'MAIL') await mail(ctx, recipient, told);
  else if (isRobot(recipient.kind)) await say(ctx, recipient.kind, recipient, told);
  else await post(ctx, recipient, told);
}

async function say(ctx: AnalyticsContext, kind: RobotKind, recipient: RecipientRow, told: Told): Promise<void> {
  const secret = recipient.sealedSecret ? openSecret(ctx.keyring, recipient) : null;
  const { url, body } = robotPost(kind, { address: openAddress(ctx.keyring, recipient), secret, text: textOf(told), at: ctx.clock.now() });
  requireTaken(kind, await askSafely({ url, body, headers: {} }, ctx.reachable));
}

async function mail(ctx: AnalyticsContext, recipient: RecipientRow, told: Told): Promise<void> {
  if (!ctx.mailer) throw new Undelivered('no mail server is set up');
  await ctx.mailer.send({ to: openAddress(ctx.keyring, recipient), id: told.id, ...mailOf(told) });
}

async function post(ctx: AnalyticsContext, recipient: RecipientRow, told: Told): Promise<void> {
  const body = JSON.stringify(bodyOf(told));
  const signature = signHook(openSecret(ctx.keyring, recipient), body, ctx.clock.now());
  await postSafely({ url: openAddress(ctx.keyring, recipient), body, headers: { 'Careline-Delivery': told.id, 'Careline-Signature': signature } }, ctx.reachable);
}
