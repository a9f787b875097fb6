import { HOUR, MINUTE } from '@careline/kit/time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPolicy, withAncestors } from './policy.rules.ts';
import { readPolicyYaml, writePolicyYaml } from './policy-yaml.ts';
import type { Policy, PolicyNames } from './policy.types.ts';

const NAMES: PolicyNames = {
  hours: new Map([['7x24', { isAlways: true }], ['weekday_9_18', { isAlways: false }]]),
  teams: new Set(['supervisor_group', 'tech_lead']),
  categories: new Set(['TECHNICAL', 'ACCOUNT', 'PAYMENT']),
};

const ORDERED = `priority: P0
first_response: 15m
resolution_time: 4h
escalation_rules:
  - after: 10m
    target: supervisor_group
`;

const read = (text: string) => readPolicyYaml(text, NAMES);

it('reads the ordered sample to the letter', () => {
  expect(read(ORDERED)).toEqual({
    problems: [],
    policies: [{
      priority: 'P0', conditions: {}, budgets: { FIRST_RESPONSE: 15 * MINUTE, RESOLUTION: 4 * HOUR }, pauseStates: ['PENDING', 'ON_HOLD'], hoursKey: '7x24',
      escalations: [{ appliesTo: null, afterMs: 10 * MINUTE, target: 'supervisor_group' }], warnings: [],
    }],
  });
  expect(writePolicyYaml(read(ORDERED).policies)).toBe(ORDERED);
});

it('reads all that may be written, comments and several policies included', () => {
  const text = `# 重要客户
priority: P1
conditions:
  categories: [PAYMENT]
  tags: [vip]
first_response: 1h
next_response: 2h
periodic_update: 1d
resolution_time: 3d
business_hours: weekday_9_18
pause_states: [PENDING]
warnings:
  - before: 10m
  - percent_used: 80
    target: tech_lead
escalation_rules:
  - after: 30m
    target: tech_lead
    applies_to: first_response
---
priority: P2
resolution_time: 72h
`;
  const { policies, problems } = read(text);
  expect(problems.filter(({ isWarning }) => !isWarning)).toEqual([]);
  expect(policies[0]).toMatchObject({ conditions: { categories: ['PAYMENT'], tags: ['vip'] }, hoursKey: 'weekday_9_18', warnings: [{ beforeMs: 10 * MINUTE }, { percentUsed: 80, target: 'tech_lead' }] });
  expect(policies[1]).toMatchObject({ priority: 'P2', budgets: { RESOLUTION: 72 * HOUR } });
});

