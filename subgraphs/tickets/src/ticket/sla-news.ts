import { slaAtRisk, slaBreached, slaClockEnded, slaClockResumed, slaMet, ticketEscalated, type EventDraft } from '@careline/schema/events';
import type { ClockNews, ToldClock } from '../sla/index.ts';
import type { Priority } from './ticket.rules.ts';
import type { EntryKind } from './ticket.tables.ts';

/** The ticket as its events name it. */
export interface TicketFacts {
  ticketId: string;
  number: string;
  customerId: string | null;
  agentId: string | null;
  teamId: string | null;
  queueId: string | null;
  priority: Priority;
  categoryKey: string;
  /** Automation rules whose steps led here; absent when none did. */
  rules?: string[];
}

const wholeSeconds = (ms: number) => Math.floor(ms / 1000);
const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** The line of a ticket's life that tells what became of a clock; null for what the clock itself shows. */
export function entryOfNews(news: ClockNews): { kind: EntryKind; facts: Record<string, unknown> } | null {
  const { target } = news;
  switch (news.kind) {
    case 'AT_RISK': return null;
    case 'PAUSED': return { kind: 'CLOCK_PAUSED', facts: { target, pauseReason: news.pauseReason } };
    case 'RESUMED': return { kind: 'CLOCK_RESUMED', facts: { target, dueAt: instant(news.dueAt) } };
    case 'MET': return { kind: 'CLOCK_MET', facts: { target, usedSeconds: wholeSeconds(news.usedMs) } };
    case 'BREACHED': return { kind: 'CLOCK_BREACHED', facts: { target, dueAt: instant(news.dueAt) } };
    case 'WARNED': return { kind: 'WARNED', facts: { target, remainingSeconds: wholeSeconds(news.remainingMs), teamKey: news.teamKey } };
    case 'ESCALATED': return { kind: 'ESCALATED', facts: { target, teamKey: news.teamKey, afterSeconds: wholeSeconds(news.afterMs) } };
    case 'ESCALATION_CANCELLED': return { kind: 'ESCALATION_CANCELLED', facts: { teamKey: news.teamKey, reason: news.reason } };
  }
}

/** The event that other modules hear of; null for what concerns the ticket alone. */
export function eventOfNews(news: ClockNews, ticket: TicketFacts): EventDraft | null {
  const { target, clockId } = news;
  switch (news.kind) {
    case 'MET': return slaMet.make(ticket.ticketId, { ...ticket, clockId, target, usedMs: news.usedMs, budgetMs: news.budgetMs });
    case 'AT_RISK': return slaAtRisk.make(ticket.ticketId, { ...ticket, clockId, target, dueAt: news.dueAt });
    case 'BREACHED': return slaBreached.make(ticket.ticketId, { ...ticket, clockId, target, dueAt: news.dueAt });
    case 'ESCALATED': return ticketEscalated.make(ticket.ticketId, { ...ticket, escalationId: news.escalationId, target, teamKey: news.teamKey, latenessMs: news.latenessMs, by: { kind: 'SYSTEM', id: null } });
    default: return null;
  }
}

/** The event by which facts hear of a clock that ended, or goes on after its end; `seq` is that of the ticket's newest line. */
export function eventOfEnd(clock: ToldClock, ticket: TicketFacts, seq: number): EventDraft {
  return (clock.endedAt === null ? slaClockResumed : slaClockEnded).make(ticket.ticketId, { ...ticket, ...clock, seq });
}
