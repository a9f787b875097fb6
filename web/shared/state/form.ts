import { i18n } from '../i18n/index.ts';

/** One custom field of a category as a form shows it. */
export interface FormField {
  key: string;
  kind: 'text' | 'lines' | 'choice' | 'choices' | 'number' | 'boolean' | 'date' | 'email' | 'uri';
  title: string;
  options: string[];
  maxLength: number;
  isInteger: boolean;
  isRequired: boolean;
}

interface SchemaField {
  type: string;
  title?: string;
  titleEn?: string;
  maxLength?: number;
  enum?: string[];
  format?: string;
  items?: { enum?: string[] };
}

export type FieldValues = Record<string, unknown>;

/** The form of a category in the language of the screen; empty when it has none. */
export function formOf(category: { fieldsSchema: unknown; requiredFields: readonly string[] } | null | undefined): FormField[] {
  const { properties = {} } = (category?.fieldsSchema ?? {}) as { properties?: Record<string, SchemaField> };
  return Object.entries(properties).map(([key, field]) => ({
    key, kind: kindOf(field), title: titleOf(key, field), options: field.enum ?? field.items?.enum ?? [], maxLength: field.maxLength ?? 500,
    isInteger: field.type === 'integer', isRequired: category!.requiredFields.includes(key),
  }));
}

const titleOf = (key: string, { title, titleEn }: SchemaField): string =>
  (i18n.global.locale.value === 'en' ? titleEn ?? title : title ?? titleEn) ?? key;

const FORMATS: Record<string, FormField['kind']> = { multiline: 'lines', date: 'date', email: 'email', uri: 'uri' };

function kindOf({ type, format, enum: choice }: SchemaField): FormField['kind'] {
  if (type === 'array') return 'choices';
  if (type === 'boolean') return 'boolean';
  if (type === 'number' || type === 'integer') return 'number';
  return choice ? 'choice' : FORMATS[format ?? ''] ?? 'text';
}

/** Whether a value says nothing yet; no and zero say something. */
export const isEmptyValue = (value: unknown): boolean => value === undefined || value === null || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);

/** Of the values typed, those that the form has; what says nothing is left out. */
export function valuesFor(form: readonly FormField[], values: FieldValues): FieldValues {
  return Object.fromEntries(form.filter(({ key }) => !isEmptyValue(values[key])).map(({ key }) => [key, values[key]]));
}

/** What is different now, key by key; null takes a value away. Null when nothing is. */
export function changesOf(form: readonly FormField[], before: FieldValues, after: FieldValues): FieldValues | null {
  const changed = form.filter(({ key }) => JSON.stringify(isEmptyValue(before[key]) ? null : before[key]) !== JSON.stringify(isEmptyValue(after[key]) ? null : after[key]));
  return changed.length > 0 ? Object.fromEntries(changed.map(({ key }) => [key, isEmptyValue(after[key]) ? null : after[key]])) : null;
}
