import { customType } from 'drizzle-orm/mysql-core';
import { appError } from '../errors/index.ts';
import { binaryToId, parseId } from './ids.ts';

const DAY_MS = 86_400_000;
const TWO = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
let spelt = { day: 0, text: '1970-01-01' };

/** `2026-11-23 01:00:00.000`, the way DATETIME(3) takes an instant. */
export function toSqlInstant(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  // Most instants of a statement are of one day, and the day is most of the work.
  if (day !== spelt.day) spelt = { day, text: new Date(day * DAY_MS).toISOString().slice(0, 10) };
  const left = Math.floor(ms - day * DAY_MS);
  const seconds = Math.floor(left / 1_000);
  return `${spelt.text} ${TWO[Math.floor(seconds / 3_600)]}:${TWO[Math.floor(seconds / 60) % 60]}:${TWO[seconds % 60]}.${String(left % 1_000).padStart(3, '0')}`;
}

/** The instant of a DATETIME(3) as the driver or drizzle hands it out. */
export function fromSqlInstant(value: Date | string | number): number {
  if (typeof value === 'number') return value;
  return value instanceof Date ? value.getTime() : Date.parse(`${value.replace(' ', 'T')}Z`);
}

/** BINARY(16) column that reads and writes `cnv_…` ids; writing another kind of id throws NOT_FOUND. */
export function publicId(prefix: string, name?: string) {
  return customType<{ data: string; driverData: Buffer }>({
    dataType: () => 'binary(16)',
    toDriver(id) {
      const bytes = parseId(prefix, id);
      if (!bytes) throw appError('NOT_FOUND', { internal: `not an id of kind ${prefix}` });
      return bytes;
    },
    fromDriver: (bytes) => binaryToId(prefix, bytes),
  })(name as string);
}

const bytesColumn = customType<{ data: Buffer; driverData: Buffer; config: { length?: number } }>({
  dataType: (config) => (config?.length ? `varbinary(${config.length})` : 'blob'),
});

/** A sealed cell (see crypto): VARBINARY(length), or BLOB without one. */
export function sealed(name?: string, length?: number) {
  return bytesColumn(name as string, length === undefined ? {} : { length });
}

/** Raw bytes of a fixed or largest length, e.g. a blind index. */
export function bytes(name?: string, length?: number) {
  return bytesColumn(name as string, length === undefined ? {} : { length });
}

const instantColumn = customType<{ data: number; driverData: string | Date }>({
  dataType: () => 'datetime(3)',
  toDriver: toSqlInstant,
  fromDriver: fromSqlInstant,
});

/** DATETIME(3) in UTC that reads and writes milliseconds since 1970. */
export function instant(name?: string) {
  return instantColumn(name as string);
}

/** JSON column; MariaDB may hand its text out, MySQL the value. */
export function jsonColumn<T>(name?: string) {
  return customType<{ data: T; driverData: string }>({
    dataType: () => 'json',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => (typeof value === 'string' ? JSON.parse(value) : value) as T,
  })(name as string);
}
