import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions } from './open-database.ts';

export interface DatabaseFacts {
  /** As people know it, e.g. `MySQL 9.7.4`. */
  engine: string;
  /** A sentence for each setting by which a power cut may undo a commit that was answered. */
  weaknesses: string[];
}

const READ = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'innodb_flush_log_at_trx_commit', 'log_bin', 'sync_binlog')`;

/** Asks the server at `url` what it is and how durable. Needs no privilege but to connect. */
export async function readDatabaseFacts(url: string): Promise<DatabaseFacts> {
  const connection = await createConnection({ ...connectionOptions(url), database: undefined });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(`/* readDatabaseFacts */ ${READ}`);
    return factsFrom(Object.fromEntries(rows.map((row) => [String(row.Variable_name), String(row.Value)])));
  } finally {
    await connection.end();
  }
}

/** What the server's variables say; a variable it does not have says nothing. */
export function factsFrom(variables: Readonly<Record<string, string>>): DatabaseFacts {
  const { version = 'of unknown version', innodb_flush_log_at_trx_commit: flush = '1', log_bin: hasBinlog = 'OFF', sync_binlog: sync = '1' } = variables;
  const weaknesses: string[] = [];
  if (flush !== '1') weaknesses.push(`innodb_flush_log_at_trx_commit is ${flush}: a commit is answered before it is on disk; set it to 1`);
  // Recovery rolls back what the binary log lacks, although InnoDB has it.
  if (hasBinlog === 'ON' && sync !== '1') weaknesses.push(`sync_binlog is ${sync}: a commit is answered before the binary log, which recovery goes by, is on disk; set it to 1`);
  return { engine: version.includes('MariaDB') ? `MariaDB ${version.split('-')[0]}` : `MySQL ${version}`, weaknesses };
}
