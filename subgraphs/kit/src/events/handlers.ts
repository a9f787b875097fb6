import type { Envelope, EventDefinition } from '@careline/schema/events';
import type { z } from 'zod';
import type { Tx } from '../db/index.ts';

/** One reaction to one kind of event. Its writes go through `tx`, then they happen exactly once. */
export interface Handler {
  type: string;
  v: number;
  handle(envelope: Envelope, tx: Tx): Promise<void>;
}

/** `on(messageSent, async (event, tx) => …)`. The data is checked against the event's schema first. */
export function on<Schema extends z.ZodType>(
  definition: EventDefinition<string, Schema>, handler: (event: Envelope<z.output<Schema>>, tx: Tx) => Promise<void>,
): Handler {
  return {
    type: definition.type,
    v: definition.v,
    handle: (envelope, tx) => handler({ ...envelope, data: definition.schema.parse(envelope.data) }, tx),
  };
}
