import { computed, shallowRef, ref } from 'vue';
import type { SharedView } from './view-verbs.ts';

interface GuestOptions<View extends SharedView> {
  /** The agent's own views. */
  own(): readonly View[];
  /** Asks for a view by its id; null: there is none. */
  find(viewId: string): Promise<View | null>;
  /** Another one is on screen, or none any more; `left` is the one before. */
  onTurn?(left: View | null): void;
}

/** A view that is on screen though it is none of the agent's own: another team's, looked at by whoever keeps it in order. */
export function guestView<View extends SharedView>({ own, find, onTurn }: GuestOptions<View>) {
  const guest = shallowRef<View | null>(null);
  /** Id of the view that is being asked for. */
  const soughtId = ref<string | null>(null);
  const shown = computed(() => withGuest(own(), guest.value));

  function take(view: View | null): void {
    const left = guest.value;
    guest.value = view;
    if (left?.id !== view?.id) onTurn?.(left);
  }

  /** Makes the saved view known that is on screen, by its id. Null: none is. */
  async function visit(viewId: string | null): Promise<void> {
    const isOwn = viewId === null || own().some(({ id }) => id === viewId);
    if (isOwn) take(null);
    soughtId.value = isOwn || guest.value?.id === viewId ? null : viewId;
    if (soughtId.value === null) return;
    const found = await find(viewId!).catch(() => null);
    if (soughtId.value !== viewId) return;
    take(found);
    soughtId.value = null;
  }

  /** Takes what the stream or a save says of it. */
  function hear(news: readonly View[], removedIds: readonly string[]): void {
    const { value: before } = guest;
    if (before) guest.value = news.find(({ id }) => id === before.id) ?? (removedIds.includes(before.id) ? null : before);
  }

  return { guest, soughtId, shown, visit, hear };
}

/** Views with a further one that is only looked at. */
export function withGuest<View extends SharedView>(views: readonly View[], guest: View | null): readonly View[] {
  return guest && !views.some(({ id }) => id === guest.id) ? [...views, guest] : views;
}
