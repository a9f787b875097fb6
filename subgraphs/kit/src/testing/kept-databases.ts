import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { dropDatabases, testEngines, testPrefix } from './engines.ts';

/**
 * Databases that one test file hands on to the next. Making their tables takes longer than most files run, and longest on
 * MySQL; emptying them takes a tenth of a second.
 *
 * Only where a whole run has asked for it (`TEST_DATABASES=kept`), on engines that are thrown away afterwards: anywhere
 * else every file makes databases of its own and removes them. A database is handed on as its migrations leave it: every
 * table emptied, what the migrations themselves had written put back from a pattern that no test ever touched. One whose
 * tables a test has changed is removed.
 */
const PATTERN = 'pattern';
const SHELF = `${PATTERN}_shelf.clean`;
const LOCK_SECONDS = 120;
const GONE_WITHIN_MS = 10_000;

/** Makes the databases that were never used, each named after its subgraph: `<prefix>_<subgraph>`. */
export type MakePattern = (prefix: string) => Promise<void>;

export const areKept = (): boolean => process.env.TEST_DATABASES === 'kept';

/** A prefix for databases: of some that were handed back, or one that no database has. */
export async function takeDatabases(): Promise<string> {
  if (!areKept()) return testPrefix();
  return withConnection(async (connection) => {
    await openShelf(connection);
    await connection.query('START TRANSACTION');
    const [first] = await rows<{ prefix: string }>(connection, `SELECT prefix FROM ${SHELF} ORDER BY prefix LIMIT 1 FOR UPDATE SKIP LOCKED`);
    if (first) await connection.query(`DELETE FROM ${SHELF} WHERE prefix = ?`, [first.prefix]);
    await connection.query('COMMIT');
    return first?.prefix ?? testPrefix();
  });
}

/** Hands back what `takeDatabases` gave, when nobody works on it any more. `make`: how a pattern comes about that is not there yet; without it such databases are removed. */
export async function handBackDatabases(prefix: string, make?: MakePattern): Promise<void> {
  if (!areKept()) return dropDatabases(`${prefix}_`);
  await withConnection(async (connection) => {
    await endConnectionsTo(connection, prefix);
    if (make) await makePattern(connection, make);
    for (const name of await databasesOf(connection, prefix)) {
      const pattern = `${PATTERN}_${name.slice(prefix.length + 1)}`;
      if (await isLike(connection, name, pattern)) await empty(connection, name, pattern);
      else await connection.query(`DROP DATABASE \`${name}\``);
    }
    await openShelf(connection);
    await connection.query(`INSERT INTO ${SHELF} (prefix) VALUES (?)`, [prefix]);
  });
}

async function withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: testEngines().databaseUrl });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

async function rows<Row>(connection: Connection, sql: string, values: unknown[] = []): Promise<Row[]> {
  const [found] = await connection.query<RowDataPacket[]>(sql, values);
  return found as Row[];
}

async function openShelf(connection: Connection): Promise<void> {
  const [name] = SHELF.split('.');
  await connection.query(`CREATE DATABASE IF NOT EXISTS ${name}`);
  await connection.query(`CREATE TABLE IF NOT EXISTS ${SHELF} (prefix VARCHAR(60) NOT NULL PRIMARY KEY)`);
}

async function databasesOf(connection: Connection, prefix: string): Promise<string[]> {
  const found = await rows<{ name: string }>(connection, 'SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE ?', [`${prefix.replaceAll('_', '\\_')}\\_%`]);
  return found.map(({ name }) => name);
}

/** What a killed process had begun must not arrive after the tables were emptied. */
async function endConnectionsTo(connection: Connection, prefix: string): Promise<void> {
  const until = Date.now() + GONE_WITHIN_MS;
  for (;;) {
    const found = await rows<{ id: number }>(connection, 'SELECT id AS id FROM information_schema.processlist WHERE db LIKE ?', [`${prefix.replaceAll('_', '\\_')}\\_%`]);
    if (found.length === 0) return;
    if (Date.now() > until) throw new Error(`somebody goes on working on the databases of ${prefix}`);
    // One that has gone meanwhile is no mistake.
    for (const { id } of found) await connection.query(`KILL ${id}`).catch(() => undefined);
  }
}

