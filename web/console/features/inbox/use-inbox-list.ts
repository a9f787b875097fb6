import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ViewPartsFragment } from '../../../gql/graphql.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import { groupRows, type Group, type Row } from '../../../shared/state/rows.ts';

export const FILTERS = ['all', 'unread', 'urgent', 'draft'] as const;
export type FilterName = (typeof FILTERS)[number];

const KEYS_QUIET_MS = 1_000;

function passes(row: Row, filter: FilterName): boolean {
  if (filter === 'unread') return row.unreadCount > 0;
  if (filter === 'urgent') return row.priority !== 'P2';
  return filter === 'draft' ? row.draft !== null && row.draft !== undefined : true;
}

function matches(row: Row, query: string): boolean {
  const text = [row.number, row.subject, row.customer?.displayName, row.customer?.company, row.lastMessage?.text, ...row.tags].join(' ').toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** Views by the word in the address: built-in ones by name, saved ones by id. */
export function useViews() {
  const { t } = useI18n();
  const inbox = useInbox();
  const slugOf = (view: ViewPartsFragment) => view.builtIn?.toLowerCase() ?? view.id;
  const nameOf = (view: ViewPartsFragment) => (view.builtIn ? t(`inbox.view.${view.builtIn}`) : view.name);
  const titleOf = (view: ViewPartsFragment) => (view.builtIn ? t(`inbox.title.${view.builtIn}`) : view.name);
  const bySlug = (slug: string) => inbox.shown.find((view) => slugOf(view) === slug) ?? (inbox.soughtId === slug ? null : inbox.views[0] ?? null);
  return { slugOf, nameOf, titleOf, bySlug };
}

/**
 * The rows of a view in groups. While the pointer is on the list or a key was pressed within a second, rows keep
 * their places; new ones and changes inside a row show at once.
 */
export function useInboxList(view: ComputedRef<ViewPartsFragment | null>, query: Ref<string>, filter: Ref<FilterName>) {
  const inbox = useInbox();
  const isPointerOn = ref(false);
  const isTyped = ref(false);
  const isHeld = computed(() => isPointerOn.value || isTyped.value);
  const order = ref<string[]>([]);
  let keyTimer: ReturnType<typeof setTimeout> | undefined;

  const list = computed(() => (view.value ? inbox.listOf(view.value.id) : null));
  // Half a list would let the keys go to the wrong row when the rest comes in above.
  const present = computed<Row[]>(() => [...(list.value?.isLoaded ? list.value.ids : [])].flatMap((id) => inbox.rows.get(id) ?? [])
    .filter((row) => passes(row, filter.value) && (!query.value || matches(row, query.value))));
  const fresh = computed<Group[]>(() => groupRows(present.value));

  watch([fresh, isHeld], () => {
    if (!isHeld.value) order.value = fresh.value.flatMap((group) => group.rows.map((row) => row.id));
  }, { immediate: true });

  const groups = computed<Group[]>(() => {
    if (!isHeld.value) return fresh.value;
    const place = new Map(order.value.map((id, index) => [id, index]));
    return fresh.value.map((group) => ({ ...group, rows: [...group.rows].sort((one, other) => (place.get(one.id) ?? Infinity) - (place.get(other.id) ?? Infinity)) }));
  });
  const flat = computed(() => groups.value.flatMap((group) => group.rows));

  function hold(): void {
    isTyped.value = true;
    clearTimeout(keyTimer);
    keyTimer = setTimeout(() => { isTyped.value = false; }, KEYS_QUIET_MS);
  }

  watch(view, (now) => { if (now && !inbox.listOf(now.id).isLoaded) void inbox.load(now.id); }, { immediate: true });

  return { list, groups, flat, isPointerOn, hold };
}
