import { onUnmounted, readonly, ref, type Ref } from 'vue';
import { useSession } from '../state/session.ts';

/** Makes a composable for server time that moves every `everyMs`, one timer for the whole page however many use it. */
function ticking(everyMs: number): () => Readonly<Ref<number>> {
  const now = ref(0);
  let users = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  return () => {
    const session = useSession();
    if (users === 0) now.value = session.serverNow();
    users += 1;
    timer ??= setInterval(() => { now.value = session.serverNow(); }, everyMs);
    onUnmounted(() => {
      users -= 1;
      if (users > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
    return readonly(now);
  };
}

/** For clocks that run down before the reader's eyes. */
export const useSecond = ticking(1_000);
/** For words such as `3 min ago`. */
export const useNow = ticking(20_000);
