import { LEVEL_MAX, missingSkills, type Skill } from '../skill.rules.ts';

export type RoutingStrategy = 'LAST_AGENT' | 'SKILL' | 'LEAST_LOAD' | 'LONGEST_IDLE';
/** How a queue chooses unless said otherwise. */
export const DEFAULT_STRATEGY: readonly RoutingStrategy[] = ['LAST_AGENT', 'SKILL', 'LEAST_LOAD', 'LONGEST_IDLE'];

export type ExclusionReason = 'NOT_ONLINE' | 'AT_CAPACITY' | 'TEAM_AT_CAPACITY' | 'NOT_IN_TEAM' | 'MISSING_SKILL' | 'NOT_ALLOWED' | 'DECLINED';

/** One agent as routing looked at him: all that the choice depends on. */
export interface Candidate {
  agentId: string;
  presence: 'ONLINE' | 'AWAY' | 'OFFLINE';
  /** Place of his first team among the queue's teams, from 0; null when in none of them. */
  teamRank: number | null;
  /** Whether his grants would let him read and answer it once it is his. */
  isAllowed: boolean;
  hasDeclined: boolean;
  /** Whether what he has free is kept for a conversation that stands before it. */
  isKept: boolean;
  /** His level of each skill asked for, in their order; 0 for one he lacks. */
  levels: readonly number[];
  load: number;
  capacity: number;
  /** Free units of the fullest of his teams that has a limit; null when none has. */
  teamFree: number | null;
  /** Units that he could hold with empty hands, by his own capacity and the limits of his teams. */
  ceiling: number;
  /** Since when without new work; null: never had any, which counts as the longest. */
  idleSince: number | null;
  /** He served the customer before; absent in records that are older than the question. */
  isLastAgent?: boolean;
}

/** What a decision is made from; stored with it, so that it can be made again. */
export interface AgentQuestion {
  strategy: readonly RoutingStrategy[];
  at: number;
  /** Units of capacity the conversation takes. */
  units: number;
  /** Skills asked for, each with the least level that will do. */
  needs: readonly Skill[];
  /** Whether who lacks one of them may get it too, after all who do not. */
  isSkillPreferred: boolean;
  candidates: readonly Candidate[];
}

export type Asked = Pick<AgentQuestion, 'units' | 'needs' | 'isSkillPreferred'>;

export interface JudgedCandidate extends Candidate {
  excludedBecause: ExclusionReason | null;
  score: number | null;
  /** Skills asked for that he lacks, with the level asked for. */
  missing: readonly Skill[];
}

export interface AgentChoice {
  chosen: string | null;
  /** Best first; those left out after the eligible ones, by id. */
  candidates: JudgedCandidate[];
}

/** Idle time at which the idle score is one half: ten minutes tell a busy day's agents apart. */
const IDLE_HALF_MS = 600_000;

/** What lacking a preferred skill takes from a score: more than the places of all teams of a queue together. */
const LACKING_COST = 100;

/** Why an agent may not get it now; the reason that would hold longest is named first. */
export function exclusionOf(candidate: Candidate, { units, needs, isSkillPreferred }: Asked): ExclusionReason | null {
  if (candidate.teamRank === null) return 'NOT_IN_TEAM';
  if (!candidate.isAllowed) return 'NOT_ALLOWED';
  if (!isSkillPreferred && missingSkills(needs, candidate.levels).length > 0) return 'MISSING_SKILL';
  if (candidate.presence !== 'ONLINE') return 'NOT_ONLINE';
  if (candidate.hasDeclined) return 'DECLINED';
  if (candidate.isKept || candidate.load + units > candidate.capacity) return 'AT_CAPACITY';
  if (candidate.teamFree !== null && candidate.teamFree < units) return 'TEAM_AT_CAPACITY';
  return null;
}

const levelSum = ({ levels }: Candidate): number => levels.reduce((sum, level) => sum + level, 0);

const STEPS: Record<RoutingStrategy, (a: Candidate, b: Candidate) => number> = {
  LAST_AGENT: (a, b) => Number(b.isLastAgent ?? false) - Number(a.isLastAgent ?? false),
  SKILL: (a, b) => levelSum(b) - levelSum(a),
  // Compared across, not divided: 1/3 and 2/6 must be exactly equal.
  LEAST_LOAD: (a, b) => a.load * b.capacity - b.load * a.capacity,
  LONGEST_IDLE: (a, b) => (a.idleSince ?? -Infinity) === (b.idleSince ?? -Infinity) ? 0 : (a.idleSince ?? -Infinity) - (b.idleSince ?? -Infinity),
};