/** What is broken, where it must be found, and a word of the sentence that says how to mend it. */
const BROKEN: readonly (readonly [name: string, text: string, line: number, column: number, word: string])[] = [
  ['nothing at all', '', 1, 1, 'at least one policy'],
  ['only a comment', '# later\n', 1, 1, 'at least one policy'],
  ['a list instead of a policy', '- priority: P0\n', 1, 1, '---'],
  ['a word instead of a policy', 'P0\n', 1, 1, 'priority: P0'],
  ['a tab', 'priority: P0\nescalation_rules:\n\t- after: 10m\n', 3, 1, 'spaces'],
  ['a key without a colon', 'priority: P0\nfirst_response 15m\n', 2, 1, 'colon'],
  ['an open bracket', 'priority: P0\nconditions: {tags: [vip}\n', 2, 24, 'bracket'],
  ['an open quote', 'priority: "P0\nfirst_response: 15m\n', 1, 11, 'never closed'],
  ['a line that is indented too far', 'priority: P0\nescalation_rules:\n  - after: 10m\n      target: tech_lead\n', 3, 12, 'indented too far'],
  ['a line that is indented too little', 'priority: P0\nescalation_rules:\n  - after: 10m\n   target: tech_lead\n', 4, 1, 'not indented like'],
  ['two keys on one line', 'priority: P0 first_response: 15m\n', 1, 11, 'line of its own'],
  ['a key written twice', 'priority: P0\nfirst_response: 15m\nfirst_response: 20m\n', 3, 1, 'twice'],
  ['no priority', 'first_response: 15m\n', 1, 1, 'priority is missing'],
  ['an unknown priority', 'priority: P9\nfirst_response: 15m\n', 1, 11, 'There is no "P9". Write one of: P0, P1, P2.'],
  ['a priority in small letters', 'priority: p0\nfirst_response: 15m\n', 1, 11, 'Did you mean P0'],
  ['a misspelled key', 'priority: P0\nfirst_reponse: 15m\n', 2, 1, 'first_response'],
  ['a hyphen in a key', 'priority: P0\nresolution-time: 4h\n', 2, 1, 'resolution_time'],
  ['a key from elsewhere', 'priority: P0\nfirst_response: 15m\ncolour: red\n', 3, 1, 'Known keys'],
  ['a duration without a unit', 'priority: P0\nfirst_response: 15\n', 2, 17, '15m'],
  ['a duration in words', 'priority: P0\nfirst_response: 15 minutes\n', 2, 17, '15m'],
  ['a duration of nothing', 'priority: P0\nfirst_response: 0m\n', 2, 17, 'more than 0'],
  ['a negative duration', 'priority: P0\nfirst_response: -5m\n', 2, 17, '15m'],
  ['an endless duration', 'priority: P0\nresolution_time: 9999d\n', 2, 18, '365d'],
  ['an empty duration', 'priority: P0\nfirst_response:\n', 2, 16, '15m'],
  ['no promise', 'priority: P0\n', 1, 1, 'promises nothing'],
  ['a response later than the resolution', 'priority: P0\nfirst_response: 5h\nresolution_time: 4h\n', 2, 1, 'lower first_response'],
  ['unknown business hours', 'priority: P0\nfirst_response: 1h\nbusiness_hours: weekday_9_17\n', 3, 17, 'weekday_9_18'],
  ['rules that are no list', 'priority: P0\nfirst_response: 1h\nescalation_rules:\n  after: 10m\n', 4, 3, '- '],
  ['a rule without a target', 'priority: P0\nfirst_response: 1h\nescalation_rules:\n  - after: 10m\n', 4, 5, 'lacks target'],
  ['a rule without a time', 'priority: P0\nfirst_response: 1h\nescalation_rules:\n  - target: tech_lead\n', 4, 5, 'lacks after'],
  ['a team that does not exist', 'priority: P0\nfirst_response: 1h\nescalation_rules:\n  - after: 10m\n    target: supervisors_group\n', 5, 13, 'supervisor_group'],
  ['a team by its name', 'priority: P0\nfirst_response: 1h\nescalation_rules:\n  - after: 10m\n    target: 主管组\n', 5, 13, 'key of a team'],
  ['a rule for what is not promised', 'priority: P0\nfirst_response: 1h\nescalation_rules:\n  - after: 10m\n    target: tech_lead\n    applies_to: resolution_time\n', 6, 5, 'does not promise'],
  ['a warning with both', 'priority: P0\nfirst_response: 1h\nwarnings:\n  - before: 5m\n    percent_used: 80\n', 4, 5, 'either'],
  ['a share of 100 percent', 'priority: P0\nfirst_response: 1h\nwarnings:\n  - percent_used: 100\n', 4, 19, '1 to 99'],
  ['an unknown state', 'priority: P0\nfirst_response: 1h\npause_states: [PENDNG]\n', 3, 16, 'PENDING'],
  ['an unknown category', 'priority: P0\nfirst_response: 1h\nconditions:\n  categories: [PAYMENTS]\n', 4, 16, 'PAYMENT'],
  ['a second policy with a mistake', 'priority: P0\nfirst_response: 1h\n---\npriority: P1\nresolution_time: soon\n', 5, 18, '15m'],
];

describe('a mistake is shown with line, column and what to do', () => {
  it.each(BROKEN)('%s', (_name, text, line, column, word) => {
    const problem = read(text).problems.find(({ isWarning }) => !isWarning);
    expect([problem?.line, problem?.column]).toEqual([line, column]);
    expect(problem!.words.en).toContain(word);
    expect(problem!.words.zh).toMatch(/[一-龥]/);
  });
});

it('tells one mistake once, and offers keys and no ids', () => {
  expect(read('priority: P0\nescalation_rules:\n  - after: 10m\n      target: tech_lead\n').problems).toHaveLength(1);
  const id = 'cat_01kang0000e008000000000003';
  const names = { ...NAMES, categories: new Set([...NAMES.categories, id]) };
  const withCategory = (category: string) => readPolicyYaml(`priority: P0\nfirst_response: 1h\nconditions:\n  categories: [${category}]\n`, names).problems;
  expect(withCategory(id)).toEqual([]);
  expect(withCategory('WHATEVER')[0]!.words.en).toMatch(/^There is no "WHATEVER"\. Write one of: /);
  expect(withCategory('WHATEVER')[0]!.words.en).not.toContain('cat_');
});

