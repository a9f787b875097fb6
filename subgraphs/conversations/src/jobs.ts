import { rewrapJob } from '@careline/kit/crypto';
import { agentJobs } from './agent/agent.jobs.ts';
import type { JobSpec, Runtime } from './context.ts';
import { conversationJobs } from './conversation/index.ts';
import { customerJobs } from './customer/customer.jobs.ts';
import { routingJobs } from './routing/index.ts';

/** All scheduled work of the subgraph. */
export function jobsOf(runtime: Runtime): JobSpec[] {
  return [...agentJobs(runtime), ...customerJobs(runtime), ...conversationJobs(runtime), ...routingJobs(runtime), rewrapJob(runtime)];
}
