import { z } from 'zod';
import { defineEvent } from './define.ts';

/** From when on the attainment of a day warns, and when it does no more; of two tellings the higher version holds. Shares in thousandths. */
export const attainmentLimitsSaved = defineEvent('analytics', 'attainment.limits_saved', 1, z.object({
  version: z.number().int(), thresholdPerMille: z.number().int(), rearmPerMille: z.number().int(), sampleMin: z.number().int(),
}));
