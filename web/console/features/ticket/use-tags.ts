import { refDebounced } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import { TicketTagsDocument, type TicketTagsQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { usePages } from '../../../shared/ui/use-pages.ts';

export type TicketTag = NonNullable<TicketTagsQuery['ticketTags']>['nodes'][number];

/** The longest a tag may be. */
export const TAG_MAX = 50;
const PAGE = 50;

/** The tags that tickets carry, those that begin as is searched for, page by page. What is shown stays until the next answer is there. */
export function useTags() {
  const search = ref('');
  const total = ref<number | null>(null);
  const asked = refDebounced(computed(() => search.value.trim()), 150);
  const pages = usePages<TicketTag>(async (after) => {
    const { ticketTags } = await useCareline().api.query(TicketTagsDocument, { startsWith: asked.value || null, first: PAGE, after });
    if (!ticketTags) throw new Error('no tags');
    total.value = ticketTags.totalCount ?? null;
    return ticketTags;
  });
  watch(asked, () => { void pages.begin(); });
  return { ...pages, search, asked, total };
}
