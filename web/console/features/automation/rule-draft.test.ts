import { describe, expect, it } from 'vitest';
import { begun, contentOf, draftOf, inputOf, isSame, type RuleContent } from './rule-draft.ts';

const SAVED: RuleContent = {
  trigger: 'TIME_SINCE', since: 'UPDATED', afterSeconds: 5_400, conditions: { isUnassigned: true, clockTarget: 'RESOLUTION', states: ['NEW', 'OPEN'], tags: ['vip'] },
  steps: [{ verb: 'SET_PRIORITY', value: 'P1' }, { verb: 'COMMENT', value: '请跟进' }],
};

describe('a rule being written', () => {
  it('says what was saved, whatever the order of the conditions was', () => {
    expect(contentOf(draftOf('名称', SAVED))).toEqual(SAVED);
  });

  it.each([[300, 5, 'm'], [5_400, 90, 'm'], [7_200, 2, 'h'], [86_400, 1, 'd']])('reads %i seconds as %i %s', (afterSeconds, amount, unit) => {
    expect(draftOf('名称', { ...SAVED, afterSeconds })).toMatchObject({ amount, unit });
  });

  it('has no time when it waits for none, and asks nothing where nothing was chosen', () => {
    expect(inputOf({ ...begun(), name: ' 新规则 ' })).toEqual({ name: '新规则', trigger: 'TICKET_CREATED', since: null, afterSeconds: null, conditions: {}, steps: [{ verb: 'ADD_TAG', value: '' }] });
  });

  it('is the same as another that says the same', () => {
    expect(isSame(draftOf('名称', SAVED), draftOf('名称', { ...SAVED }))).toBe(true);
    expect(isSame(draftOf('名称', SAVED), draftOf('别名', SAVED))).toBe(false);
  });
});
