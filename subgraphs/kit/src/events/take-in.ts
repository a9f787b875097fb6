import type { Envelope } from '@careline/schema/events';
import { idToBinary, NOW, type Db, type Tx } from '../db/index.ts';
import { counter } from '../observe/index.ts';
import type { Handler } from './handlers.ts';

export interface TakingParts {
  db: Db;
  /** The consumer group. */
  group: string;
  handlers: readonly Handler[];
}

const handled = counter('careline_events_handled_total', 'Events taken in.', ['group', 'type']);
const transactions = counter('careline_event_transactions_total', 'Transactions in which events were taken in.', ['group']);

/** The handlers that an event has an effect in. */
export function concernedBy(handlers: readonly Handler[], envelope: Envelope): Handler[] {
  return handlers.filter((handler) => handler.type === envelope.type && handler.v === envelope.v && handler.concerns(envelope));
}

/**
 * Takes events in, oldest first: all their effects and the marks that they were taken in, in one transaction.
 * False, with nothing stored, when some of them had been taken in before.
 */
export async function takeIn(parts: TakingParts, envelopes: readonly Envelope[]): Promise<boolean> {
  const runs = runsOf(parts.handlers, envelopes);
  const taken = runs.flatMap((run) => run.envelopes);
  if (taken.length === 0) return true;
  try {
    await parts.db.transaction(async (tx) => {
      await mark(tx, parts.group, taken);
      for (const { handlers, envelopes: events } of runs) for (const handler of handlers) await handler.handle(events, tx);
    });
  } catch (error) {
    if (error instanceof TakenBefore) return false;
    throw error;
  }
  transactions.inc({ group: parts.group });
  for (const { envelopes: events } of runs) handled.inc({ group: parts.group, type: events[0]!.type }, events.length);
  return true;
}

interface Run {
  handlers: Handler[];
  envelopes: Envelope[];
}

/** Neighbours for the same handlers together; the order stays. */
function runsOf(handlers: readonly Handler[], envelopes: readonly Envelope[]): Run[] {
  const runs: Run[] = [];
  for (const envelope of envelopes) {
    const concerned = concernedBy(handlers, envelope);
    if (concerned.length === 0) continue;
    const last = runs.at(-1);
    if (last && isSame(last.handlers, concerned)) last.envelopes.push(envelope);
    else runs.push({ handlers: concerned, envelopes: [envelope] });
  }
  return runs;
}

const isSame = (a: readonly Handler[], b: readonly Handler[]) => a.length === b.length && a.every((handler, place) => handler === b[place]);

class TakenBefore extends Error {}

async function mark(tx: Tx, group: string, envelopes: readonly Envelope[]): Promise<void> {
  const { affectedRows } = await tx.execute(
    `INSERT /* markProcessed */ IGNORE INTO processed_events (event_id, consumer, handled_at) VALUES ?`,
    [envelopes.map((envelope) => [idToBinary(envelope.id), group, NOW])],
  );
  if (affectedRows < envelopes.length) throw new TakenBefore();
}
