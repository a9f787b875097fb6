import type { GraphQLError } from 'graphql';
import { isUnexpected, toGraphqlError, type Locale } from '../errors/index.ts';
import type { Logger } from '../observe/index.ts';

/**
 * Errors as they may leave the process. What nobody expected is logged here with its request id,
 * the one place where its cause can still be read.
 */
export function maskErrors(errors: readonly GraphQLError[], facts: { requestId: string; locale: Locale }, log: Logger): GraphQLError[] {
  return errors.map((error) => {
    if (isUnexpected(error)) log.error({ err: error.originalError ?? error, requestId: facts.requestId, path: error.path?.join('.') }, 'a resolver failed');
    return toGraphqlError(error, facts.requestId, facts.locale);
  });
}
