import { computed, onUnmounted, reactive, watch, type Ref } from 'vue';
import type { Visibility } from '../../../gql/graphql.ts';
import { unlessEmpty, useDrafts, type Attached, type Draft } from '../../../shared/state/drafts.ts';
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

  /** Words that came back stand before whatever was typed since. Where one of the two is a note, both are: nothing internal becomes a reply by this. */
  function restore(text: string, visibility: Visibility, attachments: Attached[]): void {
    const isMixed = unlessEmpty(form) !== null && form.visibility !== visibility;
    form.visibility = isMixed ? 'INTERNAL' : visibility;
    form.text = form.text ? `${text}\n${form.text}` : text;
    form.attachments = [...attachments, ...form.attachments];
    typed();
  }

  /** Takes out again what came back, as far as it was not changed: it is with the customer after all. */
  function retract(text: string, attachments: Attached[]): void {
    if (form.text === text) form.text = '';
    else if (form.text.startsWith(`${text}\n`)) form.text = form.text.slice(text.length + 1);
    form.attachments = form.attachments.filter((file) => !attachments.some(({ attachmentId }) => attachmentId === file.attachmentId));
    typed();
  }

  onUnmounted(() => { void drafts.save(conversationId); });

  return { form, draft: computed(() => drafts.drafts.get(conversationId) ?? null), typed, clear, restore, retract };
}

export type DraftForm = ReturnType<typeof useDraft>;
