import { chooseAgent, decidedBy, type AgentQuestion, type JudgedCandidate, type RoutingStrategy } from './agent.rules.ts';
import { chooseQueue, type Facts, type RuleSet } from './queue.rules.ts';

/** What records lack that are older than it: nobody asked for skills then. */
type Later = 'needs' | 'isSkillPreferred';

/**
 * What a decision was made from; of AGENTS the candidates stand beside it, judged.
 * HAND: a person chose, nothing was computed. ACCEPTED: the agent took the offer of an earlier decision.
 * WAIT: the entry stood too long, and its queue names the one that takes over. CLOSED: its queue was closed by these hours. RETURN: back to the queue it came through.
 */
export type DecisionInputs =
  | { kind: 'FACTS'; facts: Facts }
  | ({ kind: 'AGENTS' } & Omit<AgentQuestion, 'candidates' | Later> & Partial<Pick<AgentQuestion, Later>>)
  | { kind: 'WAIT'; waitedSeconds: number; overflowSeconds: number }
  | { kind: 'CLOSED'; queueId: string; hoursId: string; hoursVersion: number; at: number }
  | { kind: 'RETURN'; because: 'REOPENED' | 'AGENT_LOST' }
  | { kind: 'ACCEPTED'; offerId: string; decisionId: string }
  | { kind: 'HAND' };

/** What comes out when a stored decision is made again. */
export type Redecided =
  | { kind: 'QUEUE'; queueKey: string; ruleName: string | null }
  | { kind: 'AGENT'; chosen: string | null; candidates: JudgedCandidate[] }
  | { kind: 'NOTHING' };

/** Makes a stored decision again from its record and the rules of its version; anything else than was decided proves the record wrong. */
export function redecide(record: { inputs: DecisionInputs; candidates: readonly JudgedCandidate[] }, rules: RuleSet): Redecided {
  const { inputs } = record;
  if (inputs.kind === 'FACTS') return { kind: 'QUEUE', ...chooseQueue(rules, inputs.facts) };
  if (inputs.kind !== 'AGENTS') return { kind: 'NOTHING' };
  const { strategy, at, units, needs = [], isSkillPreferred = false } = inputs;
  const candidates = record.candidates.map(({ excludedBecause: _reason, score: _score, missing: _missing, ...candidate }) => candidate);
  return { kind: 'AGENT', ...chooseAgent({ strategy, at, units, needs, isSkillPreferred, candidates }) };
}

/** Which step of the strategy decided a record; null when the strategy chose nobody. */
export function stepOf({ inputs, candidates }: { inputs: DecisionInputs; candidates: readonly JudgedCandidate[] }): RoutingStrategy | null {
  return inputs.kind === 'AGENTS' ? decidedBy({ strategy: inputs.strategy, needs: inputs.needs ?? [] }, candidates) : null;
}
