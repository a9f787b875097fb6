import { dueAt, isOpenAt, nextChange, workingMs, type Instant } from '@careline/kit/time';
import type { PauseReason, SlaTarget } from './clock.rules.ts';
import { isNear, NO_DUE, type ClockState } from './reading.rules.ts';
import type { ClockRow } from './sla.tables.ts';
import type { KnownTerms } from './terms.store.ts';

/** A stored clock as it stands at one moment. */
export interface ClockView {
  id: string;
  ticketId: string | null;
  conversationId: string | null;
  /** Whose its ticket or conversation is. */
  agentId: string | null;
  queueId: string | null;
  target: SlaTarget;
  startSeq: number;
  state: ClockState;
  startedAt: Instant;
  dueAt: Instant;
  budgetMs: number;
  usedMs: number;
  remainingMs: number;
  ticksUntil: Instant | null;
  isAtRisk: boolean;
  pauseReason: PauseReason | null;
  endedAt: Instant | null;
  breachedAt: Instant | null;
  policyVersion: number;
  policyName: string;
}

/** Reads a stored clock at `now`. Between two writings only hours count, so the row and its hours are enough. */
export function viewClock(row: ClockRow, terms: KnownTerms, now: Instant): ClockView {
  const { hours, documentName, versionNumber, policyBody } = terms;
  const isEnded = row.endedAt !== null;
  const isHeld = row.pauseReason !== null && row.pauseReason !== 'CLOSED_HOURS';
  const usedMs = row.usedMs + (isEnded || isHeld ? 0 : workingMs(hours, row.readAt, Math.max(now, row.readAt)));
  const remainingMs = row.budgetMs - usedMs;
  const isOpen = isOpenAt(hours, now);
  const isClosedNow = !isEnded && !isHeld && !isOpen && row.state !== 'BREACHED';
  const state = isEnded || row.state === 'BREACHED' || isHeld ? row.state : isClosedNow ? 'PAUSED' : 'RUNNING';
  return {
    id: row.id, ticketId: row.ticketId, conversationId: row.conversationId, agentId: row.agentId, queueId: row.queueId, target: row.target, startSeq: row.startSeq, state, startedAt: row.startedAt, budgetMs: row.budgetMs, usedMs, remainingMs,
    dueAt: (isHeld && !isEnded && remainingMs > 0 ? dueAt(hours, now, remainingMs) : row.dueAt) ?? NO_DUE,
    ticksUntil: isEnded || isHeld || !isOpen ? null : nextChange(hours, now),
    isAtRisk: !isEnded && (row.state === 'BREACHED' || isNear(row.budgetMs, remainingMs)),
    pauseReason: state === 'PAUSED' ? (isHeld ? row.pauseReason : 'CLOSED_HOURS') : null,
    endedAt: row.endedAt, breachedAt: row.breachedAt, policyVersion: versionNumber, policyName: `${policyBody.priority} ${documentName} v${versionNumber}`,
  };
}
