import { HOUR, SECOND } from '@careline/kit/time';
import type { JobSpec, Runtime } from '../context.ts';
import { SIGN_IN_KEPT_MS } from './agent.rules.ts';
import { endLostPresences } from './presence.ts';
import { dropRunOut } from './sign-in.store.ts';

/** Ends presences whose lease ran out, and clears away sign-ins, attempts and links that ran out long ago. */
export function agentJobs(runtime: Runtime): JobSpec[] {
  return [
    { name: 'end-lost-presences', everyMs: 3 * SECOND, run: () => endLostPresences(runtime) },
    {
      name: 'drop-run-out-sign-ins', everyMs: HOUR,
      run: (now) => runtime.db.transaction((tx) => dropRunOut(tx, { signIns: now - SIGN_IN_KEPT_MS, now })),
    },
  ];
}
