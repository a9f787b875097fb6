import { onUnmounted, watch } from 'vue';
import { useWindowFocus } from '@vueuse/core';
import { MarkReadDocument } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import type { Row } from '../../../shared/state/rows.ts';

const AFTER_MS = 1_000;

/** Marks as read what was on screen for a second while the window had the focus. */
export function useReadMark(row: () => Row, seqOnScreen: () => number): void {
  const focused = useWindowFocus();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let marked = 0;

  async function mark(seq: number): Promise<void> {
    const { id, unreadCount } = row();
    if (seq <= marked && unreadCount === 0) return;
    marked = seq;
    const result = await useCareline().api.mutate(MarkReadDocument, { input: { conversationId: id, seq } }).catch(() => null);
    const conversation = result?.markRead.conversation;
    if (conversation) useInbox().patch(id, { unreadCount: conversation.unreadCount, readMarks: conversation.readMarks });
    else if (!result) marked = 0;
  }

  watch([seqOnScreen, focused], ([seq, hasFocus]) => {
    clearTimeout(timer);
    if (hasFocus && seq > marked) timer = setTimeout(() => { void mark(seq); }, AFTER_MS);
  }, { immediate: true });
  onUnmounted(() => clearTimeout(timer));
}
