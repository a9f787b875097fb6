import type { z } from 'zod';
import type { SubgraphName } from '../sdl.ts';

/**
 * What travels on the bus. `key` is the aggregate whose events stay in order (conversation, customer, ticket …);
 * `data` holds ids and non-personal facts only, never anything a person wrote.
 */
export interface Envelope<Data = unknown> {
  id: string;
  type: string;
  v: number;
  key: string;
  /** When it happened, milliseconds UTC. */
  at: number;
  data: Data;
}

export interface EventDefinition<Type extends string, Schema extends z.ZodType> {
  type: Type;
  v: number;
  from: SubgraphName | 'any';
  schema: Schema;
  /** An event ready for `appendEvent`; throws when the data does not fit the schema. */
  make(key: string, data: z.input<Schema>): EventDraft<z.output<Schema>>;
}

export interface EventDraft<Data = unknown> {
  type: string;
  v: number;
  key: string;
  data: Data;
}

/** Declares one event: one fact, named `noun.past`, with the exact shape of its data. */
export function defineEvent<const Type extends string, Schema extends z.ZodType>(
  from: SubgraphName | 'any', type: Type, v: number, schema: Schema,
): EventDefinition<Type, Schema> {
  return { type, v, from, schema, make: (key, data) => ({ type, v, key, data: schema.parse(data) }) };
}
