import { newId, type Tx } from '@careline/kit/db';
import type { Viewer } from '@careline/kit/auth';
import type { ConversationsContext } from '../context.ts';
import type { JudgedCandidate } from './agent.rules.ts';
import type { DecisionInputs } from './decision.rules.ts';
import { insertDecision, type DecisionRow } from './decision.store.ts';
import { selectActiveNumber, selectRules } from './rule.store.ts';
import { INITIAL_RULES, type RuleSet } from './queue.rules.ts';
import type { RoutingOutcome } from './routing.tables.ts';

export interface DecisionDraft {
  conversationId: string;
  outcome: RoutingOutcome;
  queueId: string | null;
  chosenAgentId?: string | null;
  ruleName?: string | null;
  /** Version of the rules that decided. Left out: the one in force. */
  ruleVersion?: number;
  inputs: DecisionInputs;
  candidates?: readonly JudgedCandidate[];
  /** Why a person decided so; sealed. */
  reason?: string | null;
}

/** The last decision that a transaction has recorded about each conversation. */
const decided = new WeakMap<Tx, Map<string, RoutingOutcome>>();

/** Whether the last thing this transaction decided about the conversation is this, so that a hook must not record it again. */
export function isDecided(tx: Tx, conversationId: string, outcome: RoutingOutcome): boolean {
  return decided.get(tx)?.get(conversationId) === outcome;
}

/** The rules in force; those a new system starts with before set-up stored them. */
export async function rulesInForce(tx: Tx): Promise<RuleSet> {
  return (await selectRules(tx)) ?? INITIAL_RULES;
}

/** Who decides when this caller acts: the person or token, else the system. */
export function actorOf(viewer: Viewer): { actorKind: 'SYSTEM' | 'AGENT' | 'API'; actorId: string | null } {
  const { identity } = viewer;
  if (identity?.kind === 'AGENT') return { actorKind: 'AGENT', actorId: identity.agentId };
  if (identity?.kind === 'API') return { actorKind: 'API', actorId: identity.id };
  return { actorKind: 'SYSTEM', actorId: null };
}

/**
 * Writes down a decision with all it was made from, in the transaction that carries it out:
 * neither exists without the other. What is computed is decided by the system, whoever set it off.
 */
export async function recordDecision(ctx: ConversationsContext, tx: Tx, draft: DecisionDraft): Promise<DecisionRow> {
  const id = newId('rtd');
  const isByHand = draft.inputs.kind === 'HAND' || draft.inputs.kind === 'ACCEPTED';
  const row: DecisionRow = {
    id,
    conversationId: draft.conversationId,
    decidedAt: ctx.clock.now(),
    outcome: draft.outcome,
    queueId: draft.queueId,
    chosenAgentId: draft.chosenAgentId ?? null,
    ruleName: draft.ruleName ?? null,
    ruleVersion: draft.ruleVersion ?? (await selectActiveNumber(tx)) ?? INITIAL_RULES.version,
    ...(isByHand ? actorOf(ctx.viewer) : { actorKind: 'SYSTEM' as const, actorId: null }),
    inputs: draft.inputs,
    candidates: [...(draft.candidates ?? [])],
    reasonEnc: draft.reason ? ctx.vault.staff.seal(`routing_decisions|reason_enc|${id}`, draft.reason) : null,
  };
  await insertDecision(tx, row);
  decided.set(tx, (decided.get(tx) ?? new Map()).set(row.conversationId, row.outcome));
  return row;
}
