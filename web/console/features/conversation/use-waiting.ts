import { computed, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { CancelScheduledMessageDocument, SendScheduledMessageDocument, type MessagePartsFragment, type ScheduledPartsFragment } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useCommands } from '../../../shared/state/commands.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import { withoutWaiting, type Row } from '../../../shared/state/rows.ts';
import { useSendQueue } from '../../../shared/state/send-queue.ts';
import { useSession } from '../../../shared/state/session.ts';
import { useThreads, type OpenThread } from '../../../shared/state/threads.ts';
import { useToasts } from '../../../shared/state/toasts.ts';
import { useSecond } from '../../../shared/ui/use-now.ts';
import type { DraftForm } from './use-draft.ts';

export type Waiting = ScheduledPartsFragment;

export interface WaitingConflict {
  one: Waiting;
  lastSeq: number;
  messages: MessagePartsFragment[];
}

/** The last seconds before a reply goes out are counted, and it is undone, not edited. */
const COUNTED_S = 60;

/** The replies of a conversation that wait on the server, and what their authors do about them. */
export function useWaiting(row: () => Row | null, thread: () => OpenThread, draft: DraftForm, focus: () => void) {
  const { t } = useI18n();
  const { api } = useCareline();
  const [queue, session, toasts, inbox] = [useSendQueue(), useSession(), useToasts(), useInbox()];
  const now = useSecond();
  const conflict = ref<WaitingConflict | null>(null);
  const busyIds = ref(new Set<string>());

  const stored = computed(() => new Set([...thread().bySeq.values()].map((message) => message.clientMessageId)));
  const list = computed(() => (row()?.scheduledMessages ?? []).filter((one) => !stored.value.has(one.clientMessageId) && !queue.isUndone(one.clientMessageId)));
  const isMine = (one: Waiting) => one.agent?.id === session.me?.id;
  const mayRemove = (one: Waiting) => isMine(one) || ['TEAM', 'ALL'].includes(session.scopeOf('message:send') ?? '');
  /** Null: it is not counted, because it is stopped or its time is not near. */
  function secondsLeft(one: Waiting): number | null {
    const seconds = Math.max(0, Math.floor((Date.parse(one.sendAt) - now.value) / 1_000));
    return one.stoppedBecause || seconds > COUNTED_S ? null : seconds;
  }
  const undoable = () => list.value.filter((one) => isMine(one) && secondsLeft(one) !== null);

  function letGo(one: Waiting): void {
    const known = row();
    if (known) inbox.patch(known.id, { scheduledMessages: withoutWaiting(known.scheduledMessages ?? [], one.clientMessageId) });
  }

  /** One act at a time for each; a cut is told, and nothing has happened then. */
  async function act<Outcome>(one: Waiting, ask: () => Promise<Outcome>): Promise<Outcome | null> {
    if (busyIds.value.has(one.id)) return null;
    busyIds.value.add(one.id);
    try {
      return await ask();
    } catch {
      toasts.show(t('conversation.verb.unreached'));
      return null;
    } finally {
      busyIds.value.delete(one.id);
    }
  }

  /** Sends it now; false when it was not, because somebody spoke meanwhile, it was refused or the line is cut. */
  async function sendNow(one: Waiting, insisted: WaitingConflict | null = null): Promise<boolean> {
    conflict.value = null;
    const input = { scheduledMessageId: one.id, lastSeenSeq: insisted?.lastSeq ?? thread().seq, confirm: insisted !== null };
    const sent = (await act(one, () => api.mutate(SendScheduledMessageDocument, { input })))?.sendScheduledMessage;
    if (sent?.message) {
      useThreads().put(row()!.id, sent.message);
      letGo(one);
    } else if (sent?.conflict) {
      conflict.value = { one, lastSeq: sent.conflict.lastSeq, messages: sent.conflict.messages };
    } else if (sent) {
      toasts.show(sent.userErrors[0]?.message ?? '');
    }
    return Boolean(sent?.message);
  }

  async function remove(one: Waiting): Promise<void> {
    const gone = (await act(one, () => api.mutate(CancelScheduledMessageDocument, { input: { scheduledMessageId: one.id } })))?.cancelScheduledMessage;
    if (gone?.scheduledMessage) letGo(one);
    else if (gone) toasts.show(gone.userErrors[0]?.message ?? '');
  }

  /** 撤销 and 编辑: its words and files stand in the composer again. */
  async function takeBack(one: Waiting): Promise<void> {
    draft.restore(one.text ?? '', 'PUBLIC', one.attachments);
    focus();
    await queue.undo(session.me!.id, row()!.id, one);
  }

  /** What the key undoes: the newest reply of one's own that is counted down, also one that is just on its way to wait. */
  const newest = computed(() => queue.of(row()?.id ?? '').findLast((item) => item.later && 'delaySeconds' in item.later && item.state !== 'failed' && item.state !== 'conflict') ?? undoable().at(-1) ?? null);
  async function undoNewest(): Promise<void> {
    const one = newest.value;
    if (!one) return;
    if (!('createdAt' in one)) return takeBack(one);
    await queue.takeBack(one.id);
    draft.restore(one.text, 'PUBLIC', one.attachments);
    focus();
  }

  /** Before the conversation is closed, which would stop them, those that are counted down are said; false when one could not be. */
  async function sendCounted(): Promise<boolean> {
    for (const one of undoable()) if (!(await sendNow(one))) return false;
    return true;
  }

  watch(() => queue.late, (late) => {
    if (!late || late.item.conversationId !== row()?.id) return;
    draft.retract(late.item.text, late.item.attachments);
  });

  useCommands().offer([{ id: 'conversation.undoSend', group: 'conversation', icon: 'undo-2', run: () => { void undoNewest(); }, isPossible: () => newest.value !== null }]);

  return { list, newest, conflict, busyIds, isMine, mayRemove, secondsLeft, sendNow, remove, takeBack, sendCounted };
}

export type WaitingReplies = ReturnType<typeof useWaiting>;
