import { computed, nextTick, ref, watch, type Ref } from 'vue';
import { FindCannedRepliesDocument, UseCannedReplyDocument, type FindCannedRepliesQuery } from '../../gql/graphql.ts';
import { fillIn, firstVariable } from '../format/variables.ts';
import { useCareline } from '../state/careline.ts';
import { useSession } from '../state/session.ts';
import { slashBefore, typedSince, type Asked } from './canned-query.ts';

export type Canned = NonNullable<FindCannedRepliesQuery['cannedReplies']>['nodes'][number];

export interface CannedPlace {
  /** What the variables stand for; one of the two. */
  conversationId?: string;
  customerId?(): string | null | undefined;
  /** Values that only the screen knows: those of a ticket. */
  values?(): Record<string, string | null | undefined>;
  /** The text changed by another hand than the keyboard's. */
  onInsert(): void;
}

/** The list of canned replies of a composer: `/` or its key opens it, typing filters, Enter or Tab inserts, Escape closes it. */
export function useCanned(box: Ref<HTMLTextAreaElement | undefined>, text: Ref<string>, place: CannedPlace) {
  const asked = ref<Asked | null>(null);
  const found = ref<Canned[]>([]);
  /** The query that `found` answers; null: none yet, or the last one failed. */
  const answered = ref<string | null>(null);
  const hasFailed = ref(false);
  const active = ref(0);
  const mayUse = useSession().may('macro:read');
  let anchor: number | null = null;
  /** What Escape closed: it stays closed while more is typed behind it. */
  let dismissed: Asked | null = null;
  /** Enter came before the answer to what was typed: the first of the answer is meant. */
  let isWanted = false;

  const isOpen = computed(() => asked.value !== null);
  const isBusy = computed(() => asked.value !== null && asked.value.query !== answered.value && !hasFailed.value);

  watch(() => asked.value?.query ?? null, async (query) => {
    isWanted = false;
    if (query === null) return;
    hasFailed.value = false;
    const variables = { search: query || null, conversationId: place.conversationId ?? null, customerId: place.customerId?.() ?? null };
    const answer = await useCareline().api.query(FindCannedRepliesDocument, variables).catch(() => null);
    if (asked.value?.query !== query) return;
    hasFailed.value = !answer?.cannedReplies;
    found.value = answer?.cannedReplies?.nodes ?? [];
    answered.value = query;
    active.value = 0;
    if (isWanted && found.value[0]) void pick(found.value[0]);
  });

  /** Looks what stands before the caret. Not while an input method composes: the letters are not the text yet. */
  function look(event?: Event): void {
    if (!mayUse || !box.value || (event as InputEvent | undefined)?.isComposing) return;
    const caret = box.value.selectionStart;
    const now = anchor === null ? slashBefore(text.value, caret) : typedSince(text.value, anchor, caret);
    if (!now) anchor = null;
    if (dismissed && (now?.start !== dismissed.start || !now.query.startsWith(dismissed.query))) dismissed = null;
    asked.value = dismissed ? null : now;
  }

  async function open(): Promise<void> {
    if (!mayUse || !box.value) return;
    box.value.focus();
    await nextTick();
    anchor = box.value.selectionStart;
    dismissed = null;
    look();
  }

  function close(): void {
    if (!asked.value) return;
    dismissed = anchor === null ? asked.value : null;
    asked.value = null;
    anchor = null;
  }

  async function pick(canned: Canned): Promise<void> {
    const element = box.value;
    if (!element || !asked.value) return;
    const { start } = asked.value;
    const words = fillIn(canned.rendered ?? canned.text, place.values?.() ?? {});
    text.value = text.value.slice(0, start) + words + text.value.slice(element.selectionStart);
    asked.value = null;
    anchor = null;
    place.onInsert();
    void useCareline().api.mutate(UseCannedReplyDocument, { input: { cannedReplyId: canned.id, idempotencyKey: crypto.randomUUID() } }).catch(() => undefined);
    await nextTick();
    element.focus();
    const missing = firstVariable(words);
    const [from, to] = missing ? [start + missing.start, start + missing.end] : [start + words.length, start + words.length];
    element.setSelectionRange(from, to);
  }

  /** True when the key belonged to the list. */
  function onKey(event: KeyboardEvent): boolean {
    if (!isOpen.value || event.isComposing || event.ctrlKey || event.metaKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isPick = event.key === 'Enter' || event.key === 'Tab';
    if (step && found.value.length > 0) active.value = (active.value + step + found.value.length) % found.value.length;
    else if (isPick && isBusy.value) isWanted = true;
    else if (isPick && found.value[active.value]) void pick(found.value[active.value]!);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const activeId = computed(() => (isOpen.value && found.value[active.value] ? `canned-${found.value[active.value]!.id}` : undefined));
  return { isOpen, isBusy, activeId, hasFailed, found, active, mayUse, look, open, close, pick, onKey };
}

export type CannedList = ReturnType<typeof useCanned>;
