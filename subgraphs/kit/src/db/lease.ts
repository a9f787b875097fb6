import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Queryable } from './database.ts';

/** The right to be the only one who does something, for a while. Timed by the database's clock. */
export interface Lease {
  /** The fencing number when the lease is ours now, null when another holds it. Each taking has a higher number. */
  acquire(): Promise<number | null>;
  /** Whether it is still ours and now lasts `ttlMs` longer. False: stop at once, another may have begun. */
  renew(fence: number): Promise<boolean>;
  release(fence: number): Promise<void>;
}

/** One lease that was taken. */
export interface HeldLease {
  name: string;
  holder: string;
  fence: number;
}

/** Whether all of them are still ours and now last `ttlMs` longer. False: some are not; which, each says by itself. */
export async function renewAll(db: Queryable, held: readonly HeldLease[], ttlMs: number): Promise<boolean> {
  const renewed = await db.execute(
    '/* renewLeases */ UPDATE leases SET ends_at = NOW(3) + INTERVAL ? MICROSECOND WHERE name IN (?) AND (name, holder, fence) IN (?) AND ends_at >= NOW(3)',
    [ttlMs * 1000, held.map(({ name }) => name), held.map(({ name, holder, fence }) => [name, holder, fence])],
  );
  return renewed.affectedRows === held.length;
}

/** A name for this process as a lease holder, e.g. `web-1:4242:9f3c21`. */
export function processHolder(): string {
  return `${hostname().slice(0, 40)}:${process.pid}:${randomBytes(3).toString('hex')}`;
}

/**
 * The lease `name` for `holder`. A row, not a named lock: it holds across the servers of a cluster,
 * and its fence tells a late holder from the present one.
 */
export function lease(db: Queryable, name: string, holder: string, ttlMs: number): Lease {
  const microseconds = ttlMs * 1000;
  const take = `UPDATE leases SET fence = LAST_INSERT_ID(fence + 1), holder = ?, ends_at = NOW(3) + INTERVAL ? MICROSECOND
    WHERE name = ? AND (ends_at < NOW(3) OR holder = ?)`;
  return {
    async acquire() {
      const params = [holder, microseconds, name, holder];
      let taken = await db.execute(`/* acquireLease */ ${take}`, params);
      if (taken.affectedRows === 0) {
        const made = await db.execute("/* makeLease */ INSERT IGNORE INTO leases (name, holder, fence, ends_at) VALUES (?, '', 0, '2000-01-01')", [name]);
        if (made.affectedRows === 0) return null;
        taken = await db.execute(`/* acquireLease */ ${take}`, params);
      }
      return taken.affectedRows === 1 ? taken.insertId : null;
    },
    async renew(fence) {
      const renewed = await db.execute(
        '/* renewLease */ UPDATE leases SET ends_at = NOW(3) + INTERVAL ? MICROSECOND WHERE name = ? AND holder = ? AND fence = ? AND ends_at >= NOW(3)',
        [microseconds, name, holder, fence],
      );
      return renewed.affectedRows === 1;
    },
    async release(fence) {
      await db.execute("/* releaseLease */ UPDATE leases SET ends_at = '2000-01-01', holder = '' WHERE name = ? AND holder = ? AND fence = ?", [name, holder, fence]);
    },
  };
}
