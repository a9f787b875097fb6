import { computed, onUnmounted, reactive, watch, type Ref } from 'vue';
import type { Visibility } from '../../../gql/graphql.ts';
import { useDrafts, type Attached, type Draft } from '../../../shared/state/drafts.ts';
import type { Row } from '../../../shared/state/rows.ts';

/** The text in the composer of one conversation: kept with every key, given back after reload and on other devices. */
export function useDraft(conversationId: string, row: Ref<Row | null>) {
  const drafts = useDrafts();
  const form = reactive<{ text: string; visibility: Visibility; attachments: Attached[] }>({ text: '', visibility: 'PUBLIC', attachments: [] });

  function show(found: Draft | null): void {
    if (!found) return;
    form.text = found.text;
    form.visibility = found.visibility;
    form.attachments = [...found.attachments];
  }

  const isKnown = computed(() => row.value !== null);
  watch(isKnown, (now) => { if (now && !form.text) show(drafts.open(row.value!)); }, { immediate: true });

  function typed(): void {
    drafts.type(conversationId, form.text, form.visibility, form.attachments);
  }

  /** The text left the composer as a message. */
  function clear(): void {
    const isReply = form.visibility === 'PUBLIC';
    form.text = '';
    form.attachments = [];
    drafts.clear(conversationId, isReply);
  }

  /** Words that came back: from the queue, before whatever was typed since. */
  function restore(text: string, visibility: Visibility, attachments: Attached[]): void {
    form.text = form.text ? `${text}\n${form.text}` : text;
    form.visibility = visibility;
    form.attachments = [...attachments, ...form.attachments];
    typed();
  }

  onUnmounted(() => { void drafts.save(conversationId); });

  return { form, draft: computed(() => drafts.drafts.get(conversationId) ?? null), typed, clear, restore };
}

export type DraftForm = ReturnType<typeof useDraft>;