it('advises where a policy never holds, and where a day is not a working day', () => {
  const advice = read('priority: P1\nresolution_time: 2d\nbusiness_hours: weekday_9_18\n---\npriority: P1\nconditions:\n  tags: [vip]\nfirst_response: 1h\n').problems;
  expect(advice.map(({ line, isWarning, words }) => [line, isWarning, words.en.split(':')[0]!.slice(0, 30)])).toEqual([[2, true, '1d means 24 hours of working t'], [5, true, 'An earlier policy already matc']]);
});

it('says nothing about teams while nobody can tell which there are', () => {
  expect(readPolicyYaml(ORDERED.replace('supervisor_group', 'any_team'), { ...NAMES, teams: null }).problems).toEqual([]);
});

it('refuses a document that is too large without reading it', () => {
  expect(read(`#${'x'.repeat(100_000)}`).problems[0]!.words.en).toContain('100 KB');
});

const span = fc.integer({ min: 1, max: 30 * 86_400 }).map((seconds) => seconds * 1000);
const policy: fc.Arbitrary<Policy> = fc.record({
  priority: fc.constantFrom('P0', 'P1', 'P2'),
  conditions: fc.oneof(fc.constant({}), fc.record({ tags: fc.array(fc.constantFrom('vip', '退款', 'true', '12', 'a: b'), { minLength: 1, maxLength: 3 }) })),
  budgets: fc.record({ FIRST_RESPONSE: span, RESOLUTION: span.map((ms) => ms + 40 * 86_400_000) }),
  pauseStates: fc.constantFrom(['PENDING', 'ON_HOLD'], ['PENDING'], []),
  hoursKey: fc.constantFrom('7x24', 'weekday_9_18'),
  escalations: fc.array(fc.record({ appliesTo: fc.constantFrom(null, 'RESOLUTION'), afterMs: span, target: fc.constantFrom('supervisor_group', 'tech_lead') }), { maxLength: 3 }),
  warnings: fc.array(fc.oneof(fc.record({ beforeMs: span, percentUsed: fc.constant(null), target: fc.constant(null) }), fc.record({ beforeMs: fc.constant(null), percentUsed: fc.integer({ min: 1, max: 99 }), target: fc.constantFrom(null, 'tech_lead') })), { maxLength: 3 }),
}) as fc.Arbitrary<Policy>;

it('gives equal policies back for every form that is written as YAML', () => {
  fc.assert(fc.property(fc.array(policy, { minLength: 1, maxLength: 4 }), (policies) => {
    const text = writePolicyYaml(policies);
    const again = read(text);
    expect(again.problems.filter(({ isWarning }) => !isWarning)).toEqual([]);
    expect(again.policies).toEqual(policies);
    expect(writePolicyYaml(again.policies)).toBe(text);
  }), { numRuns: 100 });
});

describe('matchPolicy', () => {
  const policies = read('priority: P1\nconditions:\n  categories: [PAYMENT]\nfirst_response: 5m\n---\npriority: P1\nfirst_response: 1h\n').policies;
  it.each([
    ['the first that matches', { priority: 'P1', categories: ['PAYMENT'], tags: [] }, 0],
    ['the next when its conditions do not hold', { priority: 'P1', categories: ['ACCOUNT'], tags: [] }, 1],
    ['none of another priority', { priority: 'P0', categories: ['PAYMENT'], tags: [] }, -1],
  ] as const)('finds %s', (_name, facts, place) => expect(matchPolicy(policies, facts)).toBe(place));
});

it('asks a category together with all above it', () => {
  const tree = [{ id: 'c1', key: 'PAYMENT', parentId: null }, { id: 'c2', key: 'REFUND', parentId: 'c1' }];
  expect(withAncestors(tree, 'c2')).toEqual(['c2', 'REFUND', 'c1', 'PAYMENT']);
  expect(withAncestors(tree, 'gone')).toEqual([]);
});
