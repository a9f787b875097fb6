export { Leadership, type LeadershipOptions } from './leadership.ts';
export { runLoop, type RunningLoop } from './run-loop.ts';
export { startJob, type JobOptions } from './start-job.ts';
