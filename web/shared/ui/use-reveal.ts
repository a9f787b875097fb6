import { nextTick, type Ref } from 'vue';

const PORTIONS_MAX = 40;
const MARKED_MS = 4_000;

interface Scroll {
  scroller: Ref<HTMLElement | undefined>;
  has(seq: number): boolean;
  hasOlder(): boolean;
  loadOlder(): Promise<void>;
}

/** Brings one line of a long list on screen, loading what is older until it is there, and marks it for a moment. */
export function useReveal({ scroller, has, hasOlder, loadOlder }: Scroll) {
  async function reveal(seq: number): Promise<void> {
    for (let portion = 0; portion < PORTIONS_MAX && !has(seq) && hasOlder(); portion += 1) await loadOlder();
    await nextTick();
    const line = scroller.value?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
    if (!line) return;
    line.scrollIntoView({ block: 'center' });
    // Where one reads on by key, and what a screen reader says.
    line.tabIndex = -1;
    line.focus({ preventScroll: true });
    line.classList.add('revealed');
    setTimeout(() => line.classList.remove('revealed'), MARKED_MS);
  }
  return reveal;
}
