import { Refusal, type Locale, type UserError } from '../errors/index.ts';

/**
 * The answer of a mutation: what `fn` gives and no errors, or the refusal it threw as `userErrors`
 * together with the refusal's own payload. Everything else is thrown on.
 */
export async function payload<Result extends object>(
  ctx: { locale: Locale }, fn: () => Promise<Result>,
): Promise<(Result | Record<string, unknown>) & { userErrors: UserError[] }> {
  try {
    return { userErrors: [], ...(await fn()) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...error.payload, userErrors: [error.toUserError(ctx.locale)] };
  }
}
