import { refuse, type Locale, type Refusal, type Words } from '@careline/kit/errors';
import { looksLikeEmail, looksLikePhone } from '../input.rules.ts';

export type FormFieldKind = 'TEXT' | 'PARAGRAPH' | 'PHONE' | 'EMAIL' | 'CHOICE' | 'CHECK';

/** One choice of a CHOICE field: `value` is what rules and records see, the words are what people see. */
export interface FormChoice extends Words {
  value: string;
}

/** One field of a channel's form, in both languages. */
export interface FormFieldSpec {
  key: string;
  label: Words;
  kind: FormFieldKind;
  isRequired: boolean;
  /** Longest answer in characters; null for kinds without one. */
  lengthMax: number | null;
  choices: readonly FormChoice[];
}

/** An accepted answer: `value` for rules, `label` and `shown` for the card in the conversation. */
export interface FormAnswer {
  key: string;
  label: string;
  value: string | boolean;
  shown: string;
}

const FIELDS_MAX = 10;
const LENGTH_MAX: Record<FormFieldKind, number | null> = { TEXT: 200, PARAGRAPH: 2_000, PHONE: 32, EMAIL: 254, CHOICE: null, CHECK: null };

const missing = (key: string, label: Words): Refusal => refuse('FIELDS_MISSING', ['form', key], { zh: `请填写“${label.zh}”。`, en: `Please fill in “${label.en}”.` });
const invalid = (key: string, words: Words): Refusal => refuse('INVALID', ['form', key], words);
const YES: Words = { zh: '是', en: 'Yes' };
const NO: Words = { zh: '否', en: 'No' };
const say = (words: Words, locale: Locale) => (locale === 'EN' ? words.en : words.zh);

function readChoice(field: FormFieldSpec, answer: string): FormChoice {
  const choice = field.choices.find(({ value, zh, en }) => answer === value || answer === zh || answer === en);
  if (!choice) throw invalid(field.key, { zh: `“${field.label.zh}”请从选项中选择。`, en: `Choose one of the options for “${field.label.en}”.` });
  return choice;
}

function readText(field: FormFieldSpec, answer: string): string {
  const text = answer.normalize('NFC').trim();
  const lengthMax = field.lengthMax ?? LENGTH_MAX[field.kind] ?? 0;
  if ([...text].length > lengthMax) throw invalid(field.key, { zh: `“${field.label.zh}”最多 ${lengthMax} 个字。`, en: `“${field.label.en}” may have at most ${lengthMax} characters.` });
  if (field.kind === 'PHONE' && text && !looksLikePhone(text)) throw invalid(field.key, { zh: '电话号码格式不正确。', en: 'This is not a phone number.' });
  if (field.kind === 'EMAIL' && text && !looksLikeEmail(text)) throw invalid(field.key, { zh: '邮箱格式不正确。', en: 'This is not a mail address.' });
  return text;
}

function readField(field: FormFieldSpec, answer: unknown, locale: Locale): FormAnswer | null {
  const label = say(field.label, locale);
  const isEmpty = answer === undefined || answer === null || answer === '';
  if (field.kind === 'CHECK') {
    if (!isEmpty && typeof answer !== 'boolean') throw invalid(field.key, { zh: `“${field.label.zh}”只能是“是”或“否”。`, en: `“${field.label.en}” takes yes or no.` });
    if (field.isRequired && answer !== true) throw missing(field.key, field.label);
    return { key: field.key, label, value: answer === true, shown: say(answer === true ? YES : NO, locale) };
  }
  if (isEmpty) {
    if (field.isRequired) throw missing(field.key, field.label);
    return null;
  }
  if (typeof answer !== 'string') throw invalid(field.key, { zh: `“${field.label.zh}”的内容不正确。`, en: `“${field.label.en}” takes text.` });
  if (field.kind === 'CHOICE') {
    const choice = readChoice(field, answer);
    return { key: field.key, label, value: choice.value, shown: say(choice, locale) };
  }
  const text = readText(field, answer);
  if (!text && field.isRequired) throw missing(field.key, field.label);
  return text ? { key: field.key, label, value: text, shown: text } : null;
}

/**
 * The answers of a pre-chat form, checked field by field in the form's order.
 * Throws a Refusal FIELDS_MISSING or INVALID that names the first field at fault; unknown keys are INVALID.
 */
export function checkForm(form: readonly FormFieldSpec[], answers: unknown, locale: Locale): FormAnswer[] {
  const given = answers ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) throw refuse('INVALID', 'form', { zh: '表单内容不正确。', en: 'The form must be an object of answers.' });
  const unknown = Object.keys(given).find((key) => !form.some((field) => field.key === key));
  if (unknown !== undefined) throw invalid(unknown.slice(0, 40), { zh: '表单没有这个字段。', en: 'The form has no such field.' });
  return form.flatMap((field) => readField(field, (given as Record<string, unknown>)[field.key], locale) ?? []);
}

/** What is wrong with a form as an administrator or the seed wrote it; null when nothing is. */
export function formFault(form: readonly FormFieldSpec[]): string | null {
  if (form.length > FIELDS_MAX) return `a form may have at most ${FIELDS_MAX} fields`;
  const keys = new Set(form.map(({ key }) => key));
  if (keys.size < form.length) return 'two fields have the same key';
  for (const { key, kind, choices, lengthMax } of form) {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(key)) return `the key ${key} is malformed`;
    if ((kind === 'CHOICE') !== choices.length > 0) return `${key} must have choices exactly if it is a CHOICE`;
    const limit = LENGTH_MAX[kind];
    if (lengthMax !== null && (limit === null || lengthMax < 1 || lengthMax > limit)) return `${key} has an impossible length limit`;
  }
  return null;
}

/** The longest answer a field takes. Null for kinds without one. */
export function lengthMaxOf(field: FormFieldSpec): number | null {
  return field.lengthMax ?? LENGTH_MAX[field.kind];
}

/**
 * The answers on a card as rules see them, read back from its lines `label: answer` of either language.
 * What the form no longer has, or a choice it no longer offers, is left out.
 */
export function factsOfCard(form: readonly FormFieldSpec[], text: string): Record<string, string | boolean> {
  const facts: Record<string, string | boolean> = {};
  for (const line of text.split('\n')) {
    const field = form.find(({ label }) => line.startsWith(`${label.zh}: `) || line.startsWith(`${label.en}: `));
    if (!field) continue;
    const label = line.startsWith(`${field.label.zh}: `) ? field.label.zh : field.label.en;
    const shown = line.slice(label.length + 2);
    if (field.kind === 'CHECK') facts[field.key] = shown === YES.zh || shown === YES.en;
    else if (field.kind !== 'CHOICE') facts[field.key] = shown;
    else {
      const choice = field.choices.find(({ zh, en }) => shown === zh || shown === en);
      if (choice) facts[field.key] = choice.value;
    }
  }
  return facts;
}
