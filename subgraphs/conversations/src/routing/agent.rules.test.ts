import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Skill } from '../skill.rules.ts';
import { chooseAgent, decidedBy, exclusionOf, passOver, type AgentQuestion, type Asked, type Candidate, type RoutingStrategy } from './agent.rules.ts';

const makeCandidate = (overrides: Partial<Candidate> = {}): Candidate => ({
  agentId: 'agt_a', presence: 'ONLINE', teamRank: 0, isAllowed: true, hasDeclined: false, isKept: false, levels: [], load: 0, capacity: 5, teamFree: null,
  ceiling: 5, idleSince: 1_000, ...overrides,
});
const asks = (overrides: Partial<Asked> = {}): Asked => ({ units: 1, needs: [], isSkillPreferred: false, ...overrides });
const ask = (candidates: Candidate[], strategy: RoutingStrategy[] = ['LEAST_LOAD'], asked: Partial<Asked> = {}): AgentQuestion => ({ strategy, at: 100_000, ...asks(asked), candidates });
const chosenOf = (...given: Parameters<typeof ask>) => chooseAgent(ask(...given)).chosen;
const NEEDS: Skill[] = [{ name: 'en', level: 3 }, { name: '支付', level: 1 }];

const anyCandidate = fc.record({
  agentId: fc.string({ minLength: 4, maxLength: 8 }),
  presence: fc.constantFrom('ONLINE' as const, 'AWAY' as const, 'OFFLINE' as const),
  teamRank: fc.option(fc.integer({ min: 0, max: 2 })),
  isAllowed: fc.boolean(),
  hasDeclined: fc.boolean(),
  isKept: fc.boolean(),
  levels: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })),
  load: fc.integer({ min: 0, max: 8 }),
  capacity: fc.integer({ min: 0, max: 8 }),
  teamFree: fc.option(fc.integer({ min: -1, max: 5 })),
  ceiling: fc.integer({ min: 0, max: 8 }),
  idleSince: fc.option(fc.integer({ min: 0, max: 90_000 })),
  isLastAgent: fc.boolean(),
});

describe('why an agent is left out', () => {
  it.each([
    ['is not in a team of the queue', { teamRank: null }, 'NOT_IN_TEAM'],
    ['may not answer', { isAllowed: false }, 'NOT_ALLOWED'],
    ['is away', { presence: 'AWAY' as const }, 'NOT_ONLINE'],
    ['is offline', { presence: 'OFFLINE' as const }, 'NOT_ONLINE'],
    ['declined', { hasDeclined: true }, 'DECLINED'],
    ['holds all it may', { load: 5 }, 'AT_CAPACITY'],
    ['holds more than it may since its capacity was lowered', { load: 6 }, 'AT_CAPACITY'],
    ['may hold nothing', { capacity: 0 }, 'AT_CAPACITY'],
    ['has what he has free kept for another', { isKept: true }, 'AT_CAPACITY'],
    ['belongs to a full team', { teamFree: 0 }, 'TEAM_AT_CAPACITY'],
    ['has one place left', { load: 4 }, null],
    ['belongs to a team with one place left', { teamFree: 1 }, null],
  ])('an agent who %s', (_, overrides, reason) => {
    expect(exclusionOf(makeCandidate(overrides), asks())).toBe(reason);
  });

  it('weighs the units of the conversation, not their number', () => {
    expect(exclusionOf(makeCandidate({ load: 3 }), asks({ units: 2 }))).toBeNull();
    expect(exclusionOf(makeCandidate({ load: 4 }), asks({ units: 2 }))).toBe('AT_CAPACITY');
    expect(exclusionOf(makeCandidate({ teamFree: 1 }), asks({ units: 2 }))).toBe('TEAM_AT_CAPACITY');
  });

  it.each<[string, number[], boolean, string | null]>([
    ['has just the levels asked for', [3, 1], false, null],
    ['is a level short in one skill', [2, 5], false, 'MISSING_SKILL'],
    ['lacks a skill altogether', [5, 0], false, 'MISSING_SKILL'],
    ['lacks what is only preferred', [0, 0], true, null],
  ])('an agent who %s', (_, levels, isSkillPreferred, reason) => {
    expect(exclusionOf(makeCandidate({ levels }), asks({ needs: NEEDS, isSkillPreferred }))).toBe(reason);
  });

  it('is told with the skills that are missing', () => {
    const [judged] = chooseAgent(ask([makeCandidate({ levels: [2, 1] })], ['SKILL'], { needs: NEEDS })).candidates;
    expect(judged).toMatchObject({ excludedBecause: 'MISSING_SKILL', missing: [{ name: 'en', level: 3 }], score: null });
  });
});

