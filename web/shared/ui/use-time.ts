import { computed, onUnmounted, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { clockTime, dayName, dayOf, fullTime, listTime, secondTime, type TimeWords } from '../format/time.ts';
import { useSession } from '../state/session.ts';

const now = ref(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Times in the agent's language and the organisation's zone; `now` moves every 20 s. */
export function useTime() {
  const { locale } = useI18n();
  const session = useSession();
  const words = computed<TimeWords>(() => ({ locale: locale.value, timeZone: session.timeZone }));
  users += 1;
  timer ??= setInterval(() => { now.value = session.serverNow(); }, 20_000);
  onUnmounted(() => {
    users -= 1;
    if (users > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
  const isToday = (at: string | number) => dayOf(at, words.value) === dayOf(now.value, words.value);
  return {
    now,
    isToday,
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
