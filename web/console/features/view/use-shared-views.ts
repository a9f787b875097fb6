import { refDebounced } from '@vueuse/core';
import { computed, ref } from 'vue';
import { SharedConversationViewsDocument, SharedTicketViewsDocument, type SharedConversationViewsQuery, type SharedTicketViewsQuery, type Sharing } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useSession } from '../../../shared/state/session.ts';
import { usePages, type Pages } from '../../../shared/ui/use-pages.ts';

export const KINDS = ['conversation', 'ticket'] as const;
export type ViewKind = (typeof KINDS)[number];
export type SharedConversationView = NonNullable<SharedConversationViewsQuery['sharedConversationViews']>['nodes'][number];
export type SharedTicketView = NonNullable<SharedTicketViewsQuery['sharedTicketViews']>['nodes'][number];
/** A shared view of either list. */
export type SharedView = { kind: 'conversation'; view: SharedConversationView } | { kind: 'ticket'; view: SharedTicketView };

/** The shared views of one list, page by page. */
export interface ViewGroup {
  kind: ViewKind;
  pages: Pages<SharedView>;
}

/** `any`, `all` for everybody, or the id of a team. */
export type Audience = string;

export const NAME_MAX = 40;
const PAGE = 50;
const READS: Record<ViewKind, string> = { conversation: 'conversation:read', ticket: 'ticket:read' };

/** All shared views in sight, those of the inbox and those of tickets each in their own list: one may be there while the other is not. */
export function useSharedViews() {
  const session = useSession();
  const search = ref('');
  const kind = ref<ViewKind | 'all'>('all');
  const audience = ref<Audience>('any');
  const asked = refDebounced(computed(() => search.value.trim()), 150);
  const variables = computed(() => ({
    search: asked.value || null, first: PAGE, sharing: (audience.value === 'all' ? 'ALL' : null) as Sharing | null, teamId: ['any', 'all'].includes(audience.value) ? null : audience.value,
  }));
  const isFiltered = computed(() => asked.value !== '' || kind.value !== 'all' || audience.value !== 'any');
  const totals = ref<Record<ViewKind, number | null>>({ conversation: null, ticket: null });

  async function ofInbox(after: string | null) {
    const { sharedConversationViews: page } = await useCareline().api.query(SharedConversationViewsDocument, { ...variables.value, after });
    if (!page) throw new Error('no views');
    totals.value = { ...totals.value, conversation: page.totalCount ?? null };
    return { ...page, nodes: page.nodes.map((view): SharedView => ({ kind: 'conversation', view })) };
  }

  async function ofTickets(after: string | null) {
    const { sharedTicketViews: page } = await useCareline().api.query(SharedTicketViewsDocument, { ...variables.value, after });
    if (!page) throw new Error('no views');
    totals.value = { ...totals.value, ticket: page.totalCount ?? null };
    return { ...page, nodes: page.nodes.map((view): SharedView => ({ kind: 'ticket', view })) };
  }

  const read = { conversation: ofInbox, ticket: ofTickets };
  const all: readonly ViewGroup[] = KINDS.filter((one) => session.may(READS[one])).map((one) => ({ kind: one, pages: usePages<SharedView>(read[one], () => JSON.stringify(variables.value)) }));
  const groups = computed(() => all.filter((one) => kind.value === 'all' || kind.value === one.kind));
  const total = computed(() => {
    const counts = groups.value.map((group) => totals.value[group.kind]);
    return counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + count!, 0);
  });

  const isEmpty = computed(() => groups.value.every(({ pages }) => pages.isLoaded.value && pages.error.value === null && pages.nodes.value.length === 0));

  function unfilter(): void {
    search.value = '';
    kind.value = 'all';
    audience.value = 'any';
  }

  return { search, kind, audience, isFiltered, groups, totals, total, isEmpty, kinds: all.map((one) => one.kind), unfilter };
}
