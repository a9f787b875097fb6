import type { Queryable } from '@careline/kit/db';
import { DEFAULT_LIMITS, type AttainmentLimits } from '@careline/schema/attainment';
import { attainmentLimits } from './sla.tables.ts';

/** From when on the attainment of a day warns, as far as it was told. */
export async function knownLimits(q: Queryable): Promise<AttainmentLimits> {
  return (await q.orm.select().from(attainmentLimits).limit(1))[0] ?? DEFAULT_LIMITS;
}

const KEEP = `UPDATE /* keepLimits */ attainment_limits SET threshold_per_mille = ?, rearm_per_mille = ?, sample_min = ?, version = ? WHERE place = 1 AND version < ?`;

/** Keeps limits that were told, unless newer ones are known. */
export async function keepLimits(q: Queryable, { version, thresholdPerMille, rearmPerMille, sampleMin }: AttainmentLimits & { version: number }): Promise<void> {
  await q.execute(KEEP, [thresholdPerMille, rearmPerMille, sampleMin, version, version]);
}
