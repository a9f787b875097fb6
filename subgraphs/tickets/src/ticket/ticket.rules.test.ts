import { describe, expect, it } from 'vitest';
import { findCategory, inTreeOrder, withDescendants } from './category.rules.ts';
import { priorityName, priorityNumber, problemsOf } from './ticket.rules.ts';
import type { CategoryRow } from './ticket.tables.ts';

const input = (changes = {}) => ({ category: 'PAYMENT', customerId: 'cus_1', subject: '退款未到账', ...changes });
const category = (key: string, parentId: string | null = null, position = 1, isRetired = 0): CategoryRow =>
  ({ id: `cat_${key}`, key, nameZh: key, nameEn: key, parentId, position, isRetired, version: 1, fieldsSchema: null, requiredFields: null });

describe('problemsOf', () => {
  it.each([
    ['no subject', { subject: ' ' }, 'REQUIRED', 'subject'],
    ['201 characters', { subject: '题'.repeat(201) }, 'TOO_LONG', 'subject'],
    ['two lines', { subject: '退款\n未到账' }, 'INVALID', 'subject'],
    ['a character that shows nothing', { subject: '退款\0' }, 'INVALID', 'subject'],
    ['a description of 20,001 characters', { description: 'x'.repeat(20_001) }, 'TOO_LONG', 'description'],
    ['21 files', { attachmentIds: Array.from({ length: 21 }, () => 'att_1') }, 'TOO_MANY', 'attachmentIds'],
    ['P0 without the permission', { priority: 'P0' }, 'NOT_ALLOWED', 'priority'],
    ['nobody', { customerId: null }, 'REQUIRED', 'customerId'],
    ['a customer named twice', { customerLookup: '13800138000' }, 'INVALID', 'customerId'],
  ])('finds %s', (_name, changes, code, field) => {
    expect(problemsOf(input(changes), false).map((problem) => [problem.code, problem.field])).toEqual([[code, [field]]]);
  });

  it.each([['200 characters', { subject: '题'.repeat(200) }], ['a line break at the end of the subject', { subject: '退款\n' }], ['20,000 characters', { description: 'x'.repeat(20_000) }], ['a conversation instead of a customer', { customerId: null, conversationId: 'cnv_1' }]])(
    'takes %s', (_name, changes) => expect(problemsOf(input(changes), false)).toEqual([]));

  it('takes P0 from who may set it', () => expect(problemsOf(input({ priority: 'P0' }), true)).toEqual([]));
});

it('sorts priorities by urgency and spells them back', () => {
  expect((['P0', 'P1', 'P2'] as const).map(priorityNumber)).toEqual([0, 1, 2]);
  expect([0, 1, 2].map(priorityName)).toEqual(['P0', 'P1', 'P2']);
});

describe('categories', () => {
  const all = [category('B', null, 2), category('A', null, 1), category('A2', 'cat_A', 2), category('A1', 'cat_A', 1), category('A11', 'cat_A1'), category('OLD', null, 3, 1)];

  it('are found by id or key while offered', () => {
    expect(findCategory(all, 'cat_A1')?.key).toBe('A1');
    expect(findCategory(all, 'B')?.id).toBe('cat_B');
    expect(findCategory(all, 'OLD')).toBeNull();
    expect(findCategory(all, 'a')).toBeNull();
  });

  it('include those below, however deep', () => expect(withDescendants(all, ['cat_A']).sort()).toEqual(['cat_A', 'cat_A1', 'cat_A11', 'cat_A2']));

  it('are read as a tree', () => expect(inTreeOrder(all).map((one) => one.key)).toEqual(['A', 'A1', 'A11', 'A2', 'B', 'OLD']));
});
