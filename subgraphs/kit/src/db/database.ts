import type { MySql2Database } from 'drizzle-orm/mysql2';

/** Any SQL, and drizzle over the same connection. Statements of the hot paths are written out and named. */
export interface Queryable {
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  execute(sql: string, params?: readonly unknown[]): Promise<Written>;
  readonly orm: MySql2Database;
}

export interface Written {
  /** Rows the statement matched, changed or not; 2 for a row that ON DUPLICATE KEY UPDATE changed. */
  affectedRows: number;
  insertId: number;
}

/** A reading, to be sent with others. */
export interface Ask {
  sql: string;
  params?: readonly unknown[];
}

/** One transaction. Use nothing else for its reads and writes: `db` would take a second connection. */
export interface Tx extends Queryable {
  /** Name of the database, so that what waits for its commits can be woken. */
  readonly database: string;
  /**
   * A statement whose answer nobody needs: it waits for the next one that is asked for, or for the commit, and goes with it.
   * When it fails the transaction does. Not for what the function itself would catch.
   */
  later(sql: string, params?: readonly unknown[]): Promise<void>;
  /**
   * Readings that do not need each other's answers, in one journey to the database; it does them in their order, so that
   * the later ones see what was committed while the earlier ones waited for locks.
   */
  queryTogether(asks: readonly Ask[]): Promise<unknown[][]>;
  /** Runs `fn` once the transaction is stored, never when it is rolled back. */
  afterCommit(fn: () => void): void;
}

export interface PoolStats {
  used: number;
  limit: number;
  waiting: number;
}

/** One subgraph's database: a pool whose connections are all READ COMMITTED, strict and in UTC. */
export interface Db extends Queryable {
  readonly name: string;
  /**
   * Runs `fn` in a transaction. When the engine asks for it (deadlock, lock wait) everything is rolled back
   * and `fn` runs again, up to five times: keep effects outside the database in `afterCommit`.
   */
  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  /** Gives `fn` one connection of its own, for what is bound to a connection, such as named locks. */
  withConnection<T>(fn: (connection: Queryable) => Promise<T>): Promise<T>;
  stats(): PoolStats;
  close(): Promise<void>;
}
