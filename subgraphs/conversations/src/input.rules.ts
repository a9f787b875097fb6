import { refuse } from '@careline/kit/errors';

/**
 * The trimmed text of a form field, refused when it is shorter or longer than allowed.
 * Length counts characters as people do, so that an emoji is one.
 */
export function textWithin(text: string, field: string | string[], min: number, max: number): string {
  const trimmed = text.trim();
  const length = [...trimmed].length;
  if (length < min) {
    throw length === 0
      ? refuse('REQUIRED', field, { zh: '此项必填。', en: 'This field is required.' })
      : refuse('TOO_SHORT', field, { zh: `至少 ${min} 个字符。`, en: `At least ${min} characters.` });
  }
  if (length > max) throw refuse('TOO_LONG', field, { zh: `最多 ${max} 个字符。`, en: `At most ${max} characters.` });
  return trimmed;
}

export const TAGS_MAX = 20;
const TAG_LENGTH_MAX = 40;

/** Tags without doubles and blanks, in the order given. */
export function cleanTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter(Boolean))];
}

/** The tags to keep on an object, cleaned; refused when they are more or longer than allowed. */
export function tagsWithin(given: readonly string[]): string[] {
  const tags = cleanTags(given);
  if (tags.length > TAGS_MAX) throw refuse('TOO_MANY', 'tags', { zh: `最多 ${TAGS_MAX} 个标签。`, en: `At most ${TAGS_MAX} tags.` });
  return tags.map((tag) => textWithin(tag, 'tags', 1, TAG_LENGTH_MAX));
}

/** Refuses a number outside its range. */
export function numberWithin(value: number, field: string | string[], min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw refuse('OUT_OF_RANGE', field, { zh: `请填写 ${min} 到 ${max} 之间的数。`, en: `Give a number from ${min} to ${max}.` });
}

/** Refuses when the object changed since the caller read it; null means: overwrite whatever is there. */
export function expectVersion(expected: number | null | undefined, present: number, payload: Record<string, unknown>): void {
  if (expected === null || expected === undefined || expected === present) return;
  throw refuse('STALE_VERSION', 'expectedVersion', {
    zh: '他人已修改，请查看最新内容后再保存。', en: 'Somebody changed it meanwhile. Look at the present state and save again.',
  }, payload);
}

/** Whether a text can be a phone number as people type it: 5 to 20 digits with the usual marks between them. */
export function looksLikePhone(text: string): boolean {
  return /^\+?[\d\s().-]+$/.test(text) && /^\d{5,20}$/.test(text.replace(/\D/g, ''));
}

export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text);
}
