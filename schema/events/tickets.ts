import { z } from 'zod';
import { defineEvent } from './define.ts';

const actor = z.object({ kind: z.enum(['CUSTOMER', 'AGENT', 'BOT', 'SYSTEM', 'API']), id: z.string().nullable() });
const ticket = z.object({
  ticketId: z.string(),
  number: z.string(),
  customerId: z.string().nullable(),
  agentId: z.string().nullable(),
  teamId: z.string().nullable(),
  queueId: z.string().nullable(),
  priority: z.enum(['P0', 'P1', 'P2']),
  categoryKey: z.string(),
  /** Automation rules whose steps led here, the first one first; absent when none did. */
  rules: z.array(z.string()).optional(),
});
/**
 * One line of a ticket's life as the timeline of its customer tells it, whole: who shows lines hears this, who acts on what
 * happened hears the event of it. `at` is when it happened; `facts` are never personal.
 */
export const ticketEntryAdded = defineEvent('tickets', 'ticket.entry_added', 1, z.object({
  entryId: z.string(), seq: z.number().int(), ticketId: z.string(), number: z.string(), customerId: z.string(), kind: z.string(), at: z.number().int(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])), by: actor,
}));

/** The scanner is done with a file; BLOCKED ones open for nobody. Only where a scanner is set up. */
export const attachmentScanned = defineEvent('tickets', 'attachment.scanned', 1, z.object({ attachmentId: z.string(), isBlocked: z.boolean() }));

const clock = ticket.extend({
  clockId: z.string(),
  target: z.enum(['FIRST_RESPONSE', 'NEXT_RESPONSE', 'PERIODIC_UPDATE', 'RESOLUTION']),
});

export const ticketCreated = defineEvent('tickets', 'ticket.created', 1, z.object({
  ticketId: z.string(),
  number: z.string(),
  customerId: z.string().nullable(),
  conversationId: z.string().nullable(),
  agentId: z.string().nullable(),
  priority: z.enum(['P0', 'P1', 'P2']),
  categoryKey: z.string(),
  /** Absent in events from before it was told. */
  origin: z.enum(['CONSOLE', 'CONVERSATION', 'API', 'RULE', 'OFFLINE']).optional(),
  by: actor,
}));

/** `fields` are the names of what changed, never what it says. */
export const ticketUpdated = defineEvent('tickets', 'ticket.updated', 1, ticket.extend({ fields: z.array(z.string()), by: actor }));

export const ticketCommented = defineEvent('tickets', 'ticket.commented', 1, ticket.extend({ commentId: z.string(), seq: z.number().int(), visibility: z.enum(['PUBLIC', 'INTERNAL']), by: actor }));

/** A conversation that was there before is linked; one that a ticket is made from stands in `ticket.created`. */
export const ticketLinked = defineEvent('tickets', 'ticket.linked', 1, ticket.extend({ conversationId: z.string(), by: actor }));

/** Agents are to be told of something with a ticket, who read of it under their own permissions. */
export const ticketNoticed = defineEvent('tickets', 'ticket.noticed', 1, z.object({
  ticketId: z.string(), notices: z.array(z.object({
    kind: z.enum(['MENTIONED', 'FOLLOWED', 'TEAM_TOLD']), agentIds: z.array(z.string()),
    /** Teams whose members are meant: who they are is known where the event is heard. */
    teamIds: z.array(z.string()).default([]),
  })),
}));

export const ticketSolved = defineEvent('tickets', 'ticket.solved', 1, ticket.extend({ by: actor }));

export const ticketClosed = defineEvent('tickets', 'ticket.closed', 1, ticket.extend({ by: actor }));

export const ticketReopened = defineEvent('tickets', 'ticket.reopened', 1, ticket.extend({ by: actor }));

/** It joined another ticket; whoever follows it goes on there. */
export const ticketMerged = defineEvent('tickets', 'ticket.merged', 1, ticket.extend({ mergedIntoId: z.string(), by: actor }));

/** `target` is null for an escalation by hand. */
export const ticketEscalated = defineEvent('tickets', 'ticket.escalated', 1, ticket.extend({
  escalationId: z.string().nullable(), target: z.string().nullable(), teamKey: z.string(), latenessMs: z.number().int().nullable(), by: actor,
}));

export const slaMet = defineEvent('tickets', 'sla.met', 1, clock.extend({ usedMs: z.number().int(), budgetMs: z.number().int() }));

