import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of CPU that all threads of a process have used so far. */
function cpuOf(pid: number): number {
  const used = (thread: string) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    } catch {
      // Ended between the listing and the reading.
      return 0;
    }
  };
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + used(thread), 0);
}

/** Megabytes that a process holds in memory. */
export function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** Begins to take what held lines cost the process; the returned function tells it in ms of CPU for each line and second. */
export function cpuPerSecond({ pid }: { pid: number }, lines: number): () => number {
  const [cpu, startedAt] = [cpuOf(pid), performance.now()];
  return () => (cpuOf(pid) - cpu) / lines / ((performance.now() - startedAt) / 1_000);
}
