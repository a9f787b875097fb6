import { nextTick, onMounted, onUnmounted, ref, type Ref } from 'vue';

const NEAR_PX = 48;

/**
 * A list read from its end, such as a chat: who reads the end stays there whatever grows, a state line, a late text, a smaller
 * window; who reads further up is left where they are, also when older lines come in above.
 */
export function useStayAtEnd(scroller: Ref<HTMLElement | undefined>) {
  const isAtEnd = ref(true);

  /** To be called on each scroll. */
  function look(): void {
    const { scrollHeight, scrollTop, clientHeight } = scroller.value!;
    isAtEnd.value = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  async function toEnd(): Promise<void> {
    await nextTick();
    if (scroller.value) scroller.value.scrollTop = scroller.value.scrollHeight;
  }

  /** Runs what puts lines in above, without moving what is being read. */
  async function keepPlace(add: () => Promise<unknown>): Promise<void> {
    const element = scroller.value!;
    const fromEnd = element.scrollHeight - element.scrollTop;
    await add().catch(() => undefined);
    await nextTick();
    element.scrollTop = element.scrollHeight - fromEnd;
  }

  const stay = () => { if (isAtEnd.value) void toEnd(); };
  const sizes = new ResizeObserver(stay);
  const changes = new MutationObserver(stay);
  onMounted(() => {
    sizes.observe(scroller.value!);
    changes.observe(scroller.value!, { childList: true, subtree: true });
  });
  onUnmounted(() => {
    sizes.disconnect();
    changes.disconnect();
  });

  return { isAtEnd, look, toEnd, keepPlace };
}
