import type { Identity } from '@careline/kit/auth';
import { CROWD_MS, gathered, type Queryable } from '@careline/kit/db';
import { defaultGrants } from '@careline/schema/permissions';
import { signBearer, type BearerClaims } from '../bearer.ts';
import type { ConversationsContext, Runtime } from '../context.ts';
import { survivorsOf } from './customer.family.ts';
import { ONLINE_LEASE_MS, VISITOR_TOKEN_MS } from './customer.rules.ts';
import type { CustomerRow } from './customer.store.ts';
import { moveOnline, selectVisits, type VisitRow } from './visit.store.ts';

const VISITOR_GRANTS = defaultGrants('customer');

/** Visits with the customers they stand for now. Thousands ask at once when they all come back after a cut. */
function visitReads({ db }: Runtime) {
  return gathered(async (ids: readonly string[]) => {
    const visits = await selectVisits(db, ids);
    const survivors = await survivorsOf(db, visits.map((visit) => visit.customerId));
    return new Map(visits.map((visit) => [visit.id, { visit, customer: survivors.get(visit.customerId) ?? null }]));
  }, { crowdMs: CROWD_MS });
}

/** Who a visitor token stands for now: the customer of its visit, after a merge the survivor. Null when the visit ended or the token was replaced. */
export async function visitorIdentity(ctx: ConversationsContext, claims: BearerClaims): Promise<Identity | null> {
  const { visit, customer } = (await ctx.runtime.parts.of(visitReads)(claims.sid)) ?? { visit: null, customer: null };
  if (!visit || visit.endedAt !== null || visit.tokenNumber !== claims.num || visit.channelId !== claims.chn) return null;
  return customer && identityOf(customer, visit, claims.exp);
}

export function identityOf(customer: CustomerRow, visit: VisitRow, expiresAt: number): Identity {
  return {
    kind: 'CUSTOMER', id: customer.id, agentId: null, name: customer.number, signInId: visit.id, grants: VISITOR_GRANTS,
    clearMasks: [], teamIds: [], queueIds: [], channelId: visit.channelId, expiresAt,
  };
}

/** A visitor token for a visit, with the identity it stands for. */
export async function issueVisitorToken(ctx: ConversationsContext, customer: CustomerRow, visit: VisitRow) {
  const exp = Math.floor((ctx.clock.now() + VISITOR_TOKEN_MS) / 1000);
  const visitorToken = await signBearer(ctx.keyring, { sub: customer.id, knd: 'CUSTOMER', sid: visit.id, chn: visit.channelId, num: visit.tokenNumber, exp });
  return { visitorToken, expiresAt: exp * 1000, identity: identityOf(customer, visit, exp) };
}

/** Says that visitors' pages or apps are connected: online for another 15 s. Open message streams call it again and again. */
export function touchVisits(q: Queryable, visitIds: readonly string[], now: number): Promise<void> {
  return moveOnline(q, visitIds, now + ONLINE_LEASE_MS);
}
