import { blindIndex, normaliseEmail } from '@careline/kit/crypto';
import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { mailIndex } from './agent-mail.ts';
import { isLockedOut, LOCK_MS, WRONG_MAX, WRONG_MAX_PER_ADDRESS } from './agent.rules.ts';
import { selectAgentByEmail } from './agent.store.ts';
import { beginSignIn, type SignedIn } from './begin-sign-in.ts';
import { verifyPassword } from './password.ts';
import { countAttempt, forgetAttempts } from './sign-in.store.ts';

/**
 * Proves who an agent is by name and password and begins a sign-in. A wrong name and a wrong password look and take the
 * same; after ten wrong tries of a name from an address that pair is locked out for 15 minutes, right password or not.
 */
export async function signIn(ctx: ConversationsContext, input: { name: string; password: string }): Promise<SignedIn> {
  const name = normaliseEmail(input.name) ?? input.name.trim().toLowerCase();
  const allow = await admitAttempt(ctx, name);
  const found = await selectAgentByEmail(ctx.db, mailIndex(ctx.keyring, name));
  const isRight = await verifyPassword(found?.isEnabled ? found.passwordHash : null, input.password);
  if (!found || !isRight) throw wrongCredentials();
  return ctx.transaction(async (tx) => {
    await forgetAttempts(tx, [allow.pair]);
    return beginSignIn(ctx, tx, found);
  });
}

/** Counts a try to prove oneself; throws when there were too many. Counts in its own transaction, so that a refusal stays counted. */
export async function admitAttempt(ctx: ConversationsContext, name: string): Promise<{ pair: Buffer }> {
  const address = ctx.address ?? 'inside';
  const pair = blindIndex(ctx.keyring, 'sign-in', `${name}|${address}`);
  const whole = blindIndex(ctx.keyring, 'sign-in', address);
  const now = ctx.clock.now();
  const counts = await ctx.transaction(async (tx) => [
    await countAttempt(tx, pair, now, { limit: WRONG_MAX, windowMs: LOCK_MS }),
    await countAttempt(tx, whole, now, { limit: WRONG_MAX_PER_ADDRESS, windowMs: LOCK_MS }),
  ] as const);
  if (isLockedOut(counts[1], WRONG_MAX_PER_ADDRESS)) throw appError('RATE_LIMITED', { retryAfterMs: LOCK_MS, internal: 'too many tries from one address' });
  if (isLockedOut(counts[0], WRONG_MAX)) {
    throw refuse('LOCKED_OUT', null, { zh: '错误次数过多，请 15 分钟后再试。', en: 'Too many wrong attempts. Try again in 15 minutes.' });
  }
  return { pair };
}

export function wrongCredentials() {
  return refuse('WRONG_CREDENTIALS', null, { zh: '登录名或密码不正确。', en: 'The sign-in name or the password is wrong.' });
}
