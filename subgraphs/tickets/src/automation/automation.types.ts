import type { SlaTarget } from '../sla/index.ts';
import type { ClockState, TicketState } from '../sla/index.ts';

/** What sets a rule off; see AutomationTrigger of the schema. */
export type Trigger = 'TICKET_CREATED' | 'TICKET_UPDATED' | 'TICKET_COMMENTED' | 'SLA_AT_RISK' | 'SLA_BREACHED' | 'TIME_SINCE';
export type Since = 'CREATED' | 'UPDATED';
export type Verb = 'SET_PRIORITY' | 'SET_STATE' | 'ASSIGN_AGENT' | 'ASSIGN_TEAM' | 'ADD_TAG' | 'COMMENT' | 'NOTIFY_TEAM';
export type Outcome = 'RAN' | 'UNCHANGED' | 'SKIPPED' | 'LOOP_STOPPED' | 'REFUSED';
export type Priority = 'P0' | 'P1' | 'P2';

export interface Step {
  verb: Verb;
  value: string;
}

/** Conditions as they are stored: what asks nothing is left out. */
export interface Conditions {
  states?: TicketState[];
  priorities?: Priority[];
  categoryIds?: string[];
  customerId?: string;
  agentIds?: string[];
  isUnassigned?: true;
  teamIds?: string[];
  tags?: string[];
  clockStates?: ClockState[];
  clockTarget?: SlaTarget;
  isAtRisk?: true;
}

/** What a version says. */
export interface RuleContent {
  trigger: Trigger;
  since: Since | null;
  afterMs: number | null;
  conditions: Conditions;
  steps: Step[];
}

/** A clock as conditions ask for it. */
export interface ClockFacts {
  target: SlaTarget;
  state: ClockState;
  isEnded: boolean;
  isAtRisk: boolean;
}

/** A ticket as conditions and steps see it. */
export interface TicketFacts {
  state: TicketState;
  priority: Priority;
  categoryId: string;
  customerId: string | null;
  agentId: string | null;
  teamId: string | null;
  tags: readonly string[];
  clocks: readonly ClockFacts[];
}
