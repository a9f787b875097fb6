import { describe, expect, it } from 'vitest';
import { mergeFields, missingKeys, readForm } from './form.rules.ts';

const form = (properties: object) => readForm({ type: 'object', properties });
const codeOf = (fn: () => unknown): [string, string[] | null] | 'fine' => {
  try {
    fn();
    return 'fine';
  } catch (error) {
    return [(error as { code: string }).code, (error as { field: string[] | null }).field];
  }
};
const options = (count: number) => Array.from({ length: count }, (_, place) => `值${place}`);

describe('readForm', () => {
  it.each([
    ['an empty schema', {}],
    ['forty fields', { type: 'object', properties: Object.fromEntries(options(40).map((_, place) => [`f${place}`, { type: 'string' }])) }],
    ['every kind of field', { properties: {
      a: { type: 'string', title: '订单号', titleEn: 'Order', minLength: 1, maxLength: 5_000 }, b: { type: 'string', enum: options(100) }, c: { type: 'string', format: 'date' },
      d: { type: 'number', minimum: 0, maximum: 0 }, e: { type: 'integer' }, f: { type: 'boolean' }, g: { type: 'array', items: { type: 'string', enum: options(2) } },
    } }],
  ])('reads %s', (_name, schema) => expect(codeOf(() => readForm(schema))).toBe('fine'));

  it.each([
    ['no object', []],
    ['a pattern, which could hold a server up', { properties: { a: { type: 'string', pattern: '(a+)+$' } } }],
    ['a reference', { properties: {}, $ref: 'https://elsewhere.example' }],
    ['forty-one fields', { properties: Object.fromEntries(options(41).map((_, place) => [`f${place}`, { type: 'string' }])) }],
    ['a key of capitals', { properties: { Order: { type: 'string' } } }],
    ['a key that objects have themselves', { properties: JSON.parse('{"__proto__": {"type": "string"}}') as object }],
    ['a field without a type', { properties: { a: {} } }],
    ['a limit that is none', { properties: { a: { type: 'string', maxLength: 5_001 } } }],
    ['limits the wrong way round', { properties: { a: { type: 'number', minimum: 2, maximum: 1 } } }],
    ['one value to choose from', { properties: { a: { type: 'string', enum: ['一'] } } }],
    ['the same value twice', { properties: { a: { type: 'string', enum: ['一', '一'] } } }],
    ['a list of anything', { properties: { a: { type: 'array' } } }],
    ['a title of 61 characters', { properties: { a: { type: 'string', title: '题'.repeat(61) } } }],
  ])('refuses %s', (_name, schema) => expect(codeOf(() => readForm(schema))).toEqual(['DOCUMENT_INVALID', ['fieldsSchema']]));
});

describe('mergeFields', () => {
  const all = form({
    text: { type: 'string', minLength: 2, maxLength: 4 }, kind: { type: 'string', enum: ['甲', '乙'] }, day: { type: 'string', format: 'date' }, mail: { type: 'string', format: 'email' },
    link: { type: 'string', format: 'uri' }, amount: { type: 'number', minimum: 0, maximum: 10 }, count: { type: 'integer' }, urgent: { type: 'boolean' }, many: { type: 'array', items: { type: 'string', enum: ['甲', '乙'] } },
  });

  it.each([
    ['text', 'ab'], ['text', '四个字符'], ['kind', '乙'], ['day', '2028-02-29'], ['mail', 'a@b.example'], ['link', 'https://a.example/b'], ['amount', 0], ['amount', 10], ['count', -3], ['urgent', false], ['many', ['乙', '甲']],
  ])('takes %s %j', (key, value) => expect(mergeFields(all, {}, { [key]: value })).toEqual({ [key]: value }));

  it.each([
    ['text', 'a'], ['text', '五个字符吧'], ['text', 5], ['kind', '丙'], ['day', '2027-02-29'], ['day', '29.02.2028'], ['mail', 'nobody'], ['link', 'javascript:alert(1)'],
    ['amount', -0.1], ['amount', 10.1], ['amount', '5'], ['count', 1.5], ['urgent', 'true'], ['many', ['甲', '甲']], ['many', ['丙']], ['unknown', 'x'],
  ])('refuses %s %j', (key, value) => expect(codeOf(() => mergeFields(all, {}, { [key]: value }))).toEqual(['INVALID', ['fields', key]]));

  it('takes a key away with null, nothing or white space, and leaves the others', () => {
    expect(mergeFields(all, { text: 'ab', kind: '甲', day: '2028-02-29', many: ['甲'] }, { text: null, day: ' ', many: [] })).toEqual({ kind: '甲' });
  });

  it('leaves alone what a form of before took', () => expect(mergeFields(form({}), { old: 'x' }, {})).toEqual({ old: 'x' }));
  it('takes no list for fields', () => expect(codeOf(() => mergeFields(all, {}, []))).toEqual(['INVALID', ['fields']]));
});

it('asks for required fields in the order of the form; no and zero are answers', () => {
  const wanted = form({ b: { type: 'string' }, a: { type: 'boolean' }, n: { type: 'number' }, free: { type: 'string' } });
  expect(missingKeys(wanted, ['n', 'a', 'b'], {})).toEqual(['b', 'a', 'n']);
  expect(missingKeys(wanted, ['n', 'a', 'b'], { a: false, n: 0, b: ' ' })).toEqual(['b']);
});
