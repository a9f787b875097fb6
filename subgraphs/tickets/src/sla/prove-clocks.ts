import { createHash } from 'node:crypto';
import type { Db } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { clocksOf, type Clock, type SlaFact } from './clock.rules.ts';
import type { StoredFact } from './clock-set.ts';
import { factOf } from './conversation-life.ts';
import { selectFacts } from './promised.store.ts';
import { intervalsOf, readClock, type ClockState, type Interval } from './reading.rules.ts';
import type { TermsRef } from './sla.tables.ts';
import { keyOfTerms, loadTerms, newestHours, type KnownTerms } from './terms.store.ts';

export interface ClockProof {
  target: Clock['target'];
  startSeq: number;
  intervals: Interval[];
  countedMs: number;
  pausedMs: number;
  verdict: ClockState;
  policyVersion: number;
  businessHoursVersion: number;
  /** How it would differ under the newest version of its hours; empty when it would not. */
  corrections: { businessHoursVersion: number; dueAt: Instant; verdict: ClockState }[];
}

export interface Proof {
  clocks: ClockProof[];
  /** SHA-256 over facts, versions and verdicts, in hexadecimal. */
  hash: string;
}

/**
 * 计时依据: every counted and paused interval of a ticket's clocks, from what happened to it alone.
 *
 * Nothing that was stored about clocks is read: the proof is worked out from the facts, the policy version and the hours
 * version they name. A clock that still runs is proved up to `now`.
 */
export async function proveClocks(db: Db, facts: readonly StoredFact[], now: Instant): Promise<Proof> {
  const refs = facts.flatMap((fact) => ('terms' in fact && fact.terms ? [fact.terms] : []));
  const newest = await newestHours(db, [...new Set(refs.map(({ hoursId }) => hoursId))]);
  const corrected = (ref: TermsRef): TermsRef => ({ ...ref, hoursVersion: newest.get(ref.hoursId) ?? ref.hoursVersion });
  const terms = await loadTerms(db, [...refs, ...refs.map(corrected)]);
  const withTerms = (of: (ref: TermsRef) => TermsRef): SlaFact[] => facts.map((fact) => ('terms' in fact ? { ...fact, terms: fact.terms ? terms.get(keyOfTerms(of(fact.terms)))! : null } : fact));
  const asItWas = clocksOf(withTerms((ref) => ref));
  const asItWouldBe = clocksOf(withTerms(corrected));
  const clocks = asItWas.map((clock, index) => proofOf(clock, asItWouldBe[index]!, now));
  const said = clocks.map(({ target, startSeq, countedMs, verdict, policyVersion, businessHoursVersion, intervals }) => [target, startSeq, countedMs, verdict, policyVersion, businessHoursVersion, intervals]);
  return { clocks, hash: createHash('sha256').update(JSON.stringify([facts, said])).digest('hex') };
}

/** The proof of a conversation's clocks, whose intervals name the messages and service lines that began them. */
export async function proveConversationClocks(db: Db, conversationId: string, now: Instant): Promise<Proof> {
  const facts = await selectFacts(db, conversationId);
  const toldBy = new Map(facts.map(({ place, toldSeq }) => [place, toldSeq]));
  const { clocks, hash } = await proveClocks(db, facts.map(factOf), now);
  const named = (interval: Interval): Interval => ({ ...interval, entrySeq: interval.entrySeq === null ? null : (toldBy.get(interval.entrySeq) ?? null) });
  return { hash, clocks: clocks.map((clock) => ({ ...clock, intervals: clock.intervals.map(named) })) };
}

function proofOf(clock: Clock, other: Clock, now: Instant): ClockProof {
  const intervals = intervalsOf(clock, now);
  const sum = (isCounted: boolean) => intervals.filter(({ pauseReason }) => (pauseReason === null) === isCounted).reduce((total, { from, to }) => total + to - from, 0);
  const reading = readClock(clock, now);
  const otherwise = readClock(other, now);
  const { ref, versionNumber } = clock.terms as KnownTerms;
  const newest = (other.terms as KnownTerms).ref.hoursVersion;
  const differs = newest !== ref.hoursVersion && (otherwise.dueAt !== reading.dueAt || otherwise.state !== reading.state) && otherwise.dueAt !== null;
  return {
    target: clock.target, startSeq: clock.startSeq, intervals, countedMs: sum(true), pausedMs: sum(false), verdict: reading.state, policyVersion: versionNumber,
    businessHoursVersion: ref.hoursVersion, corrections: differs ? [{ businessHoursVersion: newest, dueAt: otherwise.dueAt!, verdict: otherwise.state }] : [],
  };
}
