import { appError } from '@careline/kit/errors';
import { hash, verify } from '@node-rs/argon2';

// argon2id (the library's default), m=19456 t=2 p=1: OWASP's floor; about 90 ms of one core.
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const RUNNING_MAX = 2;
const WAITING_MAX = 100;

let running = 0;
const waiting: (() => void)[] = [];
let decoy: Promise<string> | null = null;

async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= RUNNING_MAX) {
    if (waiting.length >= WAITING_MAX) throw appError('UNAVAILABLE', { retryAfterMs: 5_000, internal: 'too many passwords to check at once' });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** The form in which a password is kept. At most two are worked on at once, so that chat goes on meanwhile. */
export function hashPassword(password: string): Promise<string> {
  return takeTurn(() => hash(password, OPTIONS));
}

/**
 * Whether the password is the one kept. Without a kept one (unknown name, invitation not used yet) the same
 * work is done and the answer is no, so that the time tells nobody which names exist.
 */
export async function verifyPassword(kept: string | null, password: string): Promise<boolean> {
  decoy ??= hash('nobody has this password', OPTIONS);
  const against = kept ?? await decoy;
  const isRight = await takeTurn(() => verify(against, password.slice(0, 400)));
  return isRight && kept !== null;
}
