/** One field while its form is being built; numbers and options are kept as typed. */
export interface DraftField {
  /** Of this draft alone. */
  id: string;
  key: string;
  kind: DraftKind;
  title: string;
  titleEn: string;
  options: string;
  maxLength: string;
  minimum: string;
  maximum: string;
  isRequired: boolean;
  /** The key it is saved under; null when new. */
  savedKey: string | null;
  /** Words of its schema that the builder does not show. */
  rest: Record<string, unknown>;
}

export const KINDS = ['text', 'lines', 'choice', 'choices', 'number', 'integer', 'boolean', 'date', 'email', 'uri'] as const;
export type DraftKind = (typeof KINDS)[number];
export type DraftProblem = 'badKey' | 'sameKey' | 'fewOptions' | 'badNumber' | 'noName';

interface SchemaField {
  type: string;
  format?: string;
  enum?: string[];
  items?: { enum?: string[] };
  title?: string;
  titleEn?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

const FORMATS: Partial<Record<DraftKind, string>> = { lines: 'multiline', date: 'date', email: 'email', uri: 'uri' };
const SHOWN = ['type', 'format', 'enum', 'items', 'title', 'titleEn', 'maxLength', 'minimum', 'maximum'];
const text = (value: number | undefined) => (value === undefined ? '' : String(value));

function kindOf({ type, format, enum: choice }: SchemaField): DraftKind {
  if (type === 'array') return 'choices';
  if (type !== 'string') return type as DraftKind;
  if (choice) return 'choice';
  return KINDS.find((kind) => FORMATS[kind] === format && format !== undefined) ?? 'text';
}

/** A saved form as a draft. */
export function draftOf(schema: unknown, required: readonly string[]): DraftField[] {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, SchemaField> };
  return Object.entries(properties).map(([key, field]) => ({
    id: key, key, savedKey: key, kind: kindOf(field), title: field.title ?? '', titleEn: field.titleEn ?? '', options: (field.enum ?? field.items?.enum ?? []).join('\n'),
    maxLength: text(field.maxLength), minimum: text(field.minimum), maximum: text(field.maximum), isRequired: required.includes(key),
    rest: Object.fromEntries(Object.entries(field).filter(([word]) => !SHOWN.includes(word))),
  }));
}

/** A new field under a key that is still free. */
export function newField(fields: readonly DraftField[]): DraftField {
  let place = fields.length + 1;
  while (fields.some(({ key }) => key === `field_${place}`)) place += 1;
  return { id: crypto.randomUUID(), key: `field_${place}`, savedKey: null, kind: 'text', title: '', titleEn: '', options: '', maxLength: '', minimum: '', maximum: '', isRequired: false, rest: {} };
}

export const optionsOf = ({ options }: DraftField): string[] => [...new Set(options.split('\n').map((line) => line.trim()).filter(Boolean))];
const isNumber = (typed: string) => typed.trim() === '' || Number.isFinite(Number(typed));
export const isOfText = ({ kind }: DraftField): boolean => kind === 'text' || kind === 'lines' || kind === 'email' || kind === 'uri';
export const isOfNumber = ({ kind }: DraftField): boolean => kind === 'number' || kind === 'integer';
export const isOfChoice = ({ kind }: DraftField): boolean => kind === 'choice' || kind === 'choices';

/** What is wrong with a field, part by part. */
export function problemsOf(field: DraftField, all: readonly DraftField[]): Partial<Record<'key' | 'title' | 'options' | 'limits', DraftProblem>> {
  const key = !/^[a-z][a-z0-9_]{0,39}$/.test(field.key) ? 'badKey' : all.some((one) => one.id !== field.id && one.key === field.key) ? 'sameKey' : null;
  const limits = isOfText(field) ? [field.maxLength] : isOfNumber(field) ? [field.minimum, field.maximum] : [];
  return {
    ...(key ? { key } : {}),
    ...(!field.title.trim() && !field.titleEn.trim() ? { title: 'noName' as const } : {}),
    ...(isOfChoice(field) && optionsOf(field).length < 2 ? { options: 'fewOptions' as const } : {}),
    ...(limits.every(isNumber) ? {} : { limits: 'badNumber' as const }),
  };
}

/** The draft as `saveCategory` takes it. */
export function schemaOf(fields: readonly DraftField[]): { fieldsSchema: Record<string, unknown>; requiredFields: string[] } {
  const properties = Object.fromEntries(fields.map((field) => [field.key, fieldOf(field)]));
  return { fieldsSchema: fields.length > 0 ? { type: 'object', properties } : {}, requiredFields: fields.filter(({ isRequired }) => isRequired).map(({ key }) => key) };
}

function fieldOf(field: DraftField): Record<string, unknown> {
  const { kind, title, titleEn, maxLength, minimum, maximum, rest } = field;
  const number = (word: string, typed: string) => (typed.trim() === '' ? {} : { [word]: Number(typed) });
  const words = { ...(title.trim() ? { title: title.trim() } : {}), ...(titleEn.trim() ? { titleEn: titleEn.trim() } : {}) };
  if (kind === 'choices') return { type: 'array', ...words, items: { type: 'string', enum: optionsOf(field) } };
  if (kind === 'choice') return { type: 'string', ...words, enum: optionsOf(field) };
  if (kind === 'boolean') return { type: kind, ...words };
  if (isOfNumber(field)) return { type: kind, ...words, ...number('minimum', minimum), ...number('maximum', maximum) };
  const format = FORMATS[kind] ? { format: FORMATS[kind] } : {};
  return { type: 'string', ...words, ...format, ...(kind === 'date' ? {} : number('maxLength', maxLength)), ...(rest['minLength'] === undefined ? {} : { minLength: rest['minLength'] }) };
}
