import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Processor time a process has used so far, in ms; of itself, not of its children. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
