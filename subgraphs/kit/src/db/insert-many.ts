import { getTableColumns, getTableName } from 'drizzle-orm';
import type { MySqlTable } from 'drizzle-orm/mysql-core';
import type { Tx } from './database.ts';

/** What a column looks like to whoever writes values for it. */
interface Writable {
  name: string;
  generated?: unknown;
  mapToDriverValue(value: unknown): unknown;
}

const STATEMENT_ROWS = 500;

/**
 * Inserts many rows of one shape into a table. Nobody waits for the answer: a failure ends the transaction. One statement for
 * each 500 rows, and a fraction of the work of a query builder, which makes an object for each value; a thousand tickets have a
 * hundred thousand. Every row names the same columns as the first; throws when one does not, before anything is sent.
 * `keepsKnown`: rows whose key is there already are left out.
 */
export async function insertMany<Table extends MySqlTable>(tx: Tx, table: Table, rows: readonly Table['$inferInsert'][], { keepsKnown = false } = {}): Promise<void> {
  const [first] = rows as readonly Record<string, unknown>[];
  if (!first) return;
  const all = Object.entries(getTableColumns(table) as unknown as Record<string, Writable>).filter(([, { generated }]) => !generated);
  const columns = all.filter(([key]) => first[key] !== undefined);
  const absent = all.filter(([key]) => first[key] === undefined);
  const isOfOneShape = (row: Record<string, unknown>) => columns.every(([key]) => row[key] !== undefined) && absent.every(([key]) => row[key] === undefined);
  if (!(rows as readonly Record<string, unknown>[]).every(isOfOneShape)) throw new Error(`rows of ${getTableName(table)} have different columns`);
  const into = columns.map(([, { name }]) => `\`${name}\``).join(', ');
  const valueOf = (value: unknown, column: Writable) => (value === null ? null : column.mapToDriverValue(value));
  for (let from = 0; from < rows.length; from += STATEMENT_ROWS) {
    const values = (rows.slice(from, from + STATEMENT_ROWS) as readonly Record<string, unknown>[]).map((row) => columns.map(([key, column]) => valueOf(row[key], column)));
    await tx.later(`/* insertMany */ INSERT ${keepsKnown ? 'IGNORE ' : ''}INTO \`${getTableName(table)}\` (${into}) VALUES ?`, [values]);
  }
}
