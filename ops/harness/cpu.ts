import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import type { System } from './system.ts';

const TICKS_PER_SECOND = 100;

/** Processor time a process has used so far, in ms; of itself, not of its children. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** The process of a database on this machine. */
export async function databasePid(url: string): Promise<number> {
  const connection = await createConnection({ uri: url });
  const [rows] = await connection.query('SELECT @@pid_file AS file');
  await connection.end();
  return Number(readFileSync((rows as { file: string }[])[0]!.file, 'utf8'));
}

/** Processes whose processor time is counted: what a thing costs is the same however busy the machine is with others. */
export type Pids = Record<'api' | 'worker' | 'database', number>;

/** Says what each process used since it was made, in us for each of `count`. */
export type Meter = (count: number) => Record<keyof Pids, number>;

/** The processes of a system in one process, which has a worker and a database beside it. */
export const pidsOf = async ({ parts }: Pick<System, 'parts'>): Promise<Pids> => ({ api: parts[0]!.pid!, worker: parts[1]!.pid!, database: await databasePid(process.env.TEST_DATABASE_URL!) });

/** Begins to count processor time. */
export function meter(pids: Pids): Meter {
  const read = () => Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid)] as const);
  const before = new Map(read());
  return (count) => Object.fromEntries(read().map(([name, used]) => [name, ((used - before.get(name)!) * 1000) / count])) as Record<keyof Pids, number>;
}

export const inWords = (cost: ReturnType<Meter>): string => Object.entries(cost).map(([name, us]) => `${name} ${us.toFixed(0)} us`).join(', ');
