import { customType } from 'drizzle-orm/mysql-core';
import { appError } from '../errors/index.ts';
import { binaryToId, parseId } from './ids.ts';

const two = (value: number, width = 2) => String(value).padStart(width, '0');

/** `2026-11-23 01:00:00.000`, the way DATETIME(3) takes an instant. */
export function toSqlInstant(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getUTCFullYear(), 4)}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())} `
    + `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}.${two(at.getUTCMilliseconds(), 3)}`;
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
