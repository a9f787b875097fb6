export type RoutingStrategy = 'LEAST_LOAD' | 'LONGEST_IDLE';
export type ExclusionReason = 'NOT_ONLINE' | 'AT_CAPACITY' | 'TEAM_AT_CAPACITY' | 'NOT_IN_TEAM' | 'NOT_ALLOWED' | 'DECLINED';

/** One agent as routing looked at him: all that the choice depends on. */
export interface Candidate {
  agentId: string;
  presence: 'ONLINE' | 'AWAY' | 'OFFLINE';
  /** Place of his first team among the queue's teams, from 0; null when in none of them. */
  teamRank: number | null;
  /** Whether his grants would let him read and answer it once it is his. */
  isAllowed: boolean;
  hasDeclined: boolean;
  load: number;
  capacity: number;
  /** Free units of the fullest of his teams that has a limit; null when none has. */
  teamFree: number | null;
  /** Since when without new work; null: never had any, which counts as the longest. */
  idleSince: number | null;
}

/** What a decision is made from; stored with it, so that it can be made again. */
export interface AgentQuestion {
  strategy: readonly RoutingStrategy[];
  at: number;
  /** Units of capacity the conversation takes. */
  units: number;
  candidates: readonly Candidate[];
}

export interface JudgedCandidate extends Candidate {
  excludedBecause: ExclusionReason | null;
  score: number | null;
}

export interface AgentChoice {
  chosen: string | null;
  /** Best first; those left out after the eligible ones, by id. */
  candidates: JudgedCandidate[];
}

/** Idle time at which the idle score is one half: ten minutes tell a busy day's agents apart. */
const IDLE_HALF_MS = 600_000;

/** Why an agent may not get it now; the reason that would hold longest is named first. */
export function exclusionOf(candidate: Candidate, units: number): ExclusionReason | null {
  if (candidate.teamRank === null) return 'NOT_IN_TEAM';
  if (!candidate.isAllowed) return 'NOT_ALLOWED';
  if (candidate.presence !== 'ONLINE') return 'NOT_ONLINE';
  if (candidate.hasDeclined) return 'DECLINED';
  if (candidate.load + units > candidate.capacity) return 'AT_CAPACITY';
  if (candidate.teamFree !== null && candidate.teamFree < units) return 'TEAM_AT_CAPACITY';
  return null;
}

const STEPS: Record<RoutingStrategy, (a: Candidate, b: Candidate) => number> = {
  // Compared across, not divided: 1/3 and 2/6 must be exactly equal.
  LEAST_LOAD: (a, b) => a.load * b.capacity - b.load * a.capacity,
  LONGEST_IDLE: (a, b) => (a.idleSince ?? -Infinity) === (b.idleSince ?? -Infinity) ? 0 : (a.idleSince ?? -Infinity) - (b.idleSince ?? -Infinity),
};

function worthOf(step: RoutingStrategy, candidate: Candidate, at: number): number {
  if (step === 'LEAST_LOAD') return 1 - candidate.load / candidate.capacity;
  if (candidate.idleSince === null) return 1;
  const idleMs = Math.max(0, at - candidate.idleSince);
  return idleMs / (idleMs + IDLE_HALF_MS);
}

/**
 * The agent for a conversation, and why not the others.
 *
 * Teams are asked in the queue's order: a later team gets it only when nobody of an earlier
 * one can. Within a team the strategy's steps decide one after the other, then the longest
 * idle, then the id, so that the same question always has the same answer.
 */
export function chooseAgent({ strategy, at, units, candidates }: AgentQuestion): AgentChoice {
  const steps: RoutingStrategy[] = [...new Set([...strategy, 'LONGEST_IDLE' as const])];
  const byId = (a: Candidate, b: Candidate) => (a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0);
  const order = (a: Candidate, b: Candidate) => {
    const ranked = (a.teamRank ?? 0) - (b.teamRank ?? 0);
    if (ranked !== 0) return ranked;
    for (const step of steps) {
      const difference = STEPS[step](a, b);
      if (difference !== 0) return difference;
    }
    return byId(a, b);
  };
  const judged = candidates.map((candidate) => {
    const excludedBecause = exclusionOf(candidate, units);
    const score = excludedBecause ? null : worthOf(steps[0]!, candidate, at) - (candidate.teamRank ?? 0);
    return { ...candidate, excludedBecause, score };
  });
  const eligible = judged.filter((candidate) => candidate.excludedBecause === null).sort(order);
  const others = judged.filter((candidate) => candidate.excludedBecause !== null).sort(byId);
  return { chosen: eligible[0]?.agentId ?? null, candidates: [...eligible, ...others] };
}

/** Whether the next conversation of the queue may still find an agent although this one did not. */
export function mayOthersFit(choice: AgentChoice): boolean {
  return choice.candidates.some(({ excludedBecause }) => excludedBecause === 'DECLINED');
}
