import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Db, Queryable } from './database.ts';
import { splitSql } from './split-sql.ts';
import { sqlErrno } from './sql-errors.ts';

const KIT_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const LOCK_SECONDS = 120;
// Exists or is gone already: table, column, index; and index or column to drop.
const ALREADY_DONE = new Set([1050, 1060, 1061, 1091]);

interface Migration {
  tag: string;
  statements: string[];
}

interface Mark {
  tag: string;
  /** Of the statements done so far: what was not run yet may still be mended. */
  checksum: string;
  done: number;
  total: number;
}

/**
 * Brings a database to the newest form and returns the files it finished, in order.
 *
 * Any number of starters may call it at once; one works, the others wait. A start that died half-way is
 * taken up at the statement where it stopped. Throws when statements were edited after they had run, or a file
 * that was applied is gone, because then nobody knows what the database looks like.
 */
export async function migrate(db: Db, folders: readonly string[]): Promise<string[]> {
  const migrations = [...readFolder(KIT_FOLDER, 'kit/'), ...folders.flatMap((folder) => readFolder(folder, ''))];
  const tags = migrations.map((migration) => migration.tag);
  if (new Set(tags).size !== tags.length) throw new Error(`two migrations of ${db.name} have the same name`);
  return db.withConnection((connection) => underLock(connection, db.name, () => apply(connection, db.name, migrations)));
}

function readFolder(folder: string, prefix: string): Migration[] {
  return readdirSync(folder).filter((file) => file.endsWith('.sql')).sort().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return { tag: `${prefix}${file.slice(0, -4)}`, statements: splitSql(text) };
  });
}

function checksumOf(statements: readonly string[], done: number): string {
  return createHash('sha256').update(statements.slice(0, done).join(';\n')).digest('hex');
}

// A named lock lives on one server: with a cluster, all starters must reach its primary.
async function underLock<T>(connection: Queryable, database: string, fn: () => Promise<T>): Promise<T> {
  const name = `migrate:${createHash('sha256').update(database).digest('hex').slice(0, 40)}`;
  const [row] = await connection.query<{ got: number | null }>('SELECT GET_LOCK(?, ?) AS got', [name, LOCK_SECONDS]);
  if (row?.got !== 1) throw new Error(`another start has been migrating ${database} for over ${LOCK_SECONDS} s`);
  try {
    return await fn();
  } finally {
    await connection.query('SELECT RELEASE_LOCK(?)', [name]);
  }
}

async function apply(connection: Queryable, database: string, migrations: readonly Migration[]): Promise<string[]> {
  await connection.execute(`CREATE TABLE IF NOT EXISTS schema_migrations (
    tag VARCHAR(120) NOT NULL PRIMARY KEY, checksum CHAR(64) NOT NULL, done INT NOT NULL, total INT NOT NULL,
    finished_at DATETIME(3) NULL) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci`);
  const marks = new Map((await connection.query<Mark>('SELECT tag, checksum, done, total FROM schema_migrations')).map((mark) => [mark.tag, mark]));
  refuseStrangers(database, migrations, marks);
  const finished: string[] = [];
  for (const migration of migrations) {
    const mark = marks.get(migration.tag);
    if (mark && mark.done === mark.total) continue;
    await applyOne(connection, migration, mark);
    finished.push(migration.tag);
  }
  return finished;
}

function refuseStrangers(database: string, migrations: readonly Migration[], marks: ReadonlyMap<string, Mark>): void {
  const files = new Map(migrations.map((migration) => [migration.tag, migration]));
  for (const mark of marks.values()) {
    const file = files.get(mark.tag);
    if (!file) throw new Error(`${database} was migrated by a newer or another version: it knows ${mark.tag}, this one does not`);
    const isLonger = mark.done === mark.total && file.statements.length !== mark.total;
    if (isLonger || checksumOf(file.statements, mark.done) !== mark.checksum) throw new Error(`the migration ${mark.tag} was edited after ${database} had begun to apply it`);
  }
}

async function applyOne(connection: Queryable, { tag, statements }: Migration, mark: Mark | undefined): Promise<void> {
  await connection.execute(
    'INSERT INTO schema_migrations (tag, checksum, done, total) VALUES (?, ?, 0, ?) ON DUPLICATE KEY UPDATE total = VALUES(total)',
    [tag, checksumOf(statements, 0), statements.length],
  );
  const first = mark?.done ?? 0;
  for (let index = first; index < statements.length; index += 1) {
    // DDL commits by itself; data statements commit together with their mark.
    await connection.execute('START TRANSACTION');
    try {
      await connection.execute(statements[index]!);
    } catch (error) {
      // Only the statement whose mark may have been lost is allowed to find its work done.
      const mayBeDone = mark !== undefined && index === first && ALREADY_DONE.has(sqlErrno(error) ?? 0);
      if (!mayBeDone) {
        await connection.execute('ROLLBACK');
        throw new Error(`statement ${index + 1} of migration ${tag} failed`, { cause: error });
      }
    }
    await connection.execute(
      'UPDATE schema_migrations SET done = ?, checksum = ?, finished_at = IF(? = total, NOW(3), NULL) WHERE tag = ?',
      [index + 1, checksumOf(statements, index + 1), index + 1, tag],
    );
    await connection.execute('COMMIT');
  }
}
