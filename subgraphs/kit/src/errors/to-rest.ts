import { AppError, type ErrorCode } from './app-error.ts';
import { knownFailure } from './away.ts';
import { Refusal } from './refusal.ts';
import { say, type Locale } from './words.ts';

const STATUS: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, BAD_USER_INPUT: 400, CONFLICT: 409,
  RATE_LIMITED: 429, COST_LIMIT: 400, PRECONDITION_FAILED: 412, UNAVAILABLE: 503, INTERNAL: 500,
};

/** Body of an error answer on the REST doors (RFC 9457). */
export interface Problem {
  status: number;
  code: string;
  title: string;
  requestId: string;
  field?: string[];
}

/** The one translation of a failure into a REST problem. */
export function toProblem(error: unknown, requestId: string, locale: Locale): Problem {
  if (error instanceof Refusal) {
    const status = error.code.startsWith('FILE_TOO_LARGE') ? 413 : error.code === 'NOT_FOUND' ? 404 : 422;
    return { status, code: error.code, title: say(error.words, locale), requestId, ...(error.field ? { field: error.field } : {}) };
  }
  const known = knownFailure(error) ?? new AppError('INTERNAL');
  return { status: STATUS[known.code], code: known.code, title: say(known.words, locale), requestId };
}