describe('who gets it', () => {
  it('is the one with the smallest share of capacity in use, not the smallest load', () => {
    expect(chosenOf([makeCandidate({ agentId: 'agt_a', load: 1, capacity: 2 }), makeCandidate({ agentId: 'agt_b', load: 2, capacity: 8 })])).toBe('agt_b');
  });

  it('is the longest idle of two with exactly equal shares', () => {
    expect(chosenOf([makeCandidate({ agentId: 'agt_a', load: 1, capacity: 3, idleSince: 900 }), makeCandidate({ agentId: 'agt_b', load: 2, capacity: 6, idleSince: 800 })])).toBe('agt_b');
  });

  it('is one who never had work before one who had', () => {
    expect(chosenOf([makeCandidate({ agentId: 'agt_a', idleSince: 0 }), makeCandidate({ agentId: 'agt_b', idleSince: null })])).toBe('agt_b');
  });

  it('is the smaller id when all else is equal', () => {
    expect(chosenOf([makeCandidate({ agentId: 'agt_b' }), makeCandidate({ agentId: 'agt_a' })])).toBe('agt_a');
  });

  it('follows the order of the steps', () => {
    const idle = makeCandidate({ agentId: 'agt_a', load: 3, idleSince: 1 });
    const free = makeCandidate({ agentId: 'agt_b', load: 0, idleSince: 2 });
    expect(chosenOf([idle, free], ['LONGEST_IDLE', 'LEAST_LOAD'])).toBe('agt_a');
    expect(chosenOf([idle, free], ['LEAST_LOAD', 'LONGEST_IDLE'])).toBe('agt_b');
  });

  it('is of the first team while anybody there can take it', () => {
    const first = makeCandidate({ agentId: 'agt_z', teamRank: 0, load: 4 });
    const second = makeCandidate({ agentId: 'agt_a', teamRank: 1, load: 0 });
    expect(chosenOf([first, second])).toBe('agt_z');
    expect(chosenOf([{ ...first, load: 5 }, second])).toBe('agt_a');
  });

  it('is the best in the skills asked for when the strategy says so, then the least loaded', () => {
    const expert = makeCandidate({ agentId: 'agt_z', levels: [5, 4], load: 4 });
    const able = makeCandidate({ agentId: 'agt_a', levels: [4, 4] });
    expect(chosenOf([expert, able], ['SKILL', 'LEAST_LOAD'], { needs: NEEDS })).toBe('agt_z');
    expect(chosenOf([{ ...expert, levels: [4, 4] }, able], ['SKILL', 'LEAST_LOAD'], { needs: NEEDS })).toBe('agt_a');
  });

  it('is who served the customer before, busy or not, when the strategy says so and he can take it', () => {
    const last = makeCandidate({ agentId: 'agt_z', load: 4, isLastAgent: true });
    const free = makeCandidate({ agentId: 'agt_a' });
    expect(chosenOf([last, free], ['LAST_AGENT', 'LEAST_LOAD'])).toBe('agt_z');
    expect(chosenOf([last, free], ['LEAST_LOAD', 'LAST_AGENT'])).toBe('agt_a');
    expect(chosenOf([{ ...last, load: 5 }, free], ['LAST_AGENT', 'LEAST_LOAD'])).toBe('agt_a');
    expect(chosenOf([{ ...last, presence: 'AWAY' }, free], ['LAST_AGENT', 'LEAST_LOAD'])).toBe('agt_a');
    expect(chosenOf([{ ...last, teamRank: 1 }, free], ['LAST_AGENT', 'LEAST_LOAD'])).toBe('agt_a');
  });

  it.each<[string, Partial<Candidate>, Partial<Candidate> | null, RoutingStrategy[], RoutingStrategy | null]>([
    ['the step that told the two apart', { isLastAgent: true }, { load: 1 }, ['LAST_AGENT', 'LEAST_LOAD'], 'LAST_AGENT'],
    ['the next step where the first said nothing', {}, { load: 1 }, ['LAST_AGENT', 'LEAST_LOAD'], 'LEAST_LOAD'],
    ['the longest idle where all others were equal', { idleSince: 1 }, { idleSince: 2 }, ['LAST_AGENT', 'LEAST_LOAD'], 'LONGEST_IDLE'],
    ['of one alone the first that says anything of him', {}, null, ['LAST_AGENT', 'SKILL', 'LEAST_LOAD'], 'LEAST_LOAD'],
    ['of one alone that he served before', { isLastAgent: true }, null, ['LAST_AGENT', 'LEAST_LOAD'], 'LAST_AGENT'],
    ['of the first of an earlier team nothing that a later one lacks', { load: 3 }, { teamRank: 1, isLastAgent: true }, ['LAST_AGENT', 'LEAST_LOAD'], 'LEAST_LOAD'],
    ['nothing where nobody was chosen', { presence: 'AWAY' }, null, ['LEAST_LOAD'], null],
  ])('was chosen by %s', (_name, one, other, strategy, step) => {
    const question = ask([makeCandidate({ agentId: 'agt_1', ...one }), ...(other ? [makeCandidate({ agentId: 'agt_2', ...other })] : [])], strategy);
    const { chosen, candidates } = chooseAgent(question);
    expect(chosen).toBe(step && 'agt_1');
    expect(decidedBy(question, candidates)).toBe(step);
  });

  it('is somebody with the skill, of whatever team, before anybody without it', () => {
    const skilled = makeCandidate({ agentId: 'agt_z', teamRank: 1, load: 4, levels: [3, 1] });
    const other = makeCandidate({ agentId: 'agt_a', teamRank: 0, levels: [5, 0] });
    const preferred = { needs: NEEDS, isSkillPreferred: true };
    expect(chosenOf([skilled, other], ['LEAST_LOAD'], preferred)).toBe('agt_z');
    expect(chosenOf([{ ...skilled, load: 5 }, other], ['LEAST_LOAD'], preferred)).toBe('agt_a');
    expect(chosenOf([{ ...skilled, load: 5 }, other], ['LEAST_LOAD'], { needs: NEEDS })).toBeNull();
  });

  it('is nobody when all are left out', () => {
    expect(chosenOf([makeCandidate({ presence: 'AWAY' })])).toBeNull();
    expect(chosenOf([])).toBeNull();
  });

  it('does not depend on the order in which agents are looked at, and scores fall from the best on', () => {
    fc.assert(fc.property(fc.uniqueArray(anyCandidate, { selector: ({ agentId }) => agentId, maxLength: 12 }), fc.shuffledSubarray<RoutingStrategy>(['LAST_AGENT', 'SKILL', 'LEAST_LOAD', 'LONGEST_IDLE'], { minLength: 1 }), fc.boolean(), fc.boolean(), (agents, strategy, isSkillPreferred, isAnySkill) => {
      const asked = { needs: isAnySkill ? [] : NEEDS, isSkillPreferred };
      // Levels are those of the skills asked for, so there are none without any.
      const candidates = isAnySkill ? agents.map((agent) => ({ ...agent, levels: [] })) : agents;
      const choice = chooseAgent(ask(candidates, strategy, asked));
      expect(chooseAgent(ask([...candidates].reverse(), strategy, asked))).toEqual(choice);
      const scores = choice.candidates.flatMap(({ score }) => (score === null ? [] : [score]));
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(choice.candidates).toHaveLength(candidates.length);
    }));
  });

  it.each([1, 3])('spreads equal agents within the heaviest conversation that came, of %i units at most', (heaviest) => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 8 }), fc.array(fc.integer({ min: 1, max: heaviest }), { maxLength: 60 }), (count, arrivals) => {
      const agents = Array.from({ length: count }, (_, index) => makeCandidate({ agentId: `agt_${index}`, capacity: 10, idleSince: null }));
      arrivals.forEach((units, at) => {
        const chosen = agents.find(({ agentId }) => agentId === chooseAgent({ ...ask(agents, ['LEAST_LOAD'], { units }), at }).chosen);
        if (chosen) Object.assign(chosen, { load: chosen.load + units, idleSince: at });
        const loads = agents.map(({ load }) => load);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(heaviest);
      });
    }));
  });
});

