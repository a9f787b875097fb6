import { processHolder, type Db } from '../db/index.ts';
import { counter, histogram, type Logger } from '../observe/index.ts';
import type { Clock, Instant, Stoppable } from '../time/index.ts';
import { Leadership } from './leadership.ts';
import { runLoop } from './run-loop.ts';

export interface JobOptions {
  /** Unique in its database, e.g. `expire-offers`. */
  name: string;
  everyMs: number;
  db: Db;
  clock: Clock;
  log: Logger;
  run(now: Instant): Promise<void>;
}

const holder = processHolder();
const failed = counter('careline_job_failures_total', 'Ticks of scheduled work that failed.', ['job']);
const took = histogram('careline_job_seconds', 'How long one tick of scheduled work took.', ['job']);

/**
 * Runs `run` every `everyMs` on one worker, however many there are. A failed tick is logged and counted,
 * the next one comes as if nothing had happened; ticks never overlap.
 */
export function startJob(options: JobOptions): Stoppable {
  const { name, everyMs, db, clock, log } = options;
  const leadership = new Leadership({ db, name: `job:${name}`, holder, log });
  return runLoop({
    name, kind: 'job', everyMs,
    async step() {
      if (!(await leadership.take())) return false;
      const stopTimer = took.startTimer({ job: name });
      try {
        await options.run(clock.now());
      } catch (error) {
        failed.inc({ job: name });
        if (clock.adopt) throw error;
        log.error({ err: error, job: name }, 'a tick of scheduled work failed');
      } finally {
        stopTimer();
      }
      return false;
    },
    end: () => leadership.leave(),
  }, { clock, log });
}
