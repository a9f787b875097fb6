import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolConnection } from 'mysql2/promise';
import { counter, type Logger } from '../observe/index.ts';
import type { Queryable, Tx } from './database.ts';
import { isRetriable } from './sql-errors.ts';
import { Statements } from './statements.ts';

interface TransactionParts {
  pool: Pool;
  database: string;
  log: Logger;
  queryableOf(connection: PoolConnection): Queryable;
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
  let behind: Queryable | undefined;
  try {
    const tx: Tx = {
      query: (sql, params) => statements.query(sql, params),
      execute: (sql, params) => statements.execute(sql, params),
      queryTogether: (asks) => statements.queryTogether(asks),
      later: (sql, params) => statements.later(sql, params),
      get orm() {
        return (behind ??= parts.queryableOf(statements.connection)).orm;
      },
      database: parts.database,
      afterCommit: (callback) => void committed.push(callback),
    };
    const result = await fn(tx);
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

function runAll(log: Logger, callbacks: readonly (() => void)[]): void {
  for (const callback of callbacks) {
    try {
      callback();
    } catch (error) {
      log.error({ err: error }, 'what should follow a commit failed');
    }
  }
}
