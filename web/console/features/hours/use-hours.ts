import { computed, ref, shallowRef } from 'vue';
import { BusinessHoursDocument, ReadHolidaysDocument, SaveBusinessHoursDocument, type ActivationScope, type BusinessHoursPartsFragment, type HoursDiffPartsFragment, type ReadHolidaysInput, type SpecialDayPartsFragment } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { joinDays, weekdayOf, type Interval, type Period, type SpecialDay, type Week } from './month.ts';

export type Hours = BusinessHoursPartsFragment;

export interface HoursDraft {
  name: string;
  key: string;
  timeZone: string;
  week: Week;
  /** Earliest first. */
  periods: Period[];
  specialDays: SpecialDay[];
}

export interface HoursRefusal {
  field: readonly string[];
  message: string;
}

const NINE_TO_SIX: Interval = { from: '09:00', to: '18:00' };
const plain = ({ from, to }: Interval): Interval => ({ from, to });
const dayOf = ({ date, name, kind, intervals }: SpecialDayPartsFragment): SpecialDay => ({ date, name, kind, intervals: intervals.map(plain) });

const weekOf = (intervals: readonly (Interval & { weekday: number })[]): Week => [1, 2, 3, 4, 5, 6, 7].map((weekday) => intervals.filter((interval) => interval.weekday === weekday).map(plain));
const flat = (week: Week) => week.flatMap((intervals, day) => intervals.map((interval) => ({ weekday: day + 1, ...interval })));

const draftOf = (hours: Hours): HoursDraft => ({
  name: hours.name, key: hours.key, timeZone: hours.timeZone, specialDays: hours.specialDays.map(dayOf),
  week: weekOf(hours.intervals), periods: hours.periods.map(({ from, intervals }) => ({ from, week: weekOf(intervals) })),
});

const blank = (timeZone: string): HoursDraft => ({ name: '', key: '', timeZone, specialDays: [], periods: [], week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [{ ...NINE_TO_SIX }] : [])) });

/** The place of an interval of the flat list, as the server names it, in the week of the form. */
export function placeInWeek(week: Week, index: number): { weekday: number; place: number } | null {
  let left = index;
  for (const [weekday, intervals] of week.entries()) {
    if (left < intervals.length) return { weekday, place: left };
    left -= intervals.length;
  }
  return null;
}

/** Business hours, and the ones whose form is open; null: new ones. */
export function useHours() {
  const { api } = useCareline();
  const all = shallowRef<Hours[] | null>(null);
  const hours = shallowRef<Hours | null>(null);
  const draft = ref<HoursDraft>(blank('Asia/Shanghai'));
  const saved = ref('');
  const error = ref<ApiError | null>(null);
  const refusal = ref<HoursRefusal | null>(null);
  /** Days that have passed and would be counted otherwise, when the last saving was refused for them. */
  const pastDiff = shallowRef<HoursDiffPartsFragment | null>(null);
  const isBusy = ref(false);
  const isDirty = computed(() => saved.value !== '' && JSON.stringify(draft.value) !== saved.value);

  function open(one: Hours | null, timeZone: string): void {
    hours.value = one;
    draft.value = one ? draftOf(one) : blank(timeZone);
    saved.value = JSON.stringify(draft.value);
    refusal.value = null;
    pastDiff.value = null;
  }

  async function load(): Promise<void> {
    error.value = null;
    try {
      all.value = (await api.query(BusinessHoursDocument, {}, 'network-only')).businessHours?.nodes ?? [];
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  interface Answer {
    userErrors: Array<{ field?: string[] | null; message: string }>;
  }

  /** What a verb answered, or null when it was refused or not reached; then `refusal` says why. */
  async function perform<Outcome extends Answer>(ask: () => Promise<Outcome>): Promise<Outcome | null> {
    if (isBusy.value) return null;
    isBusy.value = true;
    refusal.value = null;
    try {
      const outcome = await ask();
      const [first] = outcome.userErrors;
      if (first) refusal.value = { field: first.field ?? [], message: first.message };
      return first ? null : outcome;
    } catch {
      refusal.value = { field: [], message: '' };
      return null;
    } finally {
      isBusy.value = false;
    }
  }

  /** Saves; returns how many running clocks are counted anew, null when it was not saved. */
  async function save(scope: ActivationScope, isCorrection = false): Promise<number | null> {
    const { name, key, timeZone, week, periods, specialDays } = draft.value;
    pastDiff.value = null;
    const outcome = await perform(async () => {
      const answer = (await api.mutate(SaveBusinessHoursDocument, { input: {
      ...(hours.value ? { businessHoursId: hours.value.id, expectedVersion: hours.value.version } : { key }), name, timeZone, scope, isCorrection,
      intervals: flat(week), periods: periods.map((period) => ({ from: period.from, intervals: flat(period.week) })),
      specialDays: specialDays.map((day) => ({ ...day, intervals: day.intervals.map((interval) => ({ weekday: weekdayOf(day.date) + 1, ...interval })) })),
      } })).saveBusinessHours;
      if (answer.userErrors[0]?.code === 'CONFIRMATION_REQUIRED') pastDiff.value = answer.pastDiff ?? null;
      return answer;
    });
    if (!outcome?.businessHours) return null;
    open(outcome.businessHours, timeZone);
    await load();
    return outcome.affectedClockCount ?? 0;
  }

  /** Puts days of a file or plan into the form; returns how many, null when they could not be read. Nothing is saved. */
  async function takeIn(input: ReadHolidaysInput): Promise<number | null> {
    const outcome = await perform(async () => (await api.mutate(ReadHolidaysDocument, { input })).readHolidays);
    if (!outcome?.specialDays) return null;
    draft.value.specialDays = joinDays(draft.value.specialDays, outcome.specialDays.map(dayOf));
    return outcome.specialDays.length;
  }

  return { all, hours, draft, error, refusal, pastDiff, isBusy, isDirty, open, load, save, takeIn };
}
