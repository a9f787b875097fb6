import { HOUR, SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { askRules, forgetTraces } from './ask-rules.ts';
import { replayRules } from './replay-rules.ts';
import { wakeTimers } from './wake-timers.ts';

/** Repeated work of this module; `system` gives a context in which the system itself acts. */
export function automationJobs(system: () => TicketsContext) {
  return [
    { name: 'wake-rule-timers', everyMs: SECOND, run: () => wakeTimers(system()) },
    { name: 'ask-rules', everyMs: SECOND / 4, run: () => askRules(system()) },
    { name: 'replay-rules', everyMs: SECOND, run: () => replayRules(system()) },
    { name: 'forget-rule-traces', everyMs: HOUR, run: () => forgetTraces(system()) },
  ];
}
