import { GraphQLError } from 'graphql';
import { AppError } from './app-error.ts';
import { knownFailure } from './away.ts';
import { Refusal } from './refusal.ts';
import { say, type Locale } from './words.ts';

/**
 * The one translation of a failure into a GraphQL error. Codes and words of an AppError pass, a refusal
 * outside a mutation becomes BAD_USER_INPUT, so does a malformed document or variable; a database that is
 * away becomes UNAVAILABLE; anything unexpected becomes INTERNAL and says nothing of its cause.
 */
export function toGraphqlError(error: unknown, requestId: string, locale: Locale): GraphQLError {
  const original = innermost(error);
  const location = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  const make = (message: string, code: string, more: object = {}) => new GraphQLError(message, { ...location, extensions: { code, requestId, ...more } });
  const known = knownFailure(original);
  if (known) return make(say(known.words, locale), known.code, known.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs });
  if (original instanceof Refusal) return make(say(original.words, locale), 'BAD_USER_INPUT');
  if (original instanceof GraphQLError && isOfRequest(original)) return make(original.message, 'BAD_USER_INPUT');
  return make(say(new AppError('INTERNAL').words, locale), 'INTERNAL');
}

/** Whether nobody expected the failure, so that its cause belongs in the log. */
export function isUnexpected(error: unknown): boolean {
  const original = innermost(error);
  if (original instanceof AppError) return original.code === 'INTERNAL';
  return !(original instanceof Refusal) && !(original instanceof GraphQLError && isOfRequest(original));
}

function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError;
  return inner;
}

// graphql-js finds the caller's mistakes before it runs anything; a later one, with a path, is a value of ours that
// does not fit the schema. Only arguments are read late.
function isOfRequest(error: GraphQLError): boolean {
  return error.path === undefined || error.message.startsWith('Argument ');
}
