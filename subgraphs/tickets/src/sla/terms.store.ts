import { randomInt } from 'node:crypto';
import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, desc, eq, isNotNull, ne, or } from 'drizzle-orm';
import type { Terms } from './clock.rules.ts';
import { businessHours, businessHoursVersions, slaPolicies, slaPolicyVersions, type TermsRef } from './sla.tables.ts';
import type { Policy } from './policy.types.ts';

/** A policy with the names people know it by, and the hours that count for it. */
export interface KnownTerms extends Terms {
  ref: TermsRef;
  policyBody: Policy;
  documentName: string;
  versionNumber: number;
}

/** Versions never change, so what was read once is kept; a few hundred are a few hundred kilobytes. */
const known = new Map<string, KnownTerms>();
const KEPT_MAX = 2_000;

export const keyOfTerms = ({ versionId, place, hoursId, hoursVersion }: TermsRef): string => `${versionId} ${place} ${hoursId} ${hoursVersion}`;

/** Whether the same is promised. An engine may give the parts of a reference back in another order. */
export const isSameTerms = (a: TermsRef | null, b: TermsRef | null): boolean => (a && keyOfTerms(a)) === (b && keyOfTerms(b));

/** The terms that references name, by `keyOfTerms`. */
export async function loadTerms(q: Queryable, refs: readonly TermsRef[]): Promise<Map<string, KnownTerms>> {
  const wanted = new Map(refs.map((ref) => [keyOfTerms(ref), ref]));
  const found = new Map([...wanted.keys()].flatMap((key) => (known.has(key) ? [[key, known.get(key)!] as const] : [])));
  const missing = [...wanted].filter(([key]) => !found.has(key)).map(([, ref]) => ref);
  if (missing.length > 0) {
    const versions = await q.orm.select({ id: slaPolicyVersions.id, number: slaPolicyVersions.number, policies: slaPolicyVersions.policies, name: slaPolicies.name })
      .from(slaPolicyVersions).innerJoin(slaPolicies, eq(slaPolicies.id, slaPolicyVersions.documentId)).where(inList(slaPolicyVersions.id, [...new Set(missing.map((ref) => ref.versionId))]));
    const hours = await q.orm.select().from(businessHoursVersions)
      .where(or(...missing.map((ref) => and(eq(businessHoursVersions.hoursId, ref.hoursId), eq(businessHoursVersions.version, ref.hoursVersion)))));
    if (known.size > KEPT_MAX) known.clear();
    for (const ref of missing) {
      const version = versions.find(({ id }) => id === ref.versionId)!;
      const content = hours.find(({ hoursId, version: number }) => hoursId === ref.hoursId && number === ref.hoursVersion)!.content;
      const policyBody = version.policies[ref.place]!;
      const terms = { ref, policyBody, documentName: version.name, versionNumber: version.number, policy: keyOfTerms(ref), budgets: policyBody.budgets, pauseStates: policyBody.pauseStates, hours: content };
      known.set(keyOfTerms(ref), terms);
      found.set(keyOfTerms(ref), terms);
    }
  }
  return found;
}

export interface PolicyInForce {
  versionId: string;
  place: number;
  policy: Policy;
  hoursId: string;
  hoursVersion: number;
}

/** Every policy in force, in the order in which they are asked: those of the newest document first, so that the one a system begins with is the fallback. */
export async function policiesInForce(q: Queryable): Promise<PolicyInForce[]> {
  const versions = await q.orm.select({ id: slaPolicyVersions.id, policies: slaPolicyVersions.policies }).from(slaPolicies)
    .innerJoin(slaPolicyVersions, eq(slaPolicyVersions.id, slaPolicies.activeVersionId)).where(isNotNull(slaPolicies.activeVersionId)).orderBy(desc(slaPolicies.id));
  return withHours(q, versions);
}

interface Held {
  /** Of the change that put them in force. */
  mark: number;
  policies: PolicyInForce[];
}

const MARKS = 2 ** 47;

/** By database: the policies last put in force. */
const held = new Map<string, Held>();

/**
 * The policies in force, which stay so until the transaction ends: whoever puts others in force waits for it, and then
 * finds its tickets. They are kept in memory by the mark of the last change, so that mostly one row is read.
 */
export async function holdPolicies(tx: Tx): Promise<PolicyInForce[]> {
  const [row] = await tx.query<{ mark: number }>("SELECT /* holdTerms */ next_value AS mark FROM counters WHERE name = 'sla_terms' LOCK IN SHARE MODE");
  const mark = Number(row!.mark);
  const known = held.get(tx.database);
  if (known?.mark === mark) return known.policies;
  const policies = await policiesInForce(tx);
  // Not before the commit: this transaction may be the one that changes them, and be rolled back.
  tx.afterCommit(() => held.set(tx.database, { mark, policies }));
  return policies;
}

/**
 * Says that what is in force changes in this transaction: policies, or the hours they count by. Waits for those who hold them.
 * The mark is drawn, not counted: after a restored backup the same count could stand for other policies.
 */
export async function noteInForce(tx: Tx): Promise<void> {
  await tx.execute("UPDATE /* noteInForce */ counters SET next_value = ? WHERE name = 'sla_terms'", [randomInt(MARKS)]);
}

/** The policies as they would be asked were this version in force instead of the one of its document. */
export async function policiesWith(q: Queryable, versionId: string): Promise<PolicyInForce[]> {
  const [wanted] = await q.orm.select().from(slaPolicyVersions).where(eq(slaPolicyVersions.id, versionId));
  const others = await q.orm.select({ id: slaPolicyVersions.id, documentId: slaPolicyVersions.documentId, policies: slaPolicyVersions.policies }).from(slaPolicies)
    .innerJoin(slaPolicyVersions, eq(slaPolicyVersions.id, slaPolicies.activeVersionId)).where(ne(slaPolicies.id, wanted!.documentId));
  return withHours(q, [...others, wanted!].sort((a, b) => (a.documentId < b.documentId ? 1 : -1)));
}

async function withHours(q: Queryable, versions: readonly { id: string; policies: Policy[] }[]): Promise<PolicyInForce[]> {
  const hours = new Map((await q.orm.select().from(businessHours)).map((row) => [row.key, row]));
  return versions.flatMap(({ id, policies }) => policies.flatMap((policy, place) => {
    const counted = hours.get(policy.hoursKey);
    return counted ? [{ versionId: id, place, policy, hoursId: counted.id, hoursVersion: counted.version }] : [];
  }));
}

/** The newest version of business hours, by id. */
export async function newestHours(q: Queryable, hoursIds: readonly string[]): Promise<Map<string, number>> {
  if (hoursIds.length === 0) return new Map();
  const rows = await q.orm.select({ id: businessHours.id, version: businessHours.version }).from(businessHours).where(inList(businessHours.id, hoursIds));
  return new Map(rows.map(({ id, version }) => [id, version]));
}
