import type { Runtime } from '../context.ts';
import { conversationChannel } from './announce.ts';
import { moveReadMarks } from './read-mark.store.ts';

const EVERY_MS = 500;
/** Conversations of one statement. */
const PART = 500;

export interface DeliveryMarks {
  /** A device of the customer has everything up to `seq`. */
  note(conversationId: string, customerId: string, seq: number): void;
  /** Writes down what was noted. The timer calls it. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Remembers how far customers' devices have received. Written at most every half second, all conversations together:
 * a mark lost with the process only shows a message as sent instead of delivered until the next one.
 */
export function deliveryMarks(runtime: Runtime): DeliveryMarks {
  const noted = new Map<string, { customerId: string; seq: number }>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  async function flush(): Promise<void> {
    timer = null;
    const rows = [...noted].slice(0, PART).map(([conversationId, { customerId, seq }]) => ({
      conversationId, actorKind: 'CUSTOMER' as const, actorId: customerId, seq: 0, deliveredSeq: seq, at: runtime.clock.now(), isOpen: false,
    }));
    for (const row of rows) noted.delete(row.conversationId);
    if (noted.size > 0 && !isClosed) timer = setTimeout(() => void flush(), 0).unref();
    try {
      await runtime.db.transaction((tx) => moveReadMarks(tx, rows));
      for (const row of rows) runtime.live.publish(conversationChannel(row.conversationId), { kind: 'mark' });
    } catch (error) {
      runtime.log.warn({ err: error }, 'delivery marks were not written');
    }
  }
  return {
    note(conversationId, customerId, seq) {
      if (isClosed || (noted.get(conversationId)?.seq ?? 0) >= seq) return;
      noted.set(conversationId, { customerId, seq });
      timer ??= setTimeout(() => void flush(), EVERY_MS).unref();
    },
    flush,
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      while (noted.size > 0) await flush();
    },
  };
}