/** What a candidate is worth by the first of these steps, from 0 to 1; who served the customer before has the upper half. */
function worthOf([step, ...later]: readonly RoutingStrategy[], candidate: Candidate, question: AgentQuestion): number {
  const { at, needs } = question;
  // What tells nobody from anybody would hide what the next step says.
  if (step === 'SKILL' && needs.length === 0 && later.length > 0) return worthOf(later, candidate, question);
  if (step === 'LAST_AGENT') return (Number(candidate.isLastAgent ?? false) + worthOf(later, candidate, question)) / 2;
  if (step === 'SKILL') return levelSum(candidate) / Math.max(1, LEVEL_MAX * needs.length);
  if (step === 'LEAST_LOAD') return 1 - candidate.load / candidate.capacity;
  if (candidate.idleSince === null) return 1;
  const idleMs = Math.max(0, at - candidate.idleSince);
  return idleMs / (idleMs + IDLE_HALF_MS);
}

const stepsOf = (strategy: readonly RoutingStrategy[]): RoutingStrategy[] => [...new Set([...strategy, 'LONGEST_IDLE' as const])];

/**
 * The agent for a conversation, and why not the others.
 *
 * Teams are asked in the queue's order: a later team gets it only when nobody of an earlier
 * one can. Within a team the strategy's steps decide one after the other, then the longest
 * idle, then the id, so that the same question always has the same answer. Where skills are
 * only preferred, who lacks one stands behind everybody who does not, of whatever team.
 */
export function chooseAgent(question: AgentQuestion): AgentChoice {
  const { strategy, needs, candidates } = question;
  const steps = stepsOf(strategy);
  const byId = (a: Candidate, b: Candidate) => (a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0);
  const order = (a: JudgedCandidate, b: JudgedCandidate) => {
    const ranked = Math.sign(a.missing.length) - Math.sign(b.missing.length) || (a.teamRank ?? 0) - (b.teamRank ?? 0);
    if (ranked !== 0) return ranked;
    for (const step of steps) {
      const difference = STEPS[step](a, b);
      if (difference !== 0) return difference;
    }
    return byId(a, b);
  };
  const judged = candidates.map((candidate): JudgedCandidate => {
    const excludedBecause = exclusionOf(candidate, question);
    const missing = missingSkills(needs, candidate.levels);
    const cost = (candidate.teamRank ?? 0) + (missing.length > 0 ? LACKING_COST : 0);
    return { ...candidate, excludedBecause, score: excludedBecause ? null : worthOf(steps, candidate, question) - cost, missing };
  });
  const eligible = judged.filter((candidate) => candidate.excludedBecause === null).sort(order);
  const others = judged.filter((candidate) => candidate.excludedBecause !== null).sort(byId);
  return { chosen: eligible[0]?.agentId ?? null, candidates: [...eligible, ...others] };
}

/**
 * The step that told the chosen agent from the next best; of one who stood alone in his team the first that says anything
 * of him. Null when nobody was chosen.
 */
export function decidedBy({ strategy, needs }: Pick<AgentQuestion, 'strategy' | 'needs'>, candidates: readonly JudgedCandidate[]): RoutingStrategy | null {
  const [best, next] = candidates.filter(({ excludedBecause }) => excludedBecause === null);
  if (!best) return null;
  const lacks = ({ missing }: JudgedCandidate) => (missing ?? []).length > 0;
  const isRival = next !== undefined && next.teamRank === best.teamRank && lacks(next) === lacks(best);
  const steps = stepsOf(strategy);
  const telling = isRival ? steps.find((step) => STEPS[step](best, next) !== 0) : undefined;
  return telling ?? steps.find((step) => (step !== 'LAST_AGENT' || best.isLastAgent) && (step !== 'SKILL' || needs.length > 0)) ?? null;
}

/**
 * Whether those behind in the queue may be given although this one cannot be, and whose free units are kept for it then.
 *
 * They may, when somebody is left out for what they do not share: he declined this one, lacks a skill that others have
 * waited long enough to do without (`mayOthersNeedLess`), or could not even hold it with empty hands. Who only has to
 * become free enough is kept for it: lighter ones would take his units one by one, and a heavy one would wait for ever.
 * Null: its turn comes first. So too when its team's units are missing, which anybody's work would use up.
 */
export function passOver({ candidates }: AgentChoice, units: number, mayOthersNeedLess: boolean): { keptIds: string[] } | null {
  const couldHold = ({ ceiling }: Candidate) => ceiling >= units;
  const left = (reason: ExclusionReason) => candidates.filter(({ excludedBecause }) => excludedBecause === reason);
  const [full, teamFull] = [left('AT_CAPACITY'), left('TEAM_AT_CAPACITY')];
  if (teamFull.some(couldHold)) return null;
  const isTooHeavy = units > 1 && [...full, ...teamFull].some((candidate) => !couldHold(candidate));
  const mayPass = left('DECLINED').length > 0 || (mayOthersNeedLess && left('MISSING_SKILL').length > 0) || isTooHeavy;
  return mayPass ? { keptIds: full.filter(couldHold).map(({ agentId }) => agentId) } : null;
}