async function makePattern(connection: Connection, make: MakePattern): Promise<void> {
  await connection.query('SELECT GET_LOCK(?, ?)', [PATTERN, LOCK_SECONDS]);
  try {
    await make(PATTERN);
  } finally {
    await connection.query('SELECT RELEASE_LOCK(?)', [PATTERN]);
  }
}

/** Whether both have the same tables with the same columns and indexes. */
async function isLike(connection: Connection, name: string, pattern: string): Promise<boolean> {
  const [columns] = await rows<{ n: number; sum: string }>(connection, COLUMNS_SUM, [name]);
  const [same] = await rows<{ n: number; sum: string }>(connection, COLUMNS_SUM, [pattern]);
  const [indexes] = await rows<{ n: number; sum: string }>(connection, INDEXES_SUM, [name]);
  const [alike] = await rows<{ n: number; sum: string }>(connection, INDEXES_SUM, [pattern]);
  return Number(columns!.n) > 0 && JSON.stringify([columns, indexes]) === JSON.stringify([same, alike]);
}

const COLUMNS_SUM = `SELECT COUNT(*) AS n, SUM(CRC32(CONCAT_WS('|', table_name, column_name, column_type, is_nullable, column_default, generation_expression))) AS sum FROM information_schema.columns WHERE table_schema = ?`;
const INDEXES_SUM = `SELECT COUNT(*) AS n, SUM(CRC32(CONCAT_WS('|', table_name, index_name, seq_in_index, column_name, non_unique))) AS sum FROM information_schema.statistics WHERE table_schema = ?`;

/** The tables that hold anything. */
async function fullTables(connection: Connection, name: string): Promise<string[]> {
  const tables = await rows<{ name: string }>(connection, `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'`, [name]);
  if (tables.length === 0) return [];
  const holds = await rows<{ name: string; any: number }>(connection, tables.map((table) => `(SELECT '${table.name}' AS name, EXISTS (SELECT 1 FROM \`${name}\`.\`${table.name}\`) AS \`any\`)`).join(' UNION ALL '));
  return holds.filter((table) => Number(table.any) === 1).map((table) => table.name);
}

async function empty(connection: Connection, name: string, pattern: string): Promise<void> {
  const full = await fullTables(connection, name);
  await connection.query('START TRANSACTION');
  for (const table of full) await connection.query(`DELETE FROM \`${name}\`.\`${table}\``);
  for (const table of await fullTables(connection, pattern)) {
    const columns = (await rows<{ name: string }>(connection, `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? AND COALESCE(generation_expression, '') = ''`, [name, table])).map((column) => `\`${column.name}\``).join(', ');
    await connection.query(`INSERT INTO \`${name}\`.\`${table}\` (${columns}) SELECT ${columns} FROM \`${pattern}\`.\`${table}\``);
  }
  await connection.query('COMMIT');
  for (const table of full) {
    const first = await nextNumber(connection, `\`${pattern}\`.\`${table}\``);
    if (first !== null) await connection.query(`ALTER TABLE \`${name}\`.\`${table}\` AUTO_INCREMENT = ${first}`);
  }
}

/** The number that the next row of a table gets; null when its rows are not numbered. */
async function nextNumber(connection: Connection, table: string): Promise<string | null> {
  const [made] = await rows<{ 'Create Table': string }>(connection, `SHOW CREATE TABLE ${table}`);
  const text = made!['Create Table'];
  return text.includes(' AUTO_INCREMENT') ? (/ AUTO_INCREMENT=(\d+)/.exec(text)?.[1] ?? '1') : null;
}
