import { computed, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { CommentTicketDocument, SolveTicketDocument, type CommentConflictPartsFragment, type CommentTicketMutation, type TicketHeadFragment } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import type { TicketDraft } from './use-ticket-draft.ts';
import { useTicketVerbs } from './use-ticket-verbs.ts';

/** What becomes of the ticket with the reply. */
export type After = 'stay' | 'pending' | 'solve';

interface Sending {
  /** The same at each try, so that a retry after a cut stores nothing twice. */
  clientCommentId: string;
  after: After;
  /** Everything that is sent under the id: with anything else in it, it is another comment. */
  content: string;
}

interface Target {
  ticketId: string;
  /** The last entry on screen. */
  seenSeq(): number;
  /** Colleagues named in a note. */
  mentionedIds?(): string[];
  put(head: TicketHeadFragment): void;
  onSent(): void;
}

/** Sends the words of a draft as a comment. They leave the composer only when the server has stored them. */
export function useComment({ form, clear }: TicketDraft, { ticketId, seenSeq, mentionedIds, put, onSent }: Target) {
  const { t } = useI18n();
  const verbs = useTicketVerbs(() => ticketId, put);
  const isSending = ref(false);
  const problem = ref<string | null>(null);
  const conflict = ref<CommentConflictPartsFragment | null>(null);
  let last: Sending | null = null;

  const isNote = computed(() => form.visibility === 'INTERNAL');

  function comment(text: string, { clientCommentId, after }: Sending, guard: object): Promise<Pick<CommentTicketMutation['commentTicket'], 'ticket' | 'conflict' | 'userErrors'>> {
    const { api } = useCareline();
    // Files go with a comment only: then solving comes after it.
    if (after === 'solve' && form.attachments.length === 0) return api.mutate(SolveTicketDocument, { input: { ticketId, clientCommentId, text, ...guard } }).then(({ solveTicket }) => solveTicket);
    const attachmentIds = form.attachments.map((file) => file.attachmentId);
    const input = { ticketId, clientCommentId, text, visibility: form.visibility, attachmentIds, mentionIds: isNote.value ? (mentionedIds?.() ?? []) : [], state: after === 'pending' ? 'PENDING' as const : null, ...guard };
    return api.mutate(CommentTicketDocument, { input }).then(({ commentTicket }) => commentTicket);
  }

  async function send(after: After, confirmedSeq: number | null = null): Promise<void> {
    const text = form.text.trim();
    if (!text || isSending.value) return;
    const content = JSON.stringify([text, form.visibility, form.attachments.map((file) => file.attachmentId)]);
    if (last?.content !== content || last.after !== after) last = { clientCommentId: crypto.randomUUID(), after, content };
    isSending.value = true;
    problem.value = null;
    conflict.value = null;
    try {
      const outcome = await comment(text, last, isNote.value ? {} : { lastSeenSeq: confirmedSeq ?? seenSeq(), confirm: confirmedSeq !== null });
      conflict.value = outcome.conflict ?? null;
      if (outcome.ticket) put(outcome.ticket);
      if (outcome.userErrors.length === 0) await sent(after);
      else if (!outcome.conflict) problem.value = outcome.userErrors[0]!.message;
    } catch {
      problem.value = t('ticket.composer.unreached');
    } finally {
      isSending.value = false;
    }
  }

  async function sent(after: After): Promise<void> {
    const isUnsolved = after === 'solve' && form.attachments.length > 0;
    last = null;
    clear();
    onSent();
    if (isUnsolved) await verbs.tell(verbs.solve());
  }

  /** 仍然发送: stores it although the others have written. */
  async function insist(): Promise<void> {
    if (conflict.value && last) await send(last.after, conflict.value.lastSeq);
  }

  function discard(): void {
    conflict.value = null;
    clear();
  }

  return { isSending, problem, conflict, isNote, send, insist, discard, edit: () => { conflict.value = null; } };
}
