import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@careline/kit/db';
import type { ProcessDeps } from '@careline/kit/deps';
import { SUBGRAPH_NAMES } from '@careline/schema';

/**
 * How far the telling of the demo came in a data folder. CUT: it began, and the process died before its end.
 * LEFT: it was cut, and people were let in since, so that what is there may be theirs.
 */
export type Telling = 'NONE' | 'CUT' | 'LEFT' | 'TOLD';

const fileOf = (dataDir: string): string => join(dataDir, 'demo.json');

export function readTelling(dataDir: string): Telling {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return 'NONE';
  const { toldAt, leftAt } = JSON.parse(readFileSync(file, 'utf8')) as { toldAt?: string; leftAt?: string };
  return toldAt ? 'TOLD' : leftAt ? 'LEFT' : 'CUT';
}

/** People are about to be let in: what a cut telling left is theirs from now on. */
export function leaveCutTelling(dataDir: string): void {
  if (readTelling(dataDir) === 'CUT') noteTelling(dataDir, { leftAt: new Date().toISOString() });
}

export function noteTelling(dataDir: string, note: { begunAt: string } | { leftAt: string } | { toldAt: string }): void {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(note)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

const NO_SUCH_TABLE = 1146;

/** Whether somebody set the system up, demo or not; also before its databases were made. */
export async function isSetUp({ databaseUrl, databasePrefix, log }: ProcessDeps): Promise<boolean> {
  const db = await openDatabase({ url: databaseUrl, name: `${databasePrefix}_conversations`, poolSize: 1, log });
  try {
    return (await db.query('/* isSetUp */ SELECT id FROM organisation')).length > 0;
  } catch (error) {
    if ((error as { errno?: number }).errno === NO_SUCH_TABLE) return false;
    throw error;
  } finally {
    await db.close();
  }
}

/** Removes the databases of the four subgraphs with all that is in them. */
export async function dropDatabases({ databaseUrl, databasePrefix, log }: ProcessDeps): Promise<void> {
  for (const name of SUBGRAPH_NAMES) {
    const db = await openDatabase({ url: databaseUrl, name: `${databasePrefix}_${name}`, poolSize: 1, log });
    await db.execute(`/* dropHalfADemo */ DROP DATABASE ${db.name}`);
    await db.close();
  }
}
