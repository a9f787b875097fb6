import type { Runtime } from '../context.ts';
import { SIGN_IN_KEPT_MS } from './agent.rules.ts';
import { dropRunOut } from './sign-in.store.ts';

/** Clears away sign-ins and links that ran out a month ago, and counts of attempts whose window is over. */
export function dropSignIns(runtime: Runtime, now: number): Promise<void> {
  return runtime.db.transaction((tx) => dropRunOut(tx, { signIns: now - SIGN_IN_KEPT_MS, now }));
}
