import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError, appError, knownFailure, Refusal, say, toGraphqlError, type ErrorCode, type Words } from '@careline/kit/errors';
import type { Logger } from '@careline/kit/observe';
import type { NoPlace } from './admission.ts';
import type { Arrival } from './facts.ts';

const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'CONFLICT', 'RATE_LIMITED', 'COST_LIMIT',
  'PRECONDITION_FAILED', 'UNAVAILABLE', 'INTERNAL',
]);

/** A refusal of the gateway itself whose sentence the caller may read; English, for the one who writes the document. */
export function refusal(code: ErrorCode, en: string, zh: string, retryAfterMs?: number): AppError {
  const words: Words = { en, zh };
  return appError(code, { words, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/**
 * What callers get of the errors of one operation: a code of the closed list, its sentence and the request id.
 * Whatever else an error carried goes to the log and nowhere else.
 */
export function maskErrors(errors: readonly unknown[], arrival: Arrival, log: Logger): GraphQLFormattedError[] {
  return errors.map((error) => maskError(error, arrival, log));
}

/** `maskErrors` for one. */
export function maskError(error: unknown, arrival: Arrival, log: Logger): GraphQLFormattedError {
  const path = error instanceof GraphQLError ? error.path : undefined;
  const known = findAppError(error);
  if (known) {
    if (known.code === 'INTERNAL' || known.code === 'UNAVAILABLE') {
      log.warn({ requestId: arrival.requestId, code: known.code, err: known }, known.message);
    }
    return plain(toGraphqlError(known, arrival.requestId, arrival.locale), path);
  }
  const refused = innermost(error);
  if (refused instanceof Refusal) return plain(toGraphqlError(refused, arrival.requestId, arrival.locale), path);
  if (error instanceof GraphQLError) {
    const said = saidBySubgraph(error, arrival.requestId);
    if (said) return said;
    if (isAboutInput(error)) return { message: clip(error.message), ...locations(error), extensions: { code: 'BAD_USER_INPUT', requestId: arrival.requestId } };
  }
  log.error({ requestId: arrival.requestId, err: error instanceof GraphQLError ? (error.originalError ?? error) : error }, 'operation failed');
  return plain(toGraphqlError(new AppError('INTERNAL'), arrival.requestId, arrival.locale), path);
}

/** Errors of a document that does not parse or does not fit the schema. */
export function documentErrors(errors: readonly GraphQLError[], arrival: Arrival, isProduction: boolean): GraphQLFormattedError[] {
  return errors.map((error) => ({
    message: clip(isProduction ? error.message.replace(/ Did you mean .*$/s, '') : error.message),
    ...locations(error),
    extensions: { code: 'BAD_USER_INPUT', requestId: arrival.requestId },
  }));
}

/** The answer of a request that never became an operation. */
export function refusalResult(error: AppError, arrival: Arrival): { errors: GraphQLFormattedError[] } {
  return { errors: [plain(toGraphqlError(error, arrival.requestId, arrival.locale), undefined)] };
}

const fullSentences = new Map<string, string>();

/** The same for who found no place. Made of ready parts: under overload this is most of what the gateway says. */
export function noPlaceResult({ code, retryAfterMs }: NoPlace, { requestId, locale }: Arrival): { errors: GraphQLFormattedError[] } {
  let message = fullSentences.get(code + locale);
  if (message === undefined) fullSentences.set(code + locale, (message = say(appError(code).words, locale)));
  return { errors: [{ message, extensions: { code, requestId, retryAfterMs } }] };
}

/** What an error of ours or of a database that is away comes to; planner and executors wrap it in errors of their own. */
function findAppError(error: unknown): AppError | null {
  const inner = innermost(error);
  return inner instanceof GraphQLError ? null : knownFailure(inner);
}

function innermost(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < 6 && inner instanceof GraphQLError && inner.originalError; depth += 1) inner = inner.originalError;
  return inner;
}

// Networked subgraphs have translated already; only code, sentence and waiting time are taken over.
function saidBySubgraph(error: GraphQLError, requestId: string): GraphQLFormattedError | null {
  // The compiled executor leaves `extensions` out.
  const { code, retryAfterMs } = error.extensions ?? {};
  if (typeof code !== 'string' || !CODES.has(code)) return null;
  return {
    message: error.message,
    ...(error.path ? { path: error.path } : {}),
    extensions: { code, requestId, ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}) },
  };
}

// The executors say so of variables in these words and give no code.
const isAboutInput = (error: GraphQLError) => !error.path?.length && /^(Variable "\$|Unknown operation named|Must provide operation name)/.test(error.message);

// These sentences repeat what was sent, five times over when it is wrong in five places.
const clip = (message: string) => (message.length > 400 ? `${message.slice(0, 400).replace(/[\ud800-\udbff]$/, '')}…` : message);

const locations = (error: GraphQLError) => (error.locations?.length ? { locations: error.locations } : {});

function plain(error: GraphQLError, path: GraphQLError['path']): GraphQLFormattedError {
  return { message: error.message, ...(path ? { path } : {}), extensions: error.extensions };
}

/** The sentence of an AppError in the caller's language. */
export const sentence = (error: AppError, arrival: Arrival): string => say(error.words, arrival.locale);
