import { counter, gauge, histogram } from '@careline/kit/observe';
import { Limit } from './limit.ts';

/**
 * What is let in first when not everything can be: a conversation that has begun, before what begins
 * or changes something, before lists, reports and documents nobody has seen yet.
 */
export type Urgency = 'conversation' | 'work' | 'bulk';

/** Of the present limit, as much as operations of this urgency may fill. */
const SHARE: Record<Urgency, number> = { conversation: 1, work: 0.75, bulk: 0.5 };
/** Below this part of the limit nobody is asked to leave room for others. */
const QUIET = 0.5;
/** Of what everybody would get, as much as one sender may hold while others wait outside. */
const GENEROSITY = 2;
const LEAST_OF_ONE = 2;
/** For so long a sender counts among those who share. */
const SHARING_MS = 1_000;
const RETRY_MS = { least: 500, most: 10_000 };

const refused = counter('careline_gateway_refused_total', 'Operations refused before they cost anything, by reason.', ['reason', 'urgency']);
const waited = histogram('careline_gateway_excess_seconds', 'How much longer operations took than the best of their kind lately.', []);

/** Why there is no place now, and when to come again. No error object: those cost more than all the rest of a refusal. */
export interface NoPlace {
  code: 'UNAVAILABLE' | 'RATE_LIMITED';
  retryAfterMs: number;
}

/** The right to run one operation, until it is given back. */
export interface Place {
  /** Gives the place back. How long it was held teaches the limit, unless the operation was not run as it should be. */
  leave(isTypical: boolean): void;
}

export interface Admission {
  /**
   * A place for an operation of this kind, or why there is none: UNAVAILABLE when the system is full,
   * RATE_LIMITED when it is full and this sender holds more than its part. `kind` names operations that cost about the same;
   * null: nobody knows, and nothing is learnt from it.
   */
  enter(kind: string | null, urgency: Urgency, sender: string): Place | NoPlace;
  /** Whether refusals are to be expected, so that looking twice is cheaper than beginning. */
  readonly isFull: boolean;
  close(): void;
}

/**
 * Lets in as many operations at a time as the system finishes without making them wait, and refuses the rest at once.
 * How many that is, is learnt from how long they take: see `Limit`.
 */
export function createAdmission(most: number, now: () => number = () => performance.now()): Admission {
  const limit = new Limit(now, most);
  const held = new Map<string, number>();
  let running = 0;
  let sharers = new Set<string>();
  let sharersBefore = 0;
  let offered = 0;
  let admitted = 0;
  let pressure = 1;
  const timer = setInterval(() => {
    sharersBefore = sharers.size;
    sharers = new Set();
    pressure = Math.max(1, offered / Math.max(1, admitted));
    offered = admitted = 0;
  }, SHARING_MS).unref();
  gauge('careline_gateway_operations', 'Operations that run now, and how many may.', ['of'], (metric) => {
    metric.set({ of: 'running' }, running);
    metric.set({ of: 'limit' }, limit.value);
  });

  const partOf = () => Math.max(LEAST_OF_ONE, Math.ceil((GENEROSITY * limit.value) / Math.max(1, sharers.size, sharersBefore)));
  const refuse = (reason: 'full' | 'share', urgency: Urgency): NoPlace => {
    refused.inc({ reason, urgency });
    return { code: reason === 'full' ? 'UNAVAILABLE' : 'RATE_LIMITED', retryAfterMs: waitFor(pressure) };
  };
  return {
    get isFull() {
      return running >= limit.value * QUIET;
    },
    enter(kind, urgency, sender) {
      offered += 1;
      sharers.add(sender);
      const mine = held.get(sender) ?? 0;
      if (running >= limit.value * SHARE[urgency]) {
        limit.reached();
        return refuse('full', urgency);
      }
      if (running >= limit.value * QUIET && mine >= partOf()) return refuse('share', urgency);
      admitted += 1;
      running += 1;
      held.set(sender, mine + 1);
      const from = now();
      let isOver = false;
      return {
        leave(isTypical) {
          if (isOver) return;
          isOver = true;
          running -= 1;
          const left = held.get(sender)! - 1;
          if (left > 0) held.set(sender, left);
          else held.delete(sender);
          if (isTypical && kind !== null) waited.observe(limit.learn(kind, now() - from) / 1_000);
        },
      };
    },
    close: () => clearInterval(timer),
  };
}

/** Spread, so that those who were refused together do not come back together; longer the more is offered than can be done. */
function waitFor(pressure: number): number {
  return Math.round(Math.min(RETRY_MS.most, RETRY_MS.least * pressure) * (0.75 + Math.random() / 2));
}
