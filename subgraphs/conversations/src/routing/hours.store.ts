import { idToBinary, inList, type Queryable } from '@careline/kit/db';
import { knownHours } from './routing.tables.ts';

export type KnownHours = typeof knownHours.$inferSelect;

/** All known hours without their content; there are a handful. */
export function selectHoursVersions(q: Queryable): Promise<Omit<KnownHours, 'content'>[]> {
  return q.orm.select({ hoursId: knownHours.hoursId, key: knownHours.key, version: knownHours.version }).from(knownHours);
}

export async function selectHours(q: Queryable, ids: readonly string[]): Promise<KnownHours[]> {
  return ids.length === 0 ? [] : q.orm.select().from(knownHours).where(inList(knownHours.hoursId, ids));
}

// What is told late must not replace what is newer: the version is compared before it is set.
const KEEP = `INSERT /* keepHours */ INTO known_hours (hours_id, hours_key, version, content) VALUES (?, ?, ?, ?)
  ON DUPLICATE KEY UPDATE content = IF(VALUES(version) >= version, VALUES(content), content), version = GREATEST(version, VALUES(version))`;

/** Keeps hours as they were told, unless a newer version is known. */
export async function keepHours(q: Queryable, { hoursId, key, version, content }: KnownHours): Promise<void> {
  await q.execute(KEEP, [idToBinary(hoursId), key, version, JSON.stringify(content)]);
}
