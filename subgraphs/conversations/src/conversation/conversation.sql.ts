import { fromSqlInstant } from '@careline/kit/db';

export type Instantish = Date | string | number;

/** The instant of a nullable DATETIME(3). */
export function maybeInstant(value: Instantish | null): number | null {
  return value === null ? null : fromSqlInstant(value);
}

/** A JSON column as either engine and driver hands it out. */
export function fromJson<T>(value: unknown): T {
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
}

/** `?, ?, ?` for `count` values; an empty IN list matches nothing instead of being a syntax error. */
export function marks(count: number): string {
  return count === 0 ? 'NULL' : Array.from({ length: count }, () => '?').join(', ');
}
