import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseAgent, exclusionOf, type AgentQuestion, type Candidate, type RoutingStrategy } from './agent.rules.ts';

const makeCandidate = (overrides: Partial<Candidate> = {}): Candidate => ({
  agentId: 'agt_a', presence: 'ONLINE', teamRank: 0, isAllowed: true, hasDeclined: false, load: 0, capacity: 5, teamFree: null, idleSince: 1_000, ...overrides,
});
const ask = (candidates: Candidate[], strategy: RoutingStrategy[] = ['LEAST_LOAD']): AgentQuestion => ({ strategy, at: 100_000, units: 1, candidates });
const chosenOf = (candidates: Candidate[], strategy?: RoutingStrategy[]) => chooseAgent(ask(candidates, strategy)).chosen;

const anyCandidate = fc.record({
  agentId: fc.string({ minLength: 4, maxLength: 8 }),
  presence: fc.constantFrom('ONLINE' as const, 'AWAY' as const, 'OFFLINE' as const),
  teamRank: fc.option(fc.integer({ min: 0, max: 2 })),
  isAllowed: fc.boolean(),
  hasDeclined: fc.boolean(),
  load: fc.integer({ min: 0, max: 8 }),
  capacity: fc.integer({ min: 0, max: 8 }),
  teamFree: fc.option(fc.integer({ min: -1, max: 5 })),
  idleSince: fc.option(fc.integer({ min: 0, max: 90_000 })),
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
    ['belongs to a full team', { teamFree: 0 }, 'TEAM_AT_CAPACITY'],
    ['has one place left', { load: 4 }, null],
    ['belongs to a team with one place left', { teamFree: 1 }, null],
  ])('an agent who %s', (_, overrides, reason) => {
    expect(exclusionOf(makeCandidate(overrides), 1)).toBe(reason);
  });

  it('weighs the units of the conversation, not their number', () => {
    expect(exclusionOf(makeCandidate({ load: 3 }), 2)).toBeNull();
    expect(exclusionOf(makeCandidate({ load: 4 }), 2)).toBe('AT_CAPACITY');
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

  it('is nobody when all are left out', () => {
    expect(chosenOf([makeCandidate({ presence: 'AWAY' })])).toBeNull();
    expect(chosenOf([])).toBeNull();
  });

  it('does not depend on the order in which agents are looked at, and scores fall from the best on', () => {
    fc.assert(fc.property(fc.uniqueArray(anyCandidate, { selector: ({ agentId }) => agentId, maxLength: 12 }), fc.shuffledSubarray<RoutingStrategy>(['LEAST_LOAD', 'LONGEST_IDLE'], { minLength: 1 }), (candidates, strategy) => {
      const choice = chooseAgent(ask(candidates, strategy));
      expect(chooseAgent(ask([...candidates].reverse(), strategy))).toEqual(choice);
      const scores = choice.candidates.flatMap(({ score }) => (score === null ? [] : [score]));
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(choice.candidates).toHaveLength(candidates.length);
    }));
  });

  it('spreads equal agents within one unit, whatever comes and goes', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 8 }), fc.array(fc.boolean(), { maxLength: 60 }), (count, arrivals) => {
      const agents = Array.from({ length: count }, (_, index) => makeCandidate({ agentId: `agt_${index}`, capacity: 10, idleSince: null }));
      arrivals.forEach((_, at) => {
        const chosen = agents.find(({ agentId }) => agentId === chooseAgent({ ...ask(agents), at }).chosen);
        if (chosen) Object.assign(chosen, { load: chosen.load + 1, idleSince: at });
        const loads = agents.map(({ load }) => load);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      });
    }));
  });
});
