import { sql, type Column, type GetColumnData, type SQL } from 'drizzle-orm';

/**
 * That a column holds one of these values; FALSE when there are none.
 *
 * The whole list goes to the driver as one value. The query builder's own `inArray` makes an object for each and asks each what it
 * is a dozen times: a page that looks up fifty rows in several tables spent a fifteenth of its time there.
 */
export function inList<Of extends Column>(column: Of, values: readonly GetColumnData<Of, 'raw'>[]): SQL {
  if (values.length === 0) return sql`FALSE`;
  const list = { mapToDriverValue: (all: unknown) => (all as readonly unknown[]).map((value) => (value === null ? null : column.mapToDriverValue(value))) };
  return sql`${column} IN (${sql.param(values, list)})`;
}
