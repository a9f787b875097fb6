import { defineStore } from 'pinia';
import { computed, reactive, ref, watch } from 'vue';
import type { ScheduledPartsFragment } from '../../gql/graphql.ts';
import { asked, backoffMs } from '../graphql/live.ts';
import { useConnection } from './connection.ts';
import { deliver } from './deliver.ts';
import { deviceOutbox } from './device.ts';
import { useInbox } from './inbox.ts';
import { Outbox, type Outgoing } from './outbox.ts';
import { withoutWaiting, withWaiting } from './rows.ts';
import { useThreads } from './threads.ts';

/** What is written and not yet stored on the server, for all conversations of this agent. */
export const useSendQueue = defineStore('sendQueue', () => {
  const items = reactive(new Map<string, Outgoing>());
  /** The reply whose author has to decide: somebody spoke meanwhile. */
  const conflictId = ref<string | null>(null);
  /** What was to be undone and was not: its words are in a composer and on their way, or with the customer. `reason` is null when it was sent. */
  const late = ref<{ item: Outgoing; reason: string | null } | null>(null);
  const storedIds = new Set<string>();
  let outbox: Outbox | null = null;

  const waitingCount = computed(() => [...items.values()].filter((item) => !item.isUndone && (item.state === 'queued' || item.state === 'sending')).length);
  const conflict = computed(() => (conflictId.value ? items.get(conflictId.value) ?? null : null));

  function of(conversationId: string): Outgoing[] {
    return [...items.values()].filter((item) => item.conversationId === conversationId && !item.isUndone);
  }

  function changeWaiting(conversationId: string, change: (waiting: readonly ScheduledPartsFragment[]) => ScheduledPartsFragment[]): void {
    const inbox = useInbox();
    inbox.patch(conversationId, { scheduledMessages: change(inbox.rows.get(conversationId)?.scheduledMessages ?? []) });
  }

  async function start(agentId: string): Promise<void> {
    stop();
    outbox = new Outbox({
      store: deviceOutbox,
      items,
      send: deliver,
      onSent: (item, message) => {
        storedIds.add(item.id);
        useThreads().put(item.conversationId, message);
      },
      onScheduled: (item, scheduled) => changeWaiting(item.conversationId, (waiting) => withWaiting(waiting, scheduled)),
      onUndone: (item) => changeWaiting(item.conversationId, (waiting) => withoutWaiting(waiting, item.id)),
      onLate: (item, reason) => { late.value = { item, reason }; },
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
    late.value = null;
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
    await outbox?.takeBack(id);
    return item;
  }

  /** Undoes a reply that waits on the server. Its words are the author's again at once; the server is asked until it has answered. */
  async function undo(agentId: string, conversationId: string, waiting: ScheduledPartsFragment): Promise<void> {
    await outbox?.add({
      id: waiting.clientMessageId, agentId, conversationId, kind: 'reply', text: waiting.text ?? '', attachments: waiting.attachments, mentionIds: [], lastSeenSeq: 0, isConfirmed: false,
      createdAt: Date.now(), later: { sendAt: waiting.sendAt, isSentAnyway: waiting.isSentAnyway }, isUndone: true, scheduledId: waiting.id, state: 'queued', tries: 0, reason: null, conflict: null,
    });
  }

  /** Whether a reply with this clientMessageId is being undone: it is out of sight until the server has answered. */
  const isUndone = (clientMessageId: string) => items.get(clientMessageId)?.isUndone === true;

  return { items, waitingCount, conflictId, conflict, late, of, start, stop, add, stored, retry, insist, takeBack, undo, isUndone };
});
