import type { Tx } from '@careline/kit/db';

/** `known_until` of what is known now. */
export const FOREVER = Date.parse('9999-12-31T00:00:00Z');

/**
 * The next row version, the first of `count`. Holds the counter until the transaction ends: writers of facts go one after the other,
 * so a lower version is never committed after a higher one.
 */
export async function nextRowVersion(tx: Tx, count = 1): Promise<number> {
  const { insertId } = await tx.execute("UPDATE /* nextRowVersion */ counters SET next_value = LAST_INSERT_ID(next_value) + ? WHERE name = 'row_version'", [count]);
  return insertId;
}
