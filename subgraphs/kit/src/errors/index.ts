export { AppError, appError, type ErrorCode } from './app-error.ts';
export { isAway, knownFailure } from './away.ts';
export { Refusal, refuse, under, type Refuse, type UserError, type UserErrorCode } from './refusal.ts';
export { say, type Locale, type Words } from './words.ts';
export { isUnexpected, toGraphqlError } from './to-graphql.ts';
export { toProblem, type Problem } from './to-rest.ts';
