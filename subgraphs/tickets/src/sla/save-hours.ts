import { recordAudit } from '@careline/kit/audit';
import { isDuplicate, newId } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { hoursSaved } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { insertHours, insertHoursVersion, lockHours, countClocksUnderHours, updateHours, type HoursWithContent } from './hours.store.ts';
import { readHours, toldHours, type HoursInput } from './hours.rules.ts';
import type { ActivationScope, HoursRow } from './sla.tables.ts';

export interface SaveBusinessHours extends HoursInput {
  businessHoursId?: string | null;
  name: string;
  key?: string | null;
  scope: ActivationScope;
  expectedVersion?: number | null;
}

/**
 * Creates business hours or gives them a new version. Running clocks keep the version they began with, unless RETARGET_OPEN
 * asks for them: then a worker counts them anew, and `affectedClockCount` says how many they are.
 */
export async function saveBusinessHours(ctx: TicketsContext, input: SaveBusinessHours): Promise<{ hours: HoursWithContent; affectedClockCount: number }> {
  ctx.viewer.requireAll('sla:write');
  const name = input.name.trim();
  if (name.length < 1 || [...name].length > 60) throw refuse('INVALID', 'name', { zh: '名称是 1 到 60 个字符。', en: 'A name has 1 to 60 characters.' });
  const content = readHours(input);
  return ctx.db.transaction(async (tx) => {
    const before = input.businessHoursId ? await lockHours(tx, input.businessHoursId) : null;
    if (input.businessHoursId && !before) throw appError('NOT_FOUND');
    if (before && input.expectedVersion != null && input.expectedVersion !== before.version) {
      throw refuse('STALE_VERSION', 'expectedVersion', { zh: '工作时间已被改动，请查看后再改。', en: 'The hours have changed. Look at them and try again.' });
    }
    const isRetargeting = before !== null && input.scope === 'RETARGET_OPEN';
    const row: HoursRow = before
      ? { ...before, name, version: before.version + 1, isRetargeting: isRetargeting ? 1 : before.isRetargeting }
      : { id: newId('bhr'), key: newKey(input.key), name, version: 1, isRetargeting: 0 };
    try {
      await (before ? updateHours(tx, row) : insertHours(tx, row));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw refuse('ALREADY_EXISTS', 'key', { zh: `键 ${row.key} 已被使用。`, en: `The key ${row.key} is taken.` });
    }
    await insertHoursVersion(tx, { hoursId: row.id, version: row.version, content, savedAt: ctx.clock.now() });
    await appendEvent(tx, hoursSaved.make(row.id, toldHours({ ...row, content })), ctx.clock.now());
    await recordAudit(tx, ctx, { verb: 'sla:write', subjectId: row.id, before: before && { version: before.version, name: before.name }, after: { version: row.version, name, content } });
    return { hours: { ...row, content }, affectedClockCount: isRetargeting ? await countClocksUnderHours(tx, row.id) : 0 };
  });
}

function newKey(key: string | null | undefined): string {
  if (key && /^[a-z0-9_]{2,40}$/.test(key)) return key;
  throw refuse(key ? 'INVALID' : 'REQUIRED', 'key', { zh: '键由 2 到 40 个小写字母、数字或下划线组成，例如 weekday_9_18。', en: 'A key has 2 to 40 small letters, digits or underscores, e.g. weekday_9_18.' });
}
