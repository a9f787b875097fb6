import { describe, expect, it } from 'vitest';
import type { ClockFacts, Conditions, TicketFacts } from './automation.types.ts';
import { failedCondition, pendingSteps, plainConditions } from './conditions.rules.ts';

const clock = (changes: Partial<ClockFacts> = {}): ClockFacts => ({ target: 'FIRST_RESPONSE', state: 'RUNNING', isEnded: false, isAtRisk: false, ...changes });
const TICKET: TicketFacts = { state: 'OPEN', priority: 'P1', categoryId: 'cat_child', customerId: 'cus_1', agentId: null, teamId: 'tem_1', tags: ['vip', '退款'], clocks: [clock(), clock({ target: 'RESOLUTION', state: 'BREACHED', isAtRisk: true })] };
const below = (ids: readonly string[]) => (ids.includes('cat_root') ? [...ids, 'cat_child'] : ids);

describe('failedCondition', () => {
  it.each<[string, Conditions, string | null]>([
    ['nothing asked', {}, null],
    ['the first that fails is named', { states: ['NEW'], priorities: ['P0'] }, 'states'],
    ['one of several values is enough', { states: ['NEW', 'OPEN'], priorities: ['P0'] }, 'priorities'],
    ['a category holds for those below it', { categoryIds: ['cat_root'] }, null],
    ['another category', { categoryIds: ['cat_other'] }, 'categoryIds'],
    ['an owner where nobody owns it', { agentIds: ['agt_1'] }, 'agentIds'],
    ['nobody owns it', { isUnassigned: true }, null],
    ['any of the tags', { tags: ['别的', 'vip'] }, null],
    ['none of the tags', { tags: ['别的'] }, 'tags'],
    ['a missed clock of any target', { clockStates: ['BREACHED'] }, null],
    ['a missed clock of one target', { clockStates: ['BREACHED'], clockTarget: 'FIRST_RESPONSE' }, 'clockStates'],
    ['at risk', { isAtRisk: true }, null],
    ['at risk and running must hold of one clock', { clockStates: ['RUNNING'], isAtRisk: true }, 'isAtRisk'],
  ])('%s', (_name, conditions, expected) => {
    expect(failedCondition(conditions, TICKET, below)).toBe(expected);
  });

  it('heeds a clock that has ended only where MET is asked for', () => {
    const ended = { ...TICKET, clocks: [clock({ state: 'BREACHED', isEnded: true })] };
    expect(failedCondition({ clockStates: ['BREACHED'] }, ended, below)).toBe('clockStates');
    expect(failedCondition({ clockStates: ['BREACHED', 'MET'] }, ended, below)).toBeNull();
  });
});

it('pendingSteps leaves out what is so already', () => {
  const steps = [{ verb: 'SET_PRIORITY', value: 'P1' }, { verb: 'ADD_TAG', value: 'vip' }, { verb: 'ASSIGN_TEAM', value: 'mine' }, { verb: 'COMMENT', value: '再看' }, { verb: 'ASSIGN_TEAM', value: 'gone' }] as const;
  expect(pendingSteps(steps, TICKET, new Map([['mine', 'tem_1']]))).toEqual([3, 4]);
});

describe('plainConditions', () => {
  it('keeps what asks something, once', () => {
    expect(plainConditions({ states: ['NEW', 'NEW'], tags: [' vip ', ''], priorities: [], isUnassigned: false, isAtRisk: true, customerId: null })).toEqual({ states: ['NEW'], tags: ['vip'], isAtRisk: true });
  });

  it('refuses a hundred and one values, and takes a hundred', () => {
    const tags = Array.from({ length: 101 }, (_, index) => `t${index}`);
    expect(() => plainConditions({ tags })).toThrow('TOO_MANY');
    expect(plainConditions({ tags: tags.slice(1) }).tags).toHaveLength(100);
  });
});
