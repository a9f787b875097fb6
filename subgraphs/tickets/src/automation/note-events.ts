import type { Tx } from '@careline/kit/db';
import type { Trigger } from './automation.types.ts';
import { activeRules } from './rule.store.ts';
import { insertEvents } from './trace.store.ts';

/** An event as far as rules care. */
export interface HeardEvent {
  eventId: string;
  ticketId: string;
  trigger: Trigger;
  /** Rules whose steps led to it. */
  chain: string[];
  at: number;
}

/** Keeps, in the transaction that takes events in, those that a rule in force is to be asked about. */
export async function noteEvents(tx: Tx, events: readonly HeardEvent[]): Promise<void> {
  const active = await activeRules(tx);
  if (active.length === 0) return;
  const isAwaited = ({ trigger, at }: HeardEvent) => active.some(({ version }) => version.trigger === trigger && version.activatedAt! <= at);
  await insertEvents(tx, events.filter(isAwaited).map((event) => ({ ...event, ruleId: null, quietSince: null, dueAt: event.at, tries: 0 })));
}
