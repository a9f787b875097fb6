import { agentJobs } from './agent/agent.jobs.ts';
import type { JobSpec, Runtime } from './context.ts';
import { customerJobs } from './customer/customer.jobs.ts';
import { routingJobs } from './routing/index.ts';

/** All scheduled work of the subgraph. Add a module's `<module>Jobs(runtime)` here. */
export function jobsOf(runtime: Runtime): JobSpec[] {
  return [...agentJobs(runtime), ...customerJobs(runtime), ...routingJobs(runtime)];
}
