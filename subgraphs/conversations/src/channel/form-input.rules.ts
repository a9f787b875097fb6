import { refuse, type Words } from '@careline/kit/errors';
import { textWithin } from '../input.rules.ts';
import { formFault, type FormChoice, type FormFieldKind, type FormFieldSpec } from './form.rules.ts';

export interface FormFieldInput {
  key: string;
  label: Words;
  kind: FormFieldKind;
  isRequired: boolean;
  lengthMax?: number | null;
  choices?: readonly FormChoice[] | null;
}

const FIELDS_MAX = 10;
const CHOICES_MAX = 20;

/** A text in both languages, each trimmed and at least one character long. */
export const wordsWithin = ({ zh, en }: Words, field: string, max: number): Words => ({ zh: textWithin(zh, field, 1, max), en: textWithin(en, field, 1, max) });

function readChoices(choices: readonly FormChoice[], path: string[]): FormChoice[] {
  if (choices.length > CHOICES_MAX) throw refuse('TOO_MANY', path, { zh: `最多 ${CHOICES_MAX} 个选项。`, en: `At most ${CHOICES_MAX} choices.` });
  const read = choices.map((choice) => ({ value: textWithin(choice.value, 'form', 1, 40), ...wordsWithin(choice, 'form', 60) }));
  if (new Set(read.map(({ value }) => value)).size < read.length) throw refuse('ALREADY_EXISTS', path, { zh: '选项的值不能重复。', en: 'Two choices have the same value.' });
  return read;
}

/** A channel's form as it is kept. Refuses with the path of the first field that is wrong. */
export function readForm(form: readonly FormFieldInput[]): FormFieldSpec[] {
  if (form.length > FIELDS_MAX) throw refuse('TOO_MANY', 'form', { zh: `表单最多 ${FIELDS_MAX} 个字段。`, en: `A form may have at most ${FIELDS_MAX} fields.` });
  const read: FormFieldSpec[] = [];
  for (const [index, field] of form.entries()) {
    const path = ['form', String(index)];
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(field.key)) throw refuse('INVALID', [...path, 'key'], { zh: '字段标识由小写字母、数字或下划线组成，以字母开头。', en: 'A key has lower-case letters, digits or underscores and begins with a letter.' });
    if (read.some(({ key }) => key === field.key)) throw refuse('ALREADY_EXISTS', [...path, 'key'], { zh: '字段标识不能重复。', en: 'Another field has this key.' });
    const choices = readChoices(field.choices ?? [], [...path, 'choices']);
    if (field.kind === 'CHOICE' && choices.length === 0) throw refuse('REQUIRED', [...path, 'choices'], { zh: '请至少填写一个选项。', en: 'Give at least one choice.' });
    if (field.kind !== 'CHOICE' && choices.length > 0) throw refuse('INVALID', [...path, 'choices'], { zh: '只有单选字段才有选项。', en: 'Only a choice has choices.' });
    const spec = { key: field.key, label: wordsWithin(field.label, 'form', 60), kind: field.kind, isRequired: field.isRequired, lengthMax: field.lengthMax ?? null, choices };
    if (formFault([spec]) !== null) throw refuse('OUT_OF_RANGE', [...path, 'lengthMax'], { zh: '最长字数超出该类型允许的范围。', en: 'The longest answer lies beyond what this kind allows.' });
    read.push(spec);
  }
  return read;
}
