import { refuse } from '@careline/kit/errors';

/** One custom field, in the words of JSON Schema that a form may use. */
export interface FormField {
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array';
  title?: string;
  titleEn?: string;
  minLength?: number;
  maxLength?: number;
  enum?: string[];
  format?: string;
  minimum?: number;
  maximum?: number;
  items?: { type: 'string'; enum: string[] };
}

/** A form by key, in its order. */
export type Form = Readonly<Record<string, FormField>>;
export type FieldValues = Record<string, unknown>;

const KEY = /^[a-z][a-z0-9_]{0,39}$/;
const FIELDS_MAX = 40;
const TITLE_MAX = 60;
const ENUM_MAX = 100;
const VALUE_MAX = 100;
const TEXT_MAX = 5_000;
const TEXT_DEFAULT = 500;
const FORMATS = new Set(['date', 'email', 'uri', 'multiline']);
const WORDS: Readonly<Record<FormField['type'], readonly string[]>> = {
  string: ['minLength', 'maxLength', 'enum', 'format'], number: ['minimum', 'maximum'], integer: ['minimum', 'maximum'], boolean: [], array: ['items'],
};

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value.trim() !== '' && [...value].length <= max;
const isCount = (value: unknown, min: number): boolean => Number.isInteger(value) && (value as number) >= min && (value as number) <= TEXT_MAX;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/**
 * The form that a JSON Schema describes. Only words that every reader can check without running a stranger's pattern are let in;
 * refuses DOCUMENT_INVALID with the place of the first that is not.
 */
export function readForm(schema: unknown): Form {
  if (!isObject(schema)) throw invalid('', '应是一个 JSON 对象', 'a JSON object is expected');
  const { type = 'object', properties = {}, $schema, ...rest } = schema;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw invalid(stranger, '表单不使用这个词', 'a form does not use this word');
  if (type !== 'object') throw invalid('type', '应为 object', 'object is expected');
  if ($schema !== undefined && typeof $schema !== 'string') throw invalid('$schema', '应为文字', 'a text is expected');
  if (!isObject(properties)) throw invalid('properties', '应是一个 JSON 对象', 'a JSON object is expected');
  const entries = Object.entries(properties);
  if (entries.length > FIELDS_MAX) throw invalid('properties', `最多 ${FIELDS_MAX} 个字段`, `there are at most ${FIELDS_MAX} fields`);
  return Object.fromEntries(entries.map(([key, field]) => [key, readField(key, field)]));
}

/** The JSON Schema of a form; `{}` for an empty one. */
export function schemaOf(form: Form): object {
  return Object.keys(form).length === 0 ? {} : { type: 'object', properties: form };
}

function readField(key: string, field: unknown): FormField {
  if (!KEY.test(key)) throw invalid(key.slice(0, 60), '键由小写字母开头，只含小写字母、数字和下划线，最多 40 个字符', 'a key begins with a small letter and has small letters, digits and underscores, at most 40');
  if (!isObject(field)) throw invalid(key, '应是一个 JSON 对象', 'a JSON object is expected');
  const type = field.type as FormField['type'];
  if (typeof type !== 'string' || !Object.hasOwn(WORDS, type)) throw invalid(`${key}.type`, '应为 string、number、integer、boolean 或 array', 'string, number, integer, boolean or array is expected');
  const known = ['type', 'title', 'titleEn', ...WORDS[type]];
  for (const [word, value] of Object.entries(field)) {
    if (!known.includes(word)) throw invalid(`${key}.${word}`, `${type} 字段不使用这个词`, `a field of type ${type} does not use this word`);
    if (!isWordFit(word, value)) throw invalid(`${key}.${word}`, '值不正确', 'its value does not fit');
  }
  const read = field as unknown as FormField;
  if (type === 'array' && !read.items) throw invalid(`${key}.items`, '缺少可选值', 'the values to choose from are missing');
  if ((read.minLength ?? 0) > (read.maxLength ?? TEXT_DEFAULT)) throw invalid(`${key}.minLength`, '大于 maxLength', 'it is more than maxLength');
  if (read.minimum !== undefined && read.maximum !== undefined && read.minimum > read.maximum) throw invalid(`${key}.minimum`, '大于 maximum', 'it is more than maximum');
  return read;
}

function isWordFit(word: string, value: unknown): boolean {
  switch (word) {
    case 'title': case 'titleEn': return isText(value, TITLE_MAX);
    case 'minLength': return isCount(value, 0);
    case 'maxLength': return isCount(value, 1);
    case 'minimum': case 'maximum': return isNumber(value);
    case 'format': return typeof value === 'string' && FORMATS.has(value);
    case 'enum': return isChoice(value);
    case 'items': return isObject(value) && Object.keys(value).every((name) => name === 'type' || name === 'enum') && value.type === 'string' && isChoice(value.enum);
    default: return true;
  }
}

