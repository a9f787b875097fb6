import { describe, expect, it } from 'vitest';
import { addItem, addPolicy, movePolicy, readForm, removeItem, removePolicy, setValue, setValues } from './policy-text.ts';

const TEXT = `# P0 紧急
priority: P0
first_response: 15m # 合同第3条
resolution_time: 4h
escalation_rules:
  - after: 10m
    target: supervisor_group
---
# P1 高
priority: P1
conditions:
  tags: [vip]
first_response: 30m
business_hours: weekday_9_18
warnings:
  - percent_used: 80
`;

describe('readForm', () => {
  it('shows what is written, mistakes included', () => {
    const [first, second] = readForm(TEXT.replace('4h', '4x'))!;
    expect(first).toMatchObject({ priority: 'P0', budgets: { first_response: '15m', resolution_time: '4x', next_response: '' }, hours: '', pauseStates: null, rules: [{ after: '10m', target: 'supervisor_group', appliesTo: '' }] });
    expect(second).toMatchObject({ priority: 'P1', tags: ['vip'], categories: [], hours: 'weekday_9_18', warnings: [{ before: '', percent: '80', target: '' }] });
  });

  it.each([
    ['a text that is no YAML', 'priority: "P0\n'],
    ['a list', '- priority: P0\n'],
    ['a key without a colon', 'priority: P0\nfirst_response 15m\n'],
  ])('shows nothing for %s', (_name, text) => {
    expect(readForm(text)).toBeNull();
    expect(setValue(text, 0, ['first_response'], '5m')).toBe(text);
  });

  it('takes a text of comments for no policy yet', () => {
    expect(readForm('# later\n')).toEqual([]);
  });
});

describe('a change in the form', () => {
  it('writes its value and leaves every other letter alone', () => {
    expect(setValue(TEXT, 0, ['first_response'], '20m')).toBe(TEXT.replace('15m', '20m'));
    expect(setValue(TEXT, 1, ['warnings', 0, 'percent_used'], '90')).toBe(TEXT.replace('80', '90'));
    expect(setValue(TEXT, 0, ['escalation_rules', 0, 'target'], 'tech_lead')).toBe(TEXT.replace('supervisor_group', 'tech_lead'));
    expect(setValue(TEXT, 0, ['first_response'], '15m')).toBe(TEXT);
  });

  it('puts a new key where people expect it', () => {
    expect(setValue(TEXT, 1, ['resolution_time'], '8h')).toBe(TEXT.replace('first_response: 30m\n', 'first_response: 30m\nresolution_time: 8h\n'));
    expect(setValue(TEXT, 0, ['conditions', 'categories'], ['PAYMENT'])).toBe(TEXT.replace('priority: P0\n', 'priority: P0\nconditions:\n  categories: [PAYMENT]\n'));
    expect(setValue(TEXT, 1, ['conditions', 'categories'], ['PAYMENT'])).toBe(TEXT.replace('  tags: [vip]\n', '  tags: [vip]\n  categories: [PAYMENT]\n'));
  });

  it('takes an empty value out, and conditions that hold nothing', () => {
    expect(setValue(TEXT, 0, ['resolution_time'], '')).toBe(TEXT.replace('resolution_time: 4h\n', ''));
    expect(setValue(TEXT, 1, ['conditions', 'tags'], [])).toBe(TEXT.replace('conditions:\n  tags: [vip]\n', ''));
  });

  it('keeps pause states that are none: that is not the same as the usual ones', () => {
    expect(readForm(setValue(TEXT, 0, ['pause_states'], []))![0]!.pauseStates).toEqual([]);
  });

  it('makes one kind of warning the other in one step', () => {
    expect(setValues(TEXT, 1, [[['warnings', 0, 'before'], '5m'], [['warnings', 0, 'percent_used'], null]])).toBe(TEXT.replace('percent_used: 80', 'before: 5m'));
  });

  it('adds steps and takes them out, the list with the last of them', () => {
    const more = addItem(TEXT, 0, 'escalation_rules', { after: '1h', target: 'tech_lead' });
    expect(more).toBe(TEXT.replace('    target: supervisor_group\n', '    target: supervisor_group\n  - after: 1h\n    target: tech_lead\n'));
    expect(removeItem(more, 0, 'escalation_rules', 1)).toBe(TEXT);
    expect(removeItem(TEXT, 1, 'warnings', 0)).toBe(TEXT.replace('warnings:\n  - percent_used: 80\n', ''));
    expect(readForm(addItem(TEXT, 1, 'escalation_rules', { after: '1h', target: 'tech_lead' }))![1]!.rules).toHaveLength(1);
  });
});

describe('the order of policies', () => {
  it('is changed with their comments, and back again', () => {
    const moved = movePolicy(TEXT, 1, -1);
    expect(readForm(moved)!.map(({ priority }) => priority)).toEqual(['P1', 'P0']);
    expect(moved).toMatch(/^# P1 高\npriority: P1[\s\S]*---\n# P0 紧急\n/);
    expect(movePolicy(moved, 0, 1)).toBe(TEXT);
  });

  it('grows at its end and shrinks anywhere', () => {
    const more = addPolicy(TEXT, 'P2');
    expect(readForm(more)!.map(({ priority }) => priority)).toEqual(['P0', 'P1', 'P2']);
    expect(removePolicy(more, 2)).toBe(TEXT);
    expect(removePolicy(TEXT, 0)).toMatch(/^# P1 高\npriority: P1/);
    expect(addPolicy('', 'P0')).toMatch(/^priority: P0\n/);
  });
});
