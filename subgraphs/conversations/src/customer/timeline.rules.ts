import type { Facts } from './customer.tables.ts';

/** One thing for the timeline. The same source always gives the same entry, whoever tells it and however often. */
export interface Told {
  /** Id of the service line, ticket entry or event it comes from. */
  sourceId: string;
  customerId: string;
  at: number;
  kind: string;
  actor: { kind: string; id: string | null };
  subjectId: string | null;
  facts: Facts;
}

/** A service line of a conversation, as far as a timeline tells it. */
export interface ToldLine {
  id: string;
  conversationId: string;
  number: string;
  /** The customer it began with: merges come and go, the timeline of both shows it. */
  customerId: string;
  at: number;
  event: string | null;
  actor: { kind: string; id: string | null };
  facts: Facts | null;
}

/** A line of a ticket's life, as `ticket.entry_added` carries it. */
export interface ToldTicketEntry {
  entryId: string;
  ticketId: string;
  number: string;
  customerId: string;
  kind: string;
  at: number;
  facts: Facts;
  by: { kind: string; id: string | null };
}

/** Service lines that are told, and which of their facts. */
const LINES: Record<string, readonly string[]> = {
  STARTED: ['channelKind'], ASSIGNED: ['agentName', 'waitedSeconds'], TRANSFERRED: ['fromName', 'toName'], CLOSED: [], REOPENED: [], RATED: ['score'],
  WARNED: ['target', 'remainingSeconds'], BREACHED: ['target', 'dueAt'], CORRECTED: ['target', 'usedSeconds'], ESCALATED: ['target', 'teamName'],
};
const TICKET_KINDS: Record<string, string> = {
  CREATED: 'TICKET_CREATED', COMMENT: 'TICKET_COMMENTED', CHANGED: 'TICKET_CHANGED', PRIORITISED: 'TICKET_PRIORITISED', ESCALATED: 'TICKET_ESCALATED',
  CLOCK_PAUSED: 'SLA_PAUSED', CLOCK_RESUMED: 'SLA_RESUMED', CLOCK_MET: 'SLA_MET', CLOCK_BREACHED: 'SLA_BREACHED',
};

/** Kinds whose sources stay for ever, so that they can be told again. */
export const RETOLD_KINDS = [...Object.keys(LINES).map((event) => `CONVERSATION_${event}`), ...Object.values(TICKET_KINDS)];
export const TOLD_LINES = Object.keys(LINES);

/** What the timeline tells of a service line; null for lines that are of the conversation alone. */
export function tellLine(line: ToldLine): Told | null {
  const names = LINES[line.event ?? ''];
  if (!names) return null;
  const facts = Object.fromEntries(names.map((name) => [name, line.facts?.[name] ?? null]));
  const { id, customerId, at, actor, conversationId, number } = line;
  return { sourceId: id, customerId, at, kind: `CONVERSATION_${line.event}`, actor, subjectId: conversationId, facts: { number, ...facts } };
}

/** What the timeline tells of a line of a ticket; null for lines of a kind it does not know yet. */
export function tellTicketEntry({ entryId, customerId, at, kind, by, ticketId, number, facts }: ToldTicketEntry): Told | null {
  const told = TICKET_KINDS[kind];
  return told ? { sourceId: entryId, customerId, at, kind: told, actor: by, subjectId: ticketId, facts: { number, ...facts } } : null;
}
