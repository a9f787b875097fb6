import { HOUR, SECOND } from '@careline/kit/time';
import type { JobSpec, Runtime } from '../context.ts';
import { activateDueRules } from './activate-rules.ts';
import { replayRules } from './dry-run-rules.ts';
import { expireOffers, forgetWaits, overflowEntries, returnLostWork, sweepQueues } from './sweep-routing.ts';

/** Scheduled work of routing: one worker runs each tick. */
export function routingJobs(runtime: Runtime): JobSpec[] {
  return [
    {
      name: 'routing-timers',
      everyMs: SECOND,
      async run() {
        await expireOffers(runtime);
        await overflowEntries(runtime);
        await sweepQueues(runtime);
      },
    },
    {
      name: 'routing-rules',
      everyMs: SECOND,
      async run() {
        await activateDueRules(runtime);
        await replayRules(runtime);
      },
    },
    { name: 'routing-lost-work', everyMs: 5 * SECOND, run: () => returnLostWork(runtime) },
    { name: 'routing-waits', everyMs: HOUR, run: () => forgetWaits(runtime) },
  ];
}
