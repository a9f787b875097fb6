import { recordAudit } from '@careline/kit/audit';
import { refuse, type Words } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { attainmentLimitsSaved } from '@careline/schema/events';
import type { AnalyticsContext } from '../context.ts';
import type { LimitsRow } from './alert.tables.ts';
import { insertLimits, lockLimits, newestLimits } from './limits.store.ts';

export interface SaveAttainmentLimits {
  threshold: number;
  rearm: number;
  sampleMin: number;
  expectedVersion?: number | null;
}

const THRESHOLD_MIN = 500;
const SAMPLE_MAX = 10_000;

/** The limits of the attainment warning as they are. */
export async function readAttainmentLimits(ctx: AnalyticsContext): Promise<LimitsRow> {
  ctx.viewer.require('alert:read');
  return newestLimits(ctx.db);
}

/**
 * Gives the attainment warning other limits from the next look on; the same ones again make no version. A warning that is on
 * goes off by the new ones. Refuses OUT_OF_RANGE, and STALE_VERSION with what is there.
 */
export async function saveAttainmentLimits(ctx: AnalyticsContext, input: SaveAttainmentLimits): Promise<LimitsRow> {
  ctx.viewer.requireAll('alert:write');
  const given = readLimits(input);
  return ctx.db.transaction(async (tx) => {
    const before = await lockLimits(tx);
    if (input.expectedVersion != null && input.expectedVersion !== before.version) {
      throw refuse('STALE_VERSION', 'expectedVersion', { zh: '预警条件已被改动，请查看后再改。', en: 'The limits have changed. Look at them and try again.' }, { limits: before });
    }
    if ((Object.keys(given) as (keyof typeof given)[]).every((name) => given[name] === before[name])) return before;
    const after: LimitsRow = { ...given, version: before.version + 1, savedBy: ctx.viewer.agentId, savedAt: ctx.clock.now() };
    await insertLimits(tx, after);
    await appendEvent(tx, attainmentLimitsSaved.make('attainment', { version: after.version, ...given }), after.savedAt);
    const facts = ({ version, thresholdPerMille, rearmPerMille, sampleMin }: LimitsRow) => ({ version, thresholdPerMille, rearmPerMille, sampleMin });
    await recordAudit(tx, ctx, { verb: 'alert:write', subjectId: null, before: facts(before), after: facts(after) });
    return after;
  });
}

function readLimits({ threshold, rearm, sampleMin }: SaveAttainmentLimits): Pick<LimitsRow, 'thresholdPerMille' | 'rearmPerMille' | 'sampleMin'> {
  const outOfRange = (field: string, words: Words) => refuse('OUT_OF_RANGE', field, words);
  // One decimal of a percentage: what is typed is what is compared.
  const [thresholdPerMille, rearmPerMille] = [Math.round(threshold * 1_000), Math.round(rearm * 1_000)];
  if (!(thresholdPerMille >= THRESHOLD_MIN && thresholdPerMille <= 1_000)) throw outOfRange('threshold', { zh: '预警线在 50.0% 到 100.0% 之间。', en: 'The limit lies between 50.0% and 100.0%.' });
  if (!(rearmPerMille >= thresholdPerMille && rearmPerMille <= 1_000)) throw outOfRange('rearm', { zh: '解除线不低于预警线，不高于 100.0%。', en: 'The all-clear lies between the limit and 100.0%.' });
  if (sampleMin < 1 || sampleMin > SAMPLE_MAX) throw outOfRange('sampleMin', { zh: '最少样本是 1 到 10,000。', en: 'The minimum sample is 1 to 10,000.' });
  return { thresholdPerMille, rearmPerMille, sampleMin };
}
