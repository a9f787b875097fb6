export { bytes, fromSqlInstant, instant, jsonColumn, publicId, sealed, toSqlInstant } from './columns.ts';
export type { Db, PoolStats, Queryable, Tx, Written } from './database.ts';
export { withIdempotency, type IdempotentCall } from './idempotency.ts';
export { binaryToId, idToBinary, newId, parseId } from './ids.ts';
export { lease, processHolder, type Lease } from './lease.ts';
export { migrate } from './migrate.ts';
export { openDatabase, type DatabaseOptions } from './open-database.ts';
export { splitSql } from './split-sql.ts';
export { isDuplicate, isRetriable, sqlErrno } from './sql-errors.ts';
