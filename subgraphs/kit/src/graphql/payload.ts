import { takenBack, type Db, type Tx } from '../db/index.ts';
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

/**
 * The answer of a mutation that can be tried. With `isTrial` the verb does all its work on a context whose transactions are
 * taken back: what it would refuse is refused, nothing stays, and the answer names no object.
 */
export function savePayload<Ctx extends { db: Db; locale: Locale }, Saved, Result extends object>(
  ctx: Ctx, { isTrial }: object & { isTrial?: boolean | null }, save: (ctx: Ctx) => Promise<Saved>, give: (saved: Saved) => Result | Promise<Result>,
) {
  return payload<object>(ctx, async () => {
    if (!isTrial) return give(await save(ctx));
    const transaction = <T>(fn: (tx: Tx) => Promise<T>) => takenBack(ctx.db, fn);
    await save({ ...ctx, db: { ...ctx.db, transaction }, transaction });
    return {};
  });
}
