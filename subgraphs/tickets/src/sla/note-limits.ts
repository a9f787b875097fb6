import type { Tx } from '@careline/kit/db';
import type { AttainmentLimits } from '@careline/schema/attainment';
import { keepLimits } from './attainment-limits.store.ts';

/** Takes in from when on the attainment of a day warns: board and dry runs mean the same limit as the warning. */
export async function noteLimits(tx: Tx, limits: AttainmentLimits & { version: number }): Promise<void> {
  await keepLimits(tx, limits);
}
