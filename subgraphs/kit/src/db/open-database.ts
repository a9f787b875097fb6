import { drizzle, type MySql2Database } from 'drizzle-orm/mysql2';
import { format } from 'mysql2';
import { createConnection, createPool, type Pool, type PoolConnection, type PoolOptions, type ResultSetHeader } from 'mysql2/promise';
import { gauge, type Logger } from '../observe/index.ts';
import type { Db, PoolStats, Queryable, Written } from './database.ts';
import { sqlErrno } from './sql-errors.ts';
import { refuseSeveral } from './statements.ts';
import { inTransaction } from './transaction.ts';

export interface DatabaseOptions {
  /** `mysql://user:password@host:3306/` or `mysql://root@localhost/?socketPath=/path`. */
  url: string;
  /** Name of the database, e.g. `careline_conversations`; made when missing. */
  name: string;
  poolSize?: number;
  log: Logger;
}

/** Callers that may wait for a connection; more are told UNAVAILABLE, as waiting in line would help none of them. */
const WAITING_MAX = 2_000;
const SQL_MODE = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
const SESSION = [
  `SET time_zone = '+00:00', sql_mode = '${SQL_MODE}', innodb_lock_wait_timeout = 10`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];
const COLLATION = 'utf8mb4_unicode_520_ci';
const UNKNOWN_DATABASE = 1049;

/**
 * Opens a database and makes it when it is missing. Values of DATETIME columns come as UTC dates,
 * DATE as text, big integers and sums as numbers.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Db> {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(options.name)) throw new Error(`not a database name: ${options.name}`);
  await makeWhenMissing(options);
  const limit = options.poolSize ?? 16;
  const pool = createPool({
    ...connectionOptions(options.url), database: options.name, connectionLimit: limit, maxIdle: limit, queueLimit: WAITING_MAX,
    // A stack for each statement costs more than building its text; a failed one is found by the name it carries.
    trace: false,
    // For `Statements`; everybody else is held to one.
    multipleStatements: true,
    enableKeepAlive: true, supportBigNumbers: true, decimalNumbers: true, stringifyObjects: true,
    queryFormat: textOf,
  });
  // The statements are queued on the connection before it is handed out, so no query can come first.
  pool.on('connection', (connection) => {
    for (const statement of SESSION) {
      void (connection as unknown as { query(sql: string, done: (error: unknown) => void): void })
        .query(statement, (error) => error && options.log.error({ err: error }, 'a connection could not be set up'));
    }
  });
  const stats = () => statsOf(pool, limit);
  reportPool(options.name, stats);
  return {
    name: options.name,
    ...queryableOf(pool),
    transaction: (fn) => inTransaction({ pool, database: options.name, log: options.log, ormOf }, fn),
    withConnection: async (fn) => {
      const connection = await pool.getConnection();
      try {
        return await fn(queryableOf(connection));
      } finally {
        connection.release();
      }
    },
    stats,
    close: () => pool.end(),
  };
}

/** The text of a statement with its values; one without has been made already, and is not looked through for places of values. */
function textOf(sql: string, values: unknown): string {
  return Array.isArray(values) && values.length === 0 ? sql : format(sql, values as never, true, 'Z');
}

/** How every connection of ours is made. */
export function connectionOptions(url: string): PoolOptions {
  return { uri: url, timezone: 'Z', dateStrings: ['DATE'], charset: COLLATION.toUpperCase(), connectTimeout: 10_000 };
}

async function makeWhenMissing({ url, name }: DatabaseOptions): Promise<void> {
  try {
    await (await createConnection({ ...connectionOptions(url), database: name })).end();
  } catch (error) {
    if (sqlErrno(error) !== UNKNOWN_DATABASE) throw error;
    const connection = await createConnection({ ...connectionOptions(url), database: undefined });
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE ${COLLATION}`);
    await connection.end();
  }
}

const ormOf = (client: Pool | PoolConnection) => drizzle({ client: client as never, casing: 'snake_case' }) as MySql2Database;

function queryableOf(client: Pool | PoolConnection): Queryable {
  return {
    async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
      refuseSeveral(sql);
      const [rows] = await client.query(sql, [...params]);
      return rows as Row[];
    },
    async execute(sql: string, params: readonly unknown[] = []): Promise<Written> {
      refuseSeveral(sql);
      const [header] = await client.query<ResultSetHeader>(sql, [...params]);
      return { affectedRows: header.affectedRows, insertId: header.insertId };
    },
    orm: ormOf(client),
  };
}

interface PoolInside {
  _allConnections: { length: number };
  _freeConnections: { length: number };
  _connectionQueue: { length: number };
}

function statsOf(pool: Pool, limit: number): PoolStats {
  const inside = (pool as unknown as { pool: PoolInside }).pool;
  return { used: inside._allConnections.length - inside._freeConnections.length, limit, waiting: inside._connectionQueue.length };
}

const pools = new Map<string, () => PoolStats>();

function reportPool(name: string, stats: () => PoolStats): void {
  pools.set(name, stats);
  gauge('careline_pool_connections', 'Database connections by use.', ['database', 'use'], (metric) => {
    for (const [database, read] of pools) {
      for (const [use, value] of Object.entries(read())) metric.set({ database, use }, value);
    }
  });
}
