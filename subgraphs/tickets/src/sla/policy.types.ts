import type { Words } from '@careline/kit/errors';
import type { SlaTarget, TicketState } from './clock.rules.ts';

export type Priority = 'P0' | 'P1' | 'P2';

/** After a missed deadline: who is told and takes over, after how much working time. */
export interface EscalationRule {
  /** Null: each target of the policy. */
  appliesTo: SlaTarget | null;
  afterMs: number;
  /** Key of the team. */
  target: string;
}

/** A warning before the deadline: `beforeMs` or `percentUsed`, never both. */
export interface WarningRule {
  beforeMs: number | null;
  percentUsed: number | null;
  /** Key of the team to be told beside the owner; null: only the owner. */
  target: string | null;
}

/** What a policy makes promises to. */
export type SlaSubject = 'TICKET' | 'CONVERSATION';

/** Which tickets or conversations a policy is for, beside its priority; all that are given must hold. */
export interface PolicyConditions {
  /** Keys or ids of categories; those below them count too. */
  categories?: string[];
  tags?: string[];
  /** Kinds of channels, of conversations alone. */
  channels?: string[];
}

/** SLA 策略: what is promised to tickets or conversations of one priority. */
export interface Policy {
  /** Absent: tickets. */
  subject?: SlaSubject;
  priority: Priority;
  conditions: PolicyConditions;
  budgets: Partial<Record<SlaTarget, number>>;
  pauseStates: TicketState[];
  /** Key of the business hours. */
  hoursKey: string;
  escalations: EscalationRule[];
  warnings: WarningRule[];
}

/** A mistake, or advice, with its place in the text; line and column count from 1. */
export interface Problem {
  line: number | null;
  column: number | null;
  path: string[];
  words: Words;
  isWarning: boolean;
}

/** What names in a document may refer to; null while the directory is away, when nothing is said about them. */
export interface PolicyNames {
  hours: ReadonlyMap<string, { isAlways: boolean }>;
  teams: ReadonlySet<string> | null;
  categories: ReadonlySet<string>;
}

export interface PolicyDocument {
  policies: Policy[];
  problems: Problem[];
}

