import { HOUR, SECOND } from '@careline/kit/time';
import type { JobSpec, Runtime } from '../context.ts';
import { dropSignIns } from './drop-sign-ins.ts';
import { endLostPresences } from './presence.ts';

/** Scheduled work of the module: presences that ran out, and what is kept no longer. */
export function agentJobs(runtime: Runtime): JobSpec[] {
  return [
    { name: 'end-lost-presences', everyMs: 3 * SECOND, run: () => endLostPresences(runtime) },
    { name: 'drop-run-out-sign-ins', everyMs: HOUR, run: (now) => dropSignIns(runtime, now) },
  ];
}