const isChoice = (value: unknown): boolean => Array.isArray(value) && value.length >= 2 && value.length <= ENUM_MAX
  && value.every((one) => isText(one, VALUE_MAX)) && new Set(value).size === value.length;

const invalid = (place: string, zh: string, en: string) => refuse('DOCUMENT_INVALID', 'fieldsSchema', {
  zh: `表单${place ? `“${place}”` : ''}：${zh}。`, en: `The form${place ? ` at "${place}"` : ''}: ${en}.`,
});

/** What a field is called, for a refusal. */
export const titlesOf = (form: Form, key: string): { zh: string; en: string } => {
  const field = form[key];
  return { zh: field?.title ?? field?.titleEn ?? key, en: field?.titleEn ?? field?.title ?? key };
};

/** Whether a value says nothing. `false` and 0 say something. */
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);

/** Keys of required fields that say nothing yet, in the order of the form. */
export function missingKeys(form: Form, required: readonly string[], values: FieldValues): string[] {
  return Object.keys(form).filter((key) => required.includes(key) && isEmpty(values[key]));
}

/**
 * Values with changes merged into them key by key; what says nothing takes its key away. Refuses INVALID, with the key as the
 * field, for one that the form does not have or that does not fit it. What was there before is left alone.
 */
export function mergeFields(form: Form, before: FieldValues, changes: unknown): FieldValues {
  if (!isObject(changes)) throw refuse('INVALID', 'fields', { zh: '自定义字段应是一个 JSON 对象。', en: 'Custom fields are a JSON object.' });
  const merged = { ...before };
  for (const [key, given] of Object.entries(changes)) {
    if (isEmpty(given)) {
      delete merged[key];
      continue;
    }
    const field = Object.hasOwn(form, key) ? form[key]! : null;
    if (!field) throw refuse('INVALID', ['fields', key.slice(0, 60)], { zh: `这个分类的表单没有字段“${key.slice(0, 60)}”。`, en: `The form of this category has no field "${key.slice(0, 60)}".` });
    const value = typeof given === 'string' ? given.trim() : given;
    const problem = problemOf(field, value);
    const { zh, en } = titlesOf(form, key);
    if (problem) throw refuse('INVALID', ['fields', key], { zh: `${zh}：${problem.zh}。`, en: `${en}: ${problem.en}.` });
    merged[key] = value;
  }
  return merged;
}

type Problem = { zh: string; en: string } | null;

function problemOf(field: FormField, value: unknown): Problem {
  switch (field.type) {
    case 'boolean': return typeof value === 'boolean' ? null : { zh: '应为是或否', en: 'true or false is expected' };
    case 'number': case 'integer': return numberProblem(field, value);
    case 'array': return Array.isArray(value) && new Set(value).size === value.length && value.every((one) => field.items!.enum.includes(one as string)) ? null : { zh: '请从可选值中选择', en: 'choose among the values on offer' };
    default: return textProblem(field, value);
  }
}

function numberProblem({ type, minimum, maximum }: FormField, value: unknown): Problem {
  if (!isNumber(value)) return { zh: '应为数字', en: 'a number is expected' };
  if (type === 'integer' && !Number.isSafeInteger(value)) return { zh: '应为整数', en: 'a whole number is expected' };
  if (minimum !== undefined && value < minimum) return { zh: `不能小于 ${minimum}`, en: `it is at least ${minimum}` };
  return maximum !== undefined && value > maximum ? { zh: `不能大于 ${maximum}`, en: `it is at most ${maximum}` } : null;
}

function textProblem({ enum: choice, minLength = 0, maxLength = TEXT_DEFAULT, format }: FormField, value: unknown): Problem {
  if (typeof value !== 'string') return { zh: '应为文字', en: 'a text is expected' };
  if (choice) return choice.includes(value) ? null : { zh: '请从可选值中选择', en: 'choose among the values on offer' };
  const length = [...value].length;
  if (length > maxLength) return { zh: `最多 ${maxLength} 个字符`, en: `it has at most ${maxLength} characters` };
  if (length < minLength) return { zh: `至少 ${minLength} 个字符`, en: `it has at least ${minLength} characters` };
  if (format === 'date') return isDay(value) ? null : { zh: '应为日期，例如 2026-11-23', en: 'a date is expected, e.g. 2026-11-23' };
  if (format === 'email') return /^[^\s@]{1,64}@[^\s@]{1,190}$/.test(value) ? null : { zh: '应为邮箱地址', en: 'an e-mail address is expected' };
  if (format === 'uri') return /^https?:\/\//i.test(value) && URL.canParse(value) ? null : { zh: '应为 http 或 https 链接', en: 'an http or https link is expected' };
  return null;
}

function isDay(value: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : null;
  return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}
