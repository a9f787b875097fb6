import type { Identity } from '@careline/kit/auth';
import { newId, type Tx } from '@careline/kit/db';
import { refuse, type Locale } from '@careline/kit/errors';
import { hashSecret, makeSecret } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { survivorOf } from './customer.family.ts';
import { linkIdentity } from './customer.identities.ts';
import { ONLINE_LEASE_MS, REUSE_GRACE_MS, VISIT_MS } from './customer.rules.ts';
import { touchCustomer, updateCustomerRow, type CustomerRow } from './customer.store.ts';
import { makeCustomer } from './new-customer.ts';
import { isTimeZoneName } from '../time-zone.rules.ts';
import { issueVisitorToken } from './visitor-identity.ts';
import { dropUnusedSuccessors, hasUsedSuccessor, insertVisit, insertVisitToken, lockVisit, selectVisitToken, updateVisit, useVisitToken, type VisitRow, type VisitTokenRow } from './visit.store.ts';

export interface StartVisit {
  channelKey: string;
  refreshToken?: string | null;
  locale?: Locale | null;
  timeZone?: string | null;
  device?: string | null;
}

export interface Visited {
  customer: CustomerRow;
  visitorToken: string;
  refreshToken: string;
  expiresAt: number;
  identity: Identity;
}

/**
 * Lets a device in: as the customer of its refresh token, or as a new visitor when it brings none that is good.
 * The page it is on is not kept; nothing needs it yet.
 */
export async function startVisit(ctx: ConversationsContext, input: StartVisit): Promise<Visited> {
  const channel = await ctx.deps.channelByKey(ctx, input.channelKey);
  if (!channel?.isEnabled) throw refuse('NOT_FOUND', 'channelKey', { zh: '该渠道不存在或已停用。', en: 'There is no such channel, or it is switched off.' });
  // Programs name no page and our frame is our own page, so this holds only pages that call us themselves.
  if (ctx.pageOrigin && !channel.admitsPage(ctx.pageOrigin)) throw refuse('NOT_ALLOWED', 'channelKey', { zh: '该渠道不允许此页面使用。', en: 'This page may not use the channel.' });
  const facts = readFacts(input, channel.locale);
  return ctx.transaction(async (tx) => {
    const known = input.refreshToken ? await returning(ctx, tx, input.refreshToken, channel.id, facts) : null;
    const { customer, visit } = known ?? await arriving(ctx, tx, channel.id, facts);
    const { secret, hash } = makeSecret('clv_');
    await insertVisitToken(tx, { tokenHash: hash, visitId: visit.id, issuedAt: ctx.clock.now() });
    return { customer, refreshToken: secret, ...await issueVisitorToken(ctx, customer, visit) };
  });
}

interface Facts {
  locale: Locale | null;
  timeZone: string | null;
  device: string | null;
}

function readFacts(input: StartVisit, channelLocale: Locale | null): Facts {
  const zone = input.timeZone?.trim();
  return { locale: input.locale ?? channelLocale, timeZone: zone && isTimeZoneName(zone) ? zone : null, device: input.device?.trim().slice(0, 120) || null };
}

async function arriving(ctx: ConversationsContext, tx: Tx, channelId: string, facts: Facts): Promise<{ customer: CustomerRow; visit: VisitRow }> {
  const now = ctx.clock.now();
  const customer = await makeCustomer(ctx, tx, { locale: facts.locale, timeZone: facts.timeZone, lastDevice: facts.device ?? ctx.device });
  const visit: VisitRow = {
    id: newId('vst'), customerId: customer.id, channelId, tokenNumber: 1, startedAt: now, lastUsedAt: now, onlineUntil: now + ONLINE_LEASE_MS, expiresAt: now + VISIT_MS, endedAt: null,
  };
  await insertVisit(tx, visit);
  await linkIdentity(ctx, tx, customer.id, { kind: 'VISITOR', value: visit.id, isVerified: false, field: 'refreshToken' });
  return { customer, visit };
}

/** The visit of a refresh token, moved on; null when the token is unknown, run out or a copy, and the device starts anew. */
async function returning(ctx: ConversationsContext, tx: Tx, refreshToken: string, channelId: string, facts: Facts): Promise<{ customer: CustomerRow; visit: VisitRow } | null> {
  const now = ctx.clock.now();
  const hash = hashSecret(refreshToken);
  const found = await selectVisitToken(tx, hash);
  const visit = found && await lockVisit(tx, found.visitId);
  // Read again under the lock: another tab may have used it in between.
  const token = visit && await selectVisitToken(tx, hash);
  if (!token || visit.endedAt !== null || visit.expiresAt <= now || visit.channelId !== channelId) return null;
  if (token.usedAt !== null && !(await admitReuse(tx, token, token.usedAt, now))) {
    await updateVisit(tx, visit.id, { endedAt: now });
    tx.afterCommit(() => ctx.live.publish(`identity:${visit.customerId}`, { customerId: visit.customerId }));
    return null;
  }
  await useVisitToken(tx, hash, now);
  await updateVisit(tx, visit.id, { lastUsedAt: now, expiresAt: now + VISIT_MS, onlineUntil: now + ONLINE_LEASE_MS });
  const customer = (await survivorOf(tx, visit.customerId))!;
  await touchCustomer(tx, customer.id, now, facts.device ?? ctx.device);
  if (customer.locale === null || customer.timeZone === null) {
    await updateCustomerRow(tx, customer.id, { locale: customer.locale ?? facts.locale, timeZone: customer.timeZone ?? facts.timeZone });
  }
  return { customer: (await survivorOf(tx, customer.id))!, visit };
}

/**
 * Whether a token that was used before may be used again. Two tabs that refresh at once, or a device that never got its answer,
 * come with an old token; a thief and the visitor show themselves when both the old token and a successor are in use.
 */
async function admitReuse(tx: Tx, token: VisitTokenRow, usedAt: number, now: number): Promise<boolean> {
  if (now - usedAt <= REUSE_GRACE_MS) return true;
  if (await hasUsedSuccessor(tx, token)) return false;
  await dropUnusedSuccessors(tx, token, now - REUSE_GRACE_MS);
  return true;
}
