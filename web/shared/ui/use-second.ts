import { onUnmounted, readonly, ref } from 'vue';
import { useSession } from '../state/session.ts';

const now = ref(0);
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Server time that moves each second, one timer for the whole page. */
export function useSecond() {
  const session = useSession();
  now.value = session.serverNow();
  users += 1;
  timer ??= setInterval(() => { now.value = session.serverNow(); }, 1_000);
  onUnmounted(() => {
    users -= 1;
    if (users > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
  return readonly(now);
}
