import { refDebounced } from '@vueuse/core';
import { computed, ref, shallowRef, watch } from 'vue';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';

export interface SavedPage<Item> {
  nodes: Item[];
  totalCount?: number | null;
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

export interface SavedQuery {
  search: string | null;
  isRetired: boolean;
  first: number;
  after: string | null;
}

const PAGE = 50;

/** A list of saved things: searched, in use or retired, page by page. What is shown stays until the next answer is there. */
export function useSavedList<Item extends { id: string }>(read: (query: SavedQuery) => Promise<SavedPage<Item> | null | undefined>) {
  const search = ref('');
  const shown = ref<'inUse' | 'retired'>('inUse');
  const items = shallowRef<Item[]>([]);
  const total = ref<number | null>(null);
  const error = ref<ApiError | null>(null);
  const isLoading = ref(true);
  const isLoaded = ref(false);
  const hasMore = ref(false);
  let cursor: string | null = null;
  let turn = 0;

  async function load(isNext = false): Promise<void> {
    const mine = (turn += 1);
    isLoading.value = true;
    error.value = null;
    try {
      const page = await read({ search: search.value.trim().slice(0, 60) || null, isRetired: shown.value === 'retired', first: PAGE, after: isNext ? cursor : null });
      if (mine !== turn) return;
      if (!page) throw new Error('no list');
      items.value = isNext ? [...items.value, ...page.nodes] : page.nodes;
      total.value = page.totalCount ?? null;
      hasMore.value = page.pageInfo.hasNextPage;
      cursor = page.pageInfo.endCursor ?? null;
      isLoaded.value = true;
    } catch (cause) {
      if (mine === turn) error.value = asApiError(cause);
    } finally {
      if (mine === turn) isLoading.value = false;
    }
  }

  watch([refDebounced(search, 150), shown], () => { void load(); }, { immediate: true });
  const isEmpty = computed(() => isLoaded.value && items.value.length === 0);
  return { search, shown, items, total, error, isLoading, isLoaded, isEmpty, hasMore, load };
}

export type SavedList = Omit<ReturnType<typeof useSavedList<{ id: string }>>, 'items'>;
