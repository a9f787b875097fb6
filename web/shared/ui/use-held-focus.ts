import { onBeforeUpdate, onMounted, onUpdated, type Ref } from 'vue';

/** Gives the focus to the thread or the feed of the page: there letters are keys, and arrows scroll. */
export function focusLog(): void {
  document.querySelector<HTMLElement>('#main [role=log]')?.focus({ preventScroll: true });
}

/** A verb may take away the button that was pressed: then the focus goes to the log, or where one says, and not to nowhere. */
export function useHeldFocus(giveIt: () => void = focusLog): void {
  let held: Element | null = null;
  onBeforeUpdate(() => { held = document.activeElement; });
  onUpdated(() => {
    if (held && !held.isConnected && document.activeElement === document.body) giveIt();
    held = null;
  });
}

/** Takes the focus that went away with the page before, so that arrows work at once; not on a page just loaded, where nobody pressed a key. */
export function useArrivingFocus(place: Ref<HTMLElement | undefined>): void {
  onMounted(() => {
    const state = history.state as { back?: string | null } | null;
    if (state?.back && document.activeElement === document.body) place.value?.focus({ preventScroll: true });
  });
}
