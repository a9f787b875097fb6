import { ref, shallowRef, watch } from 'vue';
import { asApiError, type ApiError } from '../graphql/errors.ts';

interface Page<Node> {
  nodes: readonly Node[];
  pageInfo: { endCursor?: string | null; hasNextPage: boolean };
}

export type Pages<Node> = ReturnType<typeof usePages<Node>>;

/**
 * A list that is read page by page: what has come so far, whether there is more, and what went wrong.
 * With `of`, which names whose list it is, it is read at once and whenever that is another.
 */
export function usePages<Node>(read: (after: string | null) => Promise<Page<Node> | null | undefined>, of?: () => unknown) {
  const nodes = shallowRef<readonly Node[]>([]);
  const isMore = ref(false);
  const isLoaded = ref(false);
  const error = ref<ApiError | null>(null);
  let after: string | null = null;
  let reading = 0;

  async function load(from: string | null): Promise<void> {
    const mine = (reading += 1);
    error.value = null;
    try {
      const page = await read(from);
      // Asked anew meanwhile: this belongs to another list.
      if (mine !== reading) return;
      nodes.value = [...(from === null ? [] : nodes.value), ...(page?.nodes ?? [])];
      after = page?.pageInfo.endCursor ?? null;
      isMore.value = page?.pageInfo.hasNextPage ?? false;
      isLoaded.value = true;
    } catch (cause) {
      if (mine === reading) error.value = asApiError(cause);
    }
  }

  const begin = () => load(null);
  if (of) watch(of, () => { void begin(); }, { immediate: true });
  return { nodes, isMore, isLoaded, error, begin, more: () => load(after) };
}
