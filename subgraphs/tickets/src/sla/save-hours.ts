import { recordAudit } from '@careline/kit/audit';
import { isDuplicate, newId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { hoursSaved } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { addDays, localDay } from '@careline/kit/time';
import { countClocksUnderHours, hoursHistory, insertHours, insertHoursVersion, lockHours, updateHours, type HoursWithContent } from './hours.store.ts';
import { correctedDays, readHours, toldHours, type HoursContent, type HoursDiffDay, type HoursInput } from './hours.rules.ts';
import type { ActivationScope, HoursRow } from './sla.tables.ts';

export interface SaveBusinessHours extends HoursInput {
  businessHoursId?: string | null;
  name: string;
  key?: string | null;
  scope: ActivationScope;
  expectedVersion?: number | null;
  isCorrection?: boolean | null;
}

/** Days that have passed are compared this far back, and never beyond the first version. */
const DAYS_BACK = 366;

/**
 * Creates business hours or gives them a new version. Running clocks keep the version they began with, unless RETARGET_OPEN
 * asks for them: then a worker counts them anew, and `affectedClockCount` says how many they are.
 *
 * Days that have passed are never read otherwise by accident: whoever means to correct them is shown which first.
 */
export async function saveBusinessHours(ctx: TicketsContext, input: SaveBusinessHours): Promise<{ hours: HoursWithContent; affectedClockCount: number; corrected: HoursDiffDay[] }> {
  ctx.viewer.requireAll('sla:write');
  const name = input.name.trim();
  if (name.length < 1 || [...name].length > 60) throw refuse('INVALID', 'name', { zh: '名称是 1 到 60 个字符。', en: 'A name has 1 to 60 characters.' });
  const content = readHours(input, localDay(ctx.clock.now(), 'UTC'));
  return ctx.db.transaction(async (tx) => {
    const before = input.businessHoursId ? await lockHours(tx, input.businessHoursId) : null;
    if (input.businessHoursId && !before) throw appError('NOT_FOUND');
    if (before && input.expectedVersion != null && input.expectedVersion !== before.version) {
      throw refuse('STALE_VERSION', 'expectedVersion', { zh: '工作时间已被改动，请查看后再改。', en: 'The hours have changed. Look at them and try again.' });
    }
    const corrected = before ? await correctedOf(ctx, tx, before, content) : [];
    if (corrected.length > 0 && !input.isCorrection) {
      throw refuse('CONFIRMATION_REQUIRED', 'isCorrection', { zh: `这样保存会改变已过去的 ${corrected.length} 天，请确认，或改为从某日起生效。`, en: `This would change ${corrected.length} days that have passed: confirm it, or let it count from a date on.` }, { corrected });
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
    await recordAudit(tx, ctx, { verb: 'sla:write', subjectId: row.id, before: before && { version: before.version, name: before.name }, after: { version: row.version, name, content, ...(corrected.length > 0 && { correctedDays: corrected.length }) } });
    return { hours: { ...row, content }, affectedClockCount: isRetargeting ? await countClocksUnderHours(tx, row.id) : 0, corrected };
  });
}

/** Days since the hours began, a year at most, that would be read otherwise from now on. */
async function correctedOf(ctx: TicketsContext, tx: Tx, { id, version }: HoursRow, content: HoursContent): Promise<HoursDiffDay[]> {
  const before = await hoursHistory(tx, id, version);
  const today = localDay(ctx.clock.now(), content.timeZone);
  const [began, limit] = [localDay(before.since, before.content.timeZone), addDays(today, -DAYS_BACK)];
  return correctedDays(before.content, content, began > limit ? began : limit, today);
}

function newKey(key: string | null | undefined): string {
  if (key && /^[a-z0-9_]{2,40}$/.test(key)) return key;
  throw refuse(key ? 'INVALID' : 'REQUIRED', 'key', { zh: '键由 2 到 40 个小写字母、数字或下划线组成，例如 weekday_9_18。', en: 'A key has 2 to 40 small letters, digits or underscores, e.g. weekday_9_18.' });
}