/** The clock runs out soon. Told once for each instant at which it comes to be so. */
export const slaAtRisk = defineEvent('tickets', 'sla.at_risk', 1, clock.extend({ dueAt: z.number().int().nullable() }));

/** `dueAt` is the instant that was missed, milliseconds UTC. */
export const slaBreached = defineEvent('tickets', 'sla.breached', 1, clock.extend({ dueAt: z.number().int() }));

const promise = z.object({ conversationId: z.string(), clockId: z.string(), target: clock.shape.target });

/** The promise of a conversation that runs out next is another one, or stands otherwise; null when none runs any more. */
export const conversationDueChanged = defineEvent('tickets', 'conversation.due_changed', 1, z.object({
  conversationId: z.string(),
  due: z.object({ target: clock.shape.target, dueAt: z.number().int(), state: z.enum(['RUNNING', 'PAUSED', 'MET', 'BREACHED']), riskAt: z.number().int().nullable() }).nullable(),
}));

/** A promise of a conversation runs out soon, as its policy wanted to warn; `teamKey` names the team to be told beside the owner. */
export const conversationWarned = defineEvent('tickets', 'conversation.warned', 1, promise.extend({
  remainingSeconds: z.number().int(), teamKey: z.string().nullable(),
}));

/** A promise of a conversation was missed; `dueAt` is the instant that was missed, milliseconds UTC. */
export const conversationBreached = defineEvent('tickets', 'conversation.breached', 1, promise.extend({ dueAt: z.number().int() }));

/** A promise of a conversation that was told of as missed had been kept: the word that ended it in time was heard of late. `usedMs` is the working time it took. */
export const conversationBreachCorrected = defineEvent('tickets', 'conversation.breach_corrected', 1, promise.extend({ usedMs: z.number().int() }));

/** A missed promise of a conversation was escalated to a team. */
export const conversationEscalated = defineEvent('tickets', 'conversation.escalated', 1, promise.extend({
  escalationId: z.string(), teamKey: z.string(), latenessMs: z.number().int(),
}));

const openMinutes = z.array(z.object({ from: z.number().int(), to: z.number().int() }));

/** Business hours have a new version: what counts of them, without the names that people gave to special days. */
export const hoursSaved = defineEvent('tickets', 'hours.saved', 1, z.object({
  hoursId: z.string(), key: z.string(), version: z.number().int(), timeZone: z.string(), week: z.array(openMinutes),
  /** Weeks that take over from a local day on, earliest first. */
  periods: z.array(z.object({ from: z.string(), week: z.array(openMinutes) })).default([]),
  specialDays: z.record(z.string(), openMinutes),
}));

const reading = z.object({
  /** Rises with the life of the ticket or conversation: of two tellings of one clock the higher holds. */
  seq: z.number().int(),
  state: z.enum(['RUNNING', 'MET', 'BREACHED']),
  startedAt: z.number().int(),
  dueAt: z.number().int().nullable(),
  endedAt: z.number().int().nullable(),
  budgetMs: z.number().int(),
  usedMs: z.number().int(),
  pausedMs: z.number().int(),
  escalationCount: z.number().int(),
  policyVersion: z.number().int(),
});

/** A clock came to its end, with all that is to be known of it; also when an ended one is judged anew. */
export const slaClockEnded = defineEvent('tickets', 'sla.clock_ended', 1, clock.extend(reading.shape));

/** A clock that had ended goes on, because its ticket was opened again. */
export const slaClockResumed = defineEvent('tickets', 'sla.clock_resumed', 1, clock.extend(reading.shape));

const conversationReading = promise.extend({ ...clock.pick({ agentId: true, teamId: true, queueId: true, priority: true }).shape, ...reading.shape });

/** A clock of a conversation came to its end, with all that is to be known of it; also when an ended one is judged anew. */
export const conversationClockEnded = defineEvent('tickets', 'conversation.clock_ended', 1, conversationReading);

/** A clock of a conversation that had ended goes on, because the conversation was opened again. */
export const conversationClockResumed = defineEvent('tickets', 'conversation.clock_resumed', 1, conversationReading);

/** The steps of a macro on a ticket were done, and it has none on a conversation that would be run with them. */
export const macroRunOnTicket = defineEvent('tickets', 'macro.run_on_ticket', 1, z.object({ macroId: z.string(), ticketId: z.string() }));
