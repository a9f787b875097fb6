import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createConnection } from 'mysql2/promise';

const TICKS_PER_SECOND = 100;

/** Processor time a process has used so far, in ms; of itself, not of its children. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/**
 * Gives one process the first core, and the caller with all that it starts from now on the others: who measures then takes
 * nothing from what is measured. False where that is not possible; nothing has changed then.
 */
export function giveOwnCore(pid: number): boolean {
  const last = availableParallelism() - 1;
  if (last < 1) return false;
  try {
    for (const [cores, who] of [['0', pid], [`1-${last}`, process.pid]]) execFileSync('taskset', ['-acp', String(cores), String(who)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The process of a database on this machine. */
export async function databasePid(url: string): Promise<number> {
  const connection = await createConnection({ uri: url });
  const [rows] = await connection.query('SELECT @@pid_file AS file');
  await connection.end();
  return Number(readFileSync((rows as { file: string }[])[0]!.file, 'utf8'));
}
