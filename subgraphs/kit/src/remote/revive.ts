import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';

/** A result as it came over the line, its errors made errors again. */
export function revive(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const errors = (result.errors as readonly GraphQLFormattedError[]).map((error) => new GraphQLError(error.message, { path: error.path, extensions: error.extensions }));
  return { ...result, errors };
}
