import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { clockTime, dayName, dayOf, fullTime, listTime, nextDay, secondTime, type TimeWords } from '../format/time.ts';
import { useSession } from '../state/session.ts';
import { useNow } from './use-now.ts';

/** Times in the agent's language and the organisation's zone; `now` moves every 20 s. */
export function useTime() {
  const { locale } = useI18n();
  const session = useSession();
  const words = computed<TimeWords>(() => ({ locale: locale.value, timeZone: session.timeZone }));
  const now = useNow();
  const isToday = (at: string | number) => dayOf(at, words.value) === dayOf(now.value, words.value);
  const isTomorrow = (at: string | number) => dayOf(at, words.value) === nextDay(now.value, words.value);
  return {
    now,
    isToday,
    isTomorrow,
    /** `10:31` today, else with its day. */
    moment: (at: string | number) => (isToday(at) ? clockTime(at, words.value) : `${dayName(at, now.value, words.value)} ${clockTime(at, words.value)}`),
    clock: (at: string | number) => clockTime(at, words.value),
    second: (at: string | number) => secondTime(at, words.value),
    day: (at: string | number) => dayName(at, now.value, words.value),
    dayKey: (at: string | number) => dayOf(at, words.value),
    inList: (at: string | number) => listTime(at, now.value, words.value),
    full: (at: string | number) => fullTime(at, words.value),
  };
}
