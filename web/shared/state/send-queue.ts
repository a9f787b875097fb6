import { defineStore } from 'pinia';
import { computed, reactive, ref, watch } from 'vue';
import { AddNoteDocument, SendMessageDocument } from '../../gql/graphql.ts';
import { asApiError } from '../graphql/errors.ts';
import { asked, backoffMs } from '../graphql/live.ts';
import { useCareline } from './careline.ts';
import { useConnection } from './connection.ts';
import { deviceOutbox } from './device.ts';
import { Outbox, type Outgoing, type SendResult } from './outbox.ts';
import { useThreads } from './threads.ts';

async function sendReply(item: Outgoing): Promise<SendResult> {
  const { sendMessage } = await useCareline().api.mutate(SendMessageDocument, {
    input: {
      conversationId: item.conversationId,
      clientMessageId: item.id,
      text: item.text,
      attachmentIds: item.attachments.map((file) => file.attachmentId),
      lastSeenSeq: item.lastSeenSeq,
      confirm: item.isConfirmed,
    },
  });
  if (sendMessage.message) return { kind: 'sent', message: sendMessage.message };
  if (sendMessage.conflict) return { kind: 'conflict', lastSeq: sendMessage.conflict.lastSeq, messages: sendMessage.conflict.messages };
  return { kind: 'refused', reason: sendMessage.userErrors[0]?.message ?? '' };
}

async function storeNote(item: Outgoing): Promise<SendResult> {
  const { addNote } = await useCareline().api.mutate(AddNoteDocument, {
    input: {
      conversationId: item.conversationId,
      clientMessageId: item.id,
      text: item.text,
      mentionIds: item.mentionIds,
      attachmentIds: item.attachments.map((file) => file.attachmentId),
    },
  });
  if (addNote.message) return { kind: 'sent', message: addNote.message };
  return { kind: 'refused', reason: addNote.userErrors[0]?.message ?? '' };
}

async function send(item: Outgoing): Promise<SendResult> {
  try {
    return await (item.kind === 'reply' ? sendReply(item) : storeNote(item));
  } catch (cause) {
    const error = asApiError(cause);
    return error.isRetryable ? { kind: 'unreached', error } : { kind: 'refused', reason: `${error.message}` };
  }
}

/** What is written and not yet stored on the server, for all conversations of this agent. */
export const useSendQueue = defineStore('sendQueue', () => {
  const items = reactive(new Map<string, Outgoing>());
  /** The reply whose author has to decide: somebody spoke meanwhile. */
  const conflictId = ref<string | null>(null);
  const storedIds = new Set<string>();
  let outbox: Outbox | null = null;

  const waitingCount = computed(() => [...items.values()].filter((item) => item.state === 'queued' || item.state === 'sending').length);
  const conflict = computed(() => (conflictId.value ? items.get(conflictId.value) ?? null : null));

  function of(conversationId: string): Outgoing[] {
    return [...items.values()].filter((item) => item.conversationId === conversationId);
  }

  async function start(agentId: string): Promise<void> {
    stop();
    outbox = new Outbox({
      store: deviceOutbox,
      items,
      send,
      onSent: (item, message) => {
        storedIds.add(item.id);
        useThreads().put(item.conversationId, message);
      },
      onConflict: (item) => { conflictId.value = item.id; },
      retryMs: (tries, error) => Math.max(backoffMs(tries), asked(error.retryAfterMs)),
    });
    useConnection().onReconnect(() => outbox?.flush());
    await outbox.restore(agentId).catch(() => undefined);
  }

  function stop(): void {
    outbox?.stop();
    outbox = null;
    items.clear();
    storedIds.clear();
    conflictId.value = null;
  }

  async function add(item: Outgoing): Promise<void> {
    await outbox?.add(item);
  }

  /** Waits until the server has the message; false when it was refused, when somebody spoke first, or when it was taken back. */
  function stored(id: string): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = watch(() => items.get(id)?.state, (state) => {
        if (state === 'queued' || state === 'sending') return;
        queueMicrotask(() => stop());
        resolve(state === undefined && storedIds.has(id));
      }, { immediate: true });
    });
  }

  async function retry(id: string): Promise<void> {
    await outbox?.retry(id);
  }

  /** 仍然发送: stores it although the others have spoken. */
  async function insist(id: string): Promise<void> {
    const item = items.get(id);
    conflictId.value = null;
    if (item?.conflict) await outbox?.retry(id, { isConfirmed: true, lastSeenSeq: item.conflict.lastSeq });
  }

  /** Takes a message back out of the queue; its words go to whoever asked. */
  async function takeBack(id: string): Promise<Outgoing | null> {
    const item = items.get(id) ?? null;
    if (conflictId.value === id) conflictId.value = null;
    await outbox?.remove(id);
    return item;
  }

  return { items, waitingCount, conflictId, conflict, of, start, stop, add, stored, retry, insist, takeBack };
});
