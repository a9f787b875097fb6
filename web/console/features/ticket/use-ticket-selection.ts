import { computed, ref, watch, type Ref } from 'vue';
import { useTicketList, type TicketRow } from '../../../shared/state/ticket-list.ts';

/** Which rows of the list are chosen: single ones, a stretch of them, or all that the filter means, seen or not. */
export function useTicketSelection(filter: Ref<unknown>) {
  const list = useTicketList();
  const ids = ref<ReadonlySet<string>>(new Set());
  const isWhole = ref(false);
  /** From here a stretch is chosen. */
  let anchorId: string | null = null;

  const count = computed(() => (isWhole.value ? list.total ?? ids.value.size : ids.value.size));
  const has = (id: string) => isWhole.value || ids.value.has(id);

  function clear(): void {
    ids.value = new Set();
    isWhole.value = false;
    anchorId = null;
  }

  /** Whoever takes one out of all has those in sight left. */
  function asSingle(): Set<string> {
    const chosen = new Set(isWhole.value ? list.rows.map(({ id }) => id) : ids.value);
    isWhole.value = false;
    return chosen;
  }

  function toggle(id: string): void {
    const chosen = asSingle();
    if (!chosen.delete(id)) chosen.add(id);
    ids.value = chosen;
    anchorId = id;
  }

  /** Everything from the row chosen last to this one. */
  function extend(id: string): void {
    const places = [anchorId ?? id, id].map((one) => list.rows.findIndex((row) => row.id === one));
    const [from, to] = [Math.max(0, Math.min(...places)), Math.max(...places)];
    ids.value = new Set([...asSingle(), ...list.rows.slice(from, to + 1).map((row) => row.id)]);
    anchorId ??= id;
  }

  function whole(): void {
    ids.value = new Set(list.rows.map(({ id }) => id));
    isWhole.value = true;
  }

  watch(filter, clear);
  const rows = computed((): TicketRow[] => list.rows.filter(({ id }) => has(id)));
  return { ids, isWhole, count, rows, has, toggle, extend, whole, clear };
}

export type TicketSelection = ReturnType<typeof useTicketSelection>;
