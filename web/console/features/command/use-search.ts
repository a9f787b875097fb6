import { ref, watch, type Ref } from 'vue';
import { SearchDocument, type SearchQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';

/** A single letter is refused by the server. */
const LETTERS_MIN = 2;
const LETTERS_MAX = 200;

const isWorthAsking = (text: string) => {
  const { length } = [...text];
  return length <= LETTERS_MAX && text.split(/\s+/).some((word) => [...word].length >= LETTERS_MIN);
};

/** What conversations, tickets and customers hold the words that were typed. Whatever is shown belongs to the words on screen, which are asked for once they are `rested`. */
export function useSearch(query: Ref<string>, rested: Ref<string>) {
  const found = ref<SearchQuery | null>(null);
  const isBusy = ref(false);
  const hasFailed = ref(false);

  watch(query, (text) => {
    found.value = null;
    hasFailed.value = false;
    isBusy.value = isWorthAsking(text.trim());
  });
  watch(rested, async (typed) => {
    const text = typed.trim();
    if (!isWorthAsking(text)) return;
    const answer = await useCareline().api.query(SearchDocument, { text }, 'network-only').catch(() => null);
    if (query.value !== typed) return;
    found.value = answer;
    hasFailed.value = answer === null;
    isBusy.value = false;
  });
  return { found, isBusy, hasFailed };
}
