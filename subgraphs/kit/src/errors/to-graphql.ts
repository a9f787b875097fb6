import { GraphQLError } from 'graphql';
import { AppError } from './app-error.ts';
import { say, type Locale } from './words.ts';

/**
 * The one translation of a failure into a GraphQL error. Codes and words of an
 * AppError pass; anything unexpected becomes INTERNAL and says nothing of its cause.
 */
export function toGraphqlError(error: unknown, requestId: string, locale: Locale): GraphQLError {
  const original = error instanceof GraphQLError ? error.originalError : error;
  const location = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  if (original instanceof AppError) {
    return new GraphQLError(say(original.words, locale), {
      ...location,
      extensions: { code: original.code, requestId, ...(original.retryAfterMs === undefined ? {} : { retryAfterMs: original.retryAfterMs }) },
    });
  }
  if (error instanceof GraphQLError && !original) {
    return new GraphQLError(error.message, { ...location, extensions: { code: 'BAD_USER_INPUT', requestId } });
  }
  const internal = new AppError('INTERNAL');
  return new GraphQLError(say(internal.words, locale), { ...location, extensions: { code: 'INTERNAL', requestId } });
}
