import type { Identity } from '@careline/kit/auth';
import { isDuplicate, type Tx } from '@careline/kit/db';
import { appError, Refusal, refuse } from '@careline/kit/errors';
import { decodeJwt, jwtVerify } from 'jose';
import type { ConversationsContext } from '../context.ts';
import type { ChannelFacts } from '../ports.ts';
import { customerCells } from './customer.cells.ts';
import { replaceCustomerWords } from './customer-words.ts';
import { familyOf, survivorOf } from './customer.family.ts';
import { holderOf, linkIdentity, normaliseIdentity } from './customer.identities.ts';
import { proofFault } from './customer.rules.ts';
import { lockCustomers, selectCustomers, selectIdentities, updateCustomerRow, type CustomerRow } from './customer.store.ts';
import { selectMerge, type MergeRow } from './merge.store.ts';
import { joinCustomers } from './merge-customers.ts';
import { makeCustomer } from './new-customer.ts';
import { issueVisitorToken } from './visitor-identity.ts';
import { lockVisit, updateVisit } from './visit.store.ts';

export interface Identified {
  customer: CustomerRow;
  visitorToken: string;
  merge: MergeRow | null;
  identity: Identity;
}

/**
 * Takes the host application's word, signed with the channel's secret, for who the visitor is. The same `sub` is the
 * same customer on any device; the visitor's own history joins that customer by a merge that the system makes.
 * Claims: sub, iat, exp (at most 10 minutes ahead); optional name, phone, email, region.
 */
export async function identifyCustomer(ctx: ConversationsContext, input: { token: string }): Promise<Identified> {
  ctx.viewer.require('customer:identify');
  const { identity } = ctx.viewer;
  if (identity?.kind !== 'CUSTOMER' || !identity.signInId || !identity.channelId) throw appError('FORBIDDEN', { internal: 'only a visitor can prove who it is' });
  const channel = await ctx.deps.channelById(ctx, identity.channelId);
  const proof = await readProof(channel, input.token, ctx.clock.now());
  const visitId = identity.signInId;
  try {
    return await ctx.transaction((tx) => identify(ctx, tx, visitId, proof));
  } catch (error) {
    // Another device made the customer of this `sub` in the same moment: now it is there to be found.
    if (!isDuplicate(error) && !(error instanceof Refusal && error.code === 'ALREADY_EXISTS')) throw error;
    return ctx.transaction((tx) => identify(ctx, tx, visitId, proof));
  }
}

interface Proof {
  sub: string;
  name: string | null;
  phone: string | null;
  email: string | null;
  region: string | null;
}

const invalid = () => refuse('WRONG_CREDENTIALS', 'token', { zh: '身份令牌无效。', en: 'The identity token is not valid.' });
const expired = () => refuse('EXPIRED', 'token', { zh: '身份令牌已过期，请重新签发。', en: 'The identity token has run out. Sign a new one.' });

async function readProof(channel: ChannelFacts | null, token: string, now: number): Promise<Proof> {
  if (!channel?.isEnabled || !channel.identitySecret) throw invalid();
  const secret = typeof channel.identitySecret === 'string' ? new TextEncoder().encode(channel.identitySecret) : channel.identitySecret;
  // The times are judged by our own rule after the signature, so that a late token is told from a forged one.
  const payload = await jwtVerify(token, secret, { algorithms: ['HS256'], currentDate: new Date(expiryOf(token) - 1_000), requiredClaims: ['sub', 'iat', 'exp'] })
    .then((verified) => verified.payload, () => { throw invalid(); });
  const fault = proofFault({ issuedAt: payload.iat! * 1000, expiresAt: payload.exp! * 1000 }, now);
  if (fault === 'EXPIRED') throw expired();
  if (fault || typeof payload.sub !== 'string') throw invalid();
  const text = (claim: unknown, max: number) => (typeof claim === 'string' && claim.trim() ? claim.trim().slice(0, max) : null);
  const sub = normaliseIdentity('EXTERNAL_ID', payload.sub);
  if (!sub) throw invalid();
  const phone = text(payload.phone, 40);
  const email = text(payload.email, 254);
  return {
    sub, name: text(payload.name, 100), region: text(payload.region, 60),
    phone: phone && normaliseIdentity('PHONE', phone), email: email && normaliseIdentity('EMAIL', email),
  };
}

