import { setTimeout as delay } from 'node:timers/promises';
import type { MySql2Database } from 'drizzle-orm/mysql2';
import type { Pool, PoolConnection } from 'mysql2/promise';
import { counter, type Logger } from '../observe/index.ts';
import type { Ask, Tx, Written } from './database.ts';
import { isRetriable } from './sql-errors.ts';
import { Statements } from './statements.ts';

interface TransactionParts {
  pool: Pool;
  database: string;
  log: Logger;
  ormOf(connection: PoolConnection): MySql2Database;
}

const RETRIES = 5;
const retried = counter('careline_transaction_retries_total', 'Transactions that ran again after a deadlock or lock wait.', ['database']);

/** One transaction with its retries; see `Db.transaction`. */
export async function inTransaction<T>(parts: TransactionParts, fn: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const committed: (() => void)[] = [];
    try {
      const result = await runOnce(parts, fn, committed);
      runAll(parts.log, committed);
      return result;
    } catch (error) {
      if (!isRetriable(error) || attempt >= RETRIES) throw error;
      retried.inc({ database: parts.database });
      // Unequal pauses: two that met in a deadlock must not meet again.
      await delay(Math.random() * 10 * 2 ** attempt);
    }
  }
}

async function runOnce<T>(parts: TransactionParts, fn: (tx: Tx) => Promise<T>, committed: (() => void)[]): Promise<T> {
  const connection = await parts.pool.getConnection();
  const statements = new Statements(connection);
  let isClean = false;
  try {
    const result = await fn(new OpenTransaction(parts, statements, committed));
    await statements.commit();
    isClean = true;
    return result;
  } catch (error) {
    isClean = await statements.rollBack().then(() => true, () => false);
    throw statements.failure ?? error;
  } finally {
    // A connection that may still hold a transaction must not serve anybody else.
    if (isClean) connection.release();
    else connection.destroy();
  }
}

/** What a verb gets. A class, for its one getter: with a literal's each transaction would have a hidden class, which holds all that it reaches until the whole heap is collected. */
class OpenTransaction implements Tx {
  readonly database: string;
  readonly #parts: TransactionParts;
  readonly #statements: Statements;
  readonly #committed: (() => void)[];
  #orm: MySql2Database | undefined;

  constructor(parts: TransactionParts, statements: Statements, committed: (() => void)[]) {
    this.database = parts.database;
    this.#parts = parts;
    this.#statements = statements;
    this.#committed = committed;
  }

  get orm(): MySql2Database {
    return (this.#orm ??= this.#parts.ormOf(this.#statements.connection));
  }

  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return this.#statements.query(sql, params);
  }

  execute(sql: string, params?: readonly unknown[]): Promise<Written> {
    return this.#statements.execute(sql, params);
  }

  queryTogether(asks: readonly Ask[]): Promise<unknown[][]> {
    return this.#statements.queryTogether(asks);
  }

  later(sql: string, params?: readonly unknown[]): Promise<void> {
    return this.#statements.later(sql, params);
  }

  afterCommit(callback: () => void): void {
    this.#committed.push(callback);
  }
}

function runAll(log: Logger, callbacks: readonly (() => void)[]): void {
  for (const callback of callbacks) {
    try {
      callback();
    } catch (error) {
      log.error({ err: error }, 'what should follow a commit failed');
    }
  }
}
