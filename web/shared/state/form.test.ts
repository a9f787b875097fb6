import { expect, it } from 'vitest';
import { changesOf, formOf, valuesFor } from './form.ts';

const category = {
  fieldsSchema: { type: 'object', properties: { order: { type: 'string', title: '订单号', titleEn: 'Order' }, note: { type: 'string', format: 'multiline' }, way: { type: 'string', enum: ['甲', '乙'] }, many: { type: 'array', items: { type: 'string', enum: ['甲', '乙'] } }, count: { type: 'integer' }, urgent: { type: 'boolean' } } },
  requiredFields: ['order'],
};

it('reads a form in its order, with what each field is', () => {
  expect(formOf(category).map(({ key, kind, title, isRequired }) => [key, kind, title, isRequired])).toEqual([
    ['order', 'text', '订单号', true], ['note', 'lines', 'note', false], ['way', 'choice', 'way', false], ['many', 'choices', 'many', false], ['count', 'number', 'count', false], ['urgent', 'boolean', 'urgent', false],
  ]);
  expect(formOf({ fieldsSchema: {}, requiredFields: [] })).toEqual([]);
  expect(formOf(null)).toEqual([]);
});

it('sends what the form has and says something; no and zero do', () => {
  expect(valuesFor(formOf(category), { order: ' ', count: 0, urgent: false, many: [], stranger: 'x' })).toEqual({ count: 0, urgent: false });
});

it('sends changes alone, and null for what was taken away', () => {
  const form = formOf(category);
  expect(changesOf(form, { order: 'A', way: '甲', old: 1 }, { order: '', way: '甲', count: 2 })).toEqual({ order: null, count: 2 });
  expect(changesOf(form, { order: 'A' }, { order: 'A', note: '' })).toBeNull();
});
