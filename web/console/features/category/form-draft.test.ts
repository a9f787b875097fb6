import { expect, it } from 'vitest';
import { draftOf, newField, problemsOf, schemaOf } from './form-draft.ts';

const SCHEMA = { type: 'object', properties: {
  order: { type: 'string', title: '订单号', titleEn: 'Order', maxLength: 20, minLength: 2 }, note: { type: 'string', title: '说明', format: 'multiline' }, way: { type: 'string', title: '方式', enum: ['甲', '乙'] },
  many: { type: 'array', title: '渠道', items: { type: 'string', enum: ['甲', '乙'] } }, amount: { type: 'number', title: '金额', minimum: 0, maximum: 9.5 }, count: { type: 'integer', title: '次数' }, urgent: { type: 'boolean', title: '急' }, day: { type: 'string', title: '日期', format: 'date' },
} };

it('gives back the form it was read from, in its order', () => {
  const { fieldsSchema, requiredFields } = schemaOf(draftOf(SCHEMA, ['way', 'order']));
  expect(fieldsSchema).toEqual(SCHEMA);
  expect(Object.keys(fieldsSchema['properties'] as object)).toEqual(Object.keys(SCHEMA.properties));
  expect(requiredFields).toEqual(['order', 'way']);
});

it('is nothing at all without fields', () => expect(schemaOf(draftOf({}, []))).toEqual({ fieldsSchema: {}, requiredFields: [] }));

it('says what is wrong where it is wrong', () => {
  const [order, , way, , amount] = draftOf(SCHEMA, []);
  const all = draftOf(SCHEMA, []);
  expect(problemsOf(order!, all)).toEqual({});
  expect(problemsOf({ ...order!, key: 'Order' }, all)).toEqual({ key: 'badKey' });
  expect(problemsOf({ ...order!, key: 'note' }, all)).toEqual({ key: 'sameKey' });
  expect(problemsOf({ ...order!, title: ' ', titleEn: '' }, all)).toEqual({ title: 'noName' });
  expect(problemsOf({ ...way!, options: '甲\n甲\n' }, all)).toEqual({ options: 'fewOptions' });
  expect(problemsOf({ ...amount!, minimum: 'a' }, all)).toEqual({ limits: 'badNumber' });
});

it('gives a new field a key that is free', () => {
  const first = newField([]);
  expect([first.key, newField([first]).key, newField([{ ...first, key: 'field_2' }]).key]).toEqual(['field_1', 'field_2', 'field_3']);
});
