import { say, type Locale, type Words } from './words.ts';

/** `UserErrorCode` of the schema: refusals a person can mend. */
export type UserErrorCode =
  | 'REQUIRED' | 'INVALID' | 'TOO_SHORT' | 'TOO_LONG' | 'TOO_MANY' | 'OUT_OF_RANGE' | 'NOT_FOUND' | 'ALREADY_EXISTS'
  | 'AMBIGUOUS' | 'NOT_ALLOWED' | 'WRONG_STATE' | 'STALE_VERSION' | 'CONFLICT_NEW_MESSAGES' | 'ALREADY_ASSIGNED'
  | 'NOT_OWNER' | 'AT_CAPACITY' | 'NOT_AVAILABLE' | 'IDEMPOTENCY_MISMATCH' | 'LIMIT_REACHED' | 'FILE_TOO_LARGE'
  | 'FILE_TYPE_REFUSED' | 'FILE_NOT_READY' | 'FILE_BLOCKED' | 'CARD_NUMBER' | 'EXPIRED' | 'WINDOW_CLOSED'
  | 'CONFIRMATION_REQUIRED' | 'DRY_RUN_REQUIRED' | 'GATE_NOT_MET' | 'DOCUMENT_INVALID' | 'LAST_OF_KIND'
  | 'ON_LEGAL_HOLD' | 'WRONG_CREDENTIALS' | 'SECOND_FACTOR_REQUIRED' | 'LOCKED_OUT' | 'WEAK_PASSWORD' | 'FIELDS_MISSING';

export interface UserError {
  code: UserErrorCode;
  field: string[] | null;
  message: string;
}

/**
 * Thrown by a verb to refuse: the transaction rolls back and the resolver answers
 * with `userErrors` (and `payload`, e.g. the conflict of the reply guard) instead of an error.
 */
export class Refusal extends Error {
  readonly code: UserErrorCode;
  readonly field: string[] | null;
  readonly words: Words;
  readonly payload: Record<string, unknown>;

  constructor(code: UserErrorCode, field: string[] | null, words: Words, payload: Record<string, unknown> = {}) {
    super(`${code}: ${words.en}`);
    this.name = 'Refusal';
    this.code = code;
    this.field = field;
    this.words = words;
    this.payload = payload;
  }

  toUserError(locale: Locale): UserError {
    return { code: this.code, field: this.field, message: say(this.words, locale) };
  }
}

export type Refuse = (code: UserErrorCode, field: string[] | string | null, words: Words, payload?: Record<string, unknown>) => Refusal;

/** `throw refuse('TOO_LONG', 'text', { zh: '…', en: '…' })`. A string field is a path of one. */
export const refuse: Refuse = (code, field, words, payload) =>
  new Refusal(code, typeof field === 'string' ? [field] : field, words, payload);

/** Does work that looks at a part of the input, at `path`: what it refuses is named from the whole input on. */
export async function under<Result>(path: string, work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw refuse(error.code, [path, ...(error.field ?? [])], error.words, error.payload);
    throw error;
  }
}