function expiryOf(token: string): number {
  try {
    const { exp } = decodeJwt(token);
    if (typeof exp === 'number' && Number.isFinite(exp)) return exp * 1000;
  } catch {
    // Not a token at all: refused below with every other that is not valid.
  }
  throw invalid();
}

async function identify(ctx: ConversationsContext, tx: Tx, visitId: string, proof: Proof): Promise<Identified> {
  const visit = await lockVisit(tx, visitId);
  const visitor = visit && await survivorOf(tx, visit.customerId);
  if (!visit || visit.endedAt !== null || !visitor) throw appError('UNAUTHENTICATED');
  const holder = await holderOf(ctx, tx, 'EXTERNAL_ID', proof.sub);
  const isOthers = (await selectIdentities(tx, await familyOf(tx, visitor.id))).some((row) => row.kind === 'EXTERNAL_ID');
  let mergeId: string | null = null;
  // Somebody else signed in on this device before: their history is theirs, the device only changes hands.
  const known = holder ?? (isOthers ? await makeCustomer(ctx, tx, { kind: 'KNOWN', locale: visitor.locale, timeZone: visitor.timeZone }) : visitor);
  if (holder && holder.id !== visitor.id && !isOthers) {
    const rows = await lockCustomers(tx, [holder.id, visitor.id]);
    mergeId = await joinCustomers(systemOf(ctx), tx, rows.find((row) => row.id === holder.id)!, rows.find((row) => row.id === visitor.id)!, { kind: 'SYSTEM', id: null }, 'the host application proved the identity');
  }
  await linkIdentity(ctx, tx, known.id, { kind: 'EXTERNAL_ID', value: proof.sub, isVerified: true, field: 'token' });
  await storeClaims(ctx, tx, known, proof);
  const moved = { ...visit, customerId: known.id, tokenNumber: visit.tokenNumber + 1 };
  await updateVisit(tx, visit.id, { customerId: moved.customerId, tokenNumber: moved.tokenNumber });
  tx.afterCommit(() => ctx.live.publish(`identity:${visitor.id}`, { customerId: visitor.id }));
  const customer = (await selectCustomers(tx, [known.id]))[0]!;
  const { visitorToken, identity } = await issueVisitorToken(ctx, customer, moved);
  return { customer, visitorToken, identity, merge: mergeId ? await selectMerge(tx, mergeId) : null };
}

const systemOf = (ctx: ConversationsContext) => ctx.runtime.system('identify-customer');

/** Keeps what the host application says; a phone or address that is another customer's stays with that customer. */
async function storeClaims(ctx: ConversationsContext, tx: Tx, customer: CustomerRow, proof: Proof): Promise<void> {
  const key = await ctx.vault.keyFor(tx, customer.id);
  await updateCustomerRow(tx, customer.id, {
    kind: 'KNOWN', lastSeenAt: Math.max(customer.lastSeenAt, ctx.clock.now()),
    ...(proof.name ? { nameEnc: customerCells.sealName(key, customer.id, proof.name) } : {}),
    ...(proof.region ? { regionEnc: customerCells.sealRegion(key, customer.id, proof.region) } : {}),
  });
  if (proof.name) await replaceCustomerWords(ctx, tx, customer.id);
  for (const kind of ['PHONE', 'EMAIL'] as const) {
    const value = kind === 'PHONE' ? proof.phone : proof.email;
    if (!value) continue;
    const holder = await holderOf(ctx, tx, kind, value);
    if (!holder || holder.id === customer.id) await linkIdentity(ctx, tx, customer.id, { kind, value, isVerified: true, field: 'token' });
  }
}

