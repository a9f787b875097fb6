import { onMany, type Handler } from '@careline/kit/events';
import { slaAtRisk, slaBreached, ticketClosed, ticketCommented, ticketCreated, ticketEscalated, ticketReopened, ticketSolved, ticketUpdated } from '@careline/schema/events';
import type { Trigger } from './automation.types.ts';
import { noteEvents } from './note-events.ts';

interface Heard {
  id: string;
  at: number;
  data: { ticketId: string; rules?: string[] | undefined };
}

const heard = (trigger: Trigger) => ({ id, at, data: { ticketId, rules } }: Heard) => ({ eventId: id, ticketId, trigger, chain: rules ?? [], at });

/** What sets rules off: the events of this very subgraph. */
export function automationHandlers(): Handler[] {
  const changes = [ticketUpdated, ticketSolved, ticketClosed, ticketReopened, ticketEscalated];
  return [
    onMany(ticketCreated, (events, tx) => noteEvents(tx, events.map(heard('TICKET_CREATED')))),
    ...changes.map((definition) => onMany<typeof definition.schema>(definition, (events, tx) => noteEvents(tx, (events as readonly Heard[]).map(heard('TICKET_UPDATED'))))),
    onMany(ticketCommented, (events, tx) => noteEvents(tx, events.map(heard('TICKET_COMMENTED')))),
    onMany(slaAtRisk, (events, tx) => noteEvents(tx, events.map(heard('SLA_AT_RISK')))),
    onMany(slaBreached, (events, tx) => noteEvents(tx, events.map(heard('SLA_BREACHED')))),
  ];
}
