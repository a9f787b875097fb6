import { describe, expect, it } from 'vitest';
import { checkForm, formFault, type FormFieldSpec } from './form.rules.ts';

const makeField = (overrides: Partial<FormFieldSpec> = {}): FormFieldSpec => ({
  key: 'name', label: { zh: '称呼', en: 'Name' }, kind: 'TEXT', isRequired: false, lengthMax: null, choices: [], ...overrides,
});
const topic = makeField({ key: 'topic', label: { zh: '问题', en: 'Topic' }, kind: 'CHOICE', choices: [{ value: 'payment', zh: '支付问题', en: 'Payment' }] });
const refusal = (form: FormFieldSpec[], answers: unknown) => {
  try {
    checkForm(form, answers, 'EN');
    return null;
  } catch (error) {
    const { code, field } = error as { code: string; field: string[] };
    return [code, ...field];
  }
};

describe('answers of a form', () => {
  it.each<[string, FormFieldSpec, unknown, string[] | null]>([
    ['a required text left out', makeField({ isRequired: true }), {}, ['FIELDS_MISSING', 'form', 'name']],
    ['a required text of blanks', makeField({ isRequired: true }), { name: '  ' }, ['FIELDS_MISSING', 'form', 'name']],
    ['an optional text left out', makeField(), {}, null],
    ['a number for a text', makeField(), { name: 7 }, ['INVALID', 'form', 'name']],
    ['a text of exactly the limit', makeField({ lengthMax: 3 }), { name: '👍👍👍' }, null],
    ['a text over the limit', makeField({ lengthMax: 3 }), { name: 'abcd' }, ['INVALID', 'form', 'name']],
    ['a text over the limit of its kind', makeField(), { name: 'a'.repeat(201) }, ['INVALID', 'form', 'name']],
    ['a phone with marks', makeField({ kind: 'PHONE' }), { name: '+86 138-0013-8000' }, null],
    ['a phone of letters', makeField({ kind: 'PHONE' }), { name: 'call me' }, ['INVALID', 'form', 'name']],
    ['a mail address', makeField({ kind: 'EMAIL' }), { name: 'a@b.cn' }, null],
    ['a mail address without a domain', makeField({ kind: 'EMAIL' }), { name: 'a@b' }, ['INVALID', 'form', 'name']],
    ['a choice by its value', topic, { topic: 'payment' }, null],
    ['a choice that is none', topic, { topic: 'other' }, ['INVALID', 'form', 'topic']],
    ['a required box not ticked', makeField({ kind: 'CHECK', isRequired: true }), { name: false }, ['FIELDS_MISSING', 'form', 'name']],
    ['a box with a text', makeField({ kind: 'CHECK' }), { name: 'yes' }, ['INVALID', 'form', 'name']],
    ['a key the form does not have', makeField(), { age: 'x' }, ['INVALID', 'form', 'age']],
    ['a list instead of answers', makeField(), [], ['INVALID', 'form']],
    ['nothing at all', makeField(), null, null],
  ])('%s', (_, field, answers, expected) => {
    expect(refusal([field], answers)).toEqual(expected);
  });

  it('come back in the reader\'s words and the rules\' values, in the form\'s order', () => {
    expect(checkForm([topic, makeField()], { name: ' Li ', topic: '支付问题' }, 'EN')).toEqual([
      { key: 'topic', label: 'Topic', value: 'payment', shown: 'Payment' },
      { key: 'name', label: 'Name', value: 'Li', shown: 'Li' },
    ]);
  });
});

describe('a form', () => {
  it('is refused with doubled keys, impossible limits or a choice without choices', () => {
    expect(formFault([topic, makeField()])).toBeNull();
    expect(formFault([makeField(), makeField()])).toMatch(/same key/);
    expect(formFault([makeField({ lengthMax: 201 })])).toMatch(/length/);
    expect(formFault([makeField({ kind: 'CHOICE' })])).toMatch(/choices/);
    expect(formFault([makeField({ key: 'A b' })])).toMatch(/malformed/);
    expect(formFault(Array.from({ length: 11 }, (_, at) => makeField({ key: `f${at}` })))).toMatch(/at most 10/);
  });
});
