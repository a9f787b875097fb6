import type { RequestFacts } from '@careline/kit/graphql';
import type { NoPlace, Place } from './admission.ts';
import { noPlaceResult } from './errors.ts';
import type { Patience } from './patience.ts';
import type { GraphqlParams, Pipeline } from './pipeline.ts';

/** How libraries begin what asks for an operation; anything else is read whole. */
const ASKS = /^\{"id":"([\w-]{1,100})","type":"subscribe",/;
/** Bytes within which that is. */
const ASKS_WITHIN = 140;
const NOTHING: GraphqlParams = {};
const STILL_WAITING: NoPlace = { code: 'RATE_LIMITED', retryAfterMs: 1_000 };

interface Sender {
  facts: RequestFacts;
  patience: Patience;
}

/**
 * Looks at a message of graphql-ws before the protocol's machinery is set in motion for it: what to answer when it asks for
 * an operation and there is no place, else its place. Null: it asks for none, or is no message.
 */
export function askFirst(data: Buffer, { facts, patience }: Sender, pipeline: Pipeline): { refused: string } | { entered: Place } | null {
  // Most of what is refused comes from clients who do not wait: of that nothing is read but the id.
  const quick = patience.isStale ? ASKS.exec(data.toString('latin1', 0, ASKS_WITHIN))?.[1] : undefined;
  const asked = quick ? { id: quick, params: NOTHING } : readAsked(String(data));
  if (!asked) return null;
  const entered = patience.isStale ? STILL_WAITING : pipeline.enter(asked.params, senderOf(facts));
  if (!('code' in entered)) return { entered };
  patience.refused(entered.retryAfterMs);
  return { refused: refusalOf(asked.id, entered, facts) };
}

export const senderOf = ({ identity, address }: RequestFacts) => identity?.id ?? address ?? '';

function readAsked(text: string): { id: string; params: GraphqlParams } | null {
  try {
    const message = JSON.parse(text) as { type?: unknown; id?: unknown; payload?: unknown } | null;
    const isAsking = message?.type === 'subscribe' && typeof message.id === 'string' && typeof message.payload === 'object' && message.payload !== null;
    return isAsking ? { id: message.id as string, params: message.payload as GraphqlParams } : null;
  } catch {
    return null;
  }
}

const refusalOf = (id: string, why: NoPlace, facts: RequestFacts) => JSON.stringify({ id, type: 'error', payload: noPlaceResult(why, facts).errors });