describe('whether those behind may be given', () => {
  const mayPass = (candidate: Partial<Candidate>, asked: Partial<Asked> = {}, mayOthersNeedLess = false) =>
    passOver(chooseAgent(ask([makeCandidate(candidate)], ['LEAST_LOAD'], asked)), asked.units ?? 1, mayOthersNeedLess) !== null;

  it.each<[string, Partial<Candidate>, Partial<Asked>, boolean, boolean]>([
    ['somebody declined this one', { hasDeclined: true }, {}, false, true],
    ['units only have to become free', { load: 4 }, { units: 2 }, false, false],
    ['it is heavier than anybody there can hold', { load: 0 }, { units: 6 }, false, true],
    ['it is heavier than the team can hold', { teamFree: 2, ceiling: 2 }, { units: 3 }, false, true],
    ['nobody has the skill, and others must have it too', { levels: [0, 0] }, { needs: NEEDS }, false, false],
    ['nobody has the skill, which others may have waited out', { levels: [0, 0] }, { needs: NEEDS }, true, true],
    ['nobody is there', { presence: 'OFFLINE' }, {}, true, false],
  ])('when %s', (_, candidate, asked, mayOthersNeedLess, expected) => {
    expect(mayPass(candidate, asked, mayOthersNeedLess)).toBe(expected);
  });

  it('without those who only have to become free enough for it', () => {
    const waitsFor = makeCandidate({ agentId: 'agt_a', load: 3 });
    const tooSmall = makeCandidate({ agentId: 'agt_b', capacity: 2, ceiling: 2 });
    expect(passOver(chooseAgent(ask([waitsFor, tooSmall], ['LEAST_LOAD'], { units: 3 })), 3, false)).toEqual({ keptIds: ['agt_a'] });
  });

  it('not at all while it waits for units of its team', () => {
    const team = makeCandidate({ agentId: 'agt_a', teamFree: 2, ceiling: 5 });
    const declined = makeCandidate({ agentId: 'agt_b', hasDeclined: true });
    expect(passOver(chooseAgent(ask([team, declined], ['LEAST_LOAD'], { units: 3 })), 3, false)).toBeNull();
  });
});
