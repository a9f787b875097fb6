import type { Envelope, EventDefinition } from '@careline/schema/events';
import type { z } from 'zod';
import type { Tx } from '../db/index.ts';

/** One reaction to one kind of event. Its writes go through `tx`, then they happen exactly once. */
export interface Handler {
  type: string;
  v: number;
  /** False for events that would have no effect: they are passed over without a mark. */
  concerns(envelope: Envelope): boolean;
  /** Takes in events of this kind, oldest first, all in one transaction. */
  handle(envelopes: readonly Envelope[], tx: Tx): Promise<void>;
}

interface HandlerOptions<Data> {
  /** Which events have an effect; all, unless said. Looks at data that was not checked against the schema yet. */
  when?: (data: Data) => boolean;
}

/** `on(messageSent, async (event, tx) => …)`. The data is checked against the event's schema first. */
export function on<Schema extends z.ZodType>(
  definition: EventDefinition<string, Schema>, handler: (event: Envelope<z.output<Schema>>, tx: Tx) => Promise<void>, options: HandlerOptions<z.output<Schema>> = {},
): Handler {
  return onMany(definition, async (events, tx) => {
    for (const event of events) await handler(event, tx);
  }, options);
}

/** Like `on`, for what costs less for many events at once: gets those that follow each other in one batch, of any keys. */
export function onMany<Schema extends z.ZodType>(
  definition: EventDefinition<string, Schema>, handler: (events: readonly Envelope<z.output<Schema>>[], tx: Tx) => Promise<void>, { when }: HandlerOptions<z.output<Schema>> = {},
): Handler {
  const { type, v, schema } = definition;
  return {
    type, v,
    concerns: (envelope) => !when || isWanted(when, envelope.data),
    handle: (envelopes, tx) => handler(envelopes.map((envelope) => ({ ...envelope, data: schema.parse(envelope.data) })), tx),
  };
}

// Data that cannot even be looked at is for the handler to refuse.
function isWanted<Data>(when: (data: Data) => boolean, data: unknown): boolean {
  try {
    return when(data as Data);
  } catch {
    return true;
  }
}
