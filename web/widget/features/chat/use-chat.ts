import { computed, reactive, ref, shallowRef } from 'vue';
import identifyDocument from '../../../../schema/operations/identify-customer.graphql?raw';
import leaveMessageDocument from '../../../../schema/operations/leave-message.graphql?raw';
import markReadDocument from '../../../../schema/operations/mark-read.graphql?raw';
import rateDocument from '../../../../schema/operations/rate-conversation.graphql?raw';
import widgetDocument from '../../../../schema/operations/widget.graphql?raw';
import { VisitorApi } from '../../api.ts';
import type { DeviceStore } from '../../store.ts';
import type { Locale } from '../../words.ts';
import { followConversation, type Following } from './follow.ts';
import { Outbox } from './outbox.ts';
import type { LeftMessage, UserError, VisitorConversation, VisitorMessage, WidgetSettings } from './types.ts';
import { useQueue } from './use-queue.ts';
import { useTyping } from './use-typing.ts';

export interface ChatOptions {
  channelKey: string;
  locale: Locale;
  store: DeviceStore;
}

const MINUTE_MS = 60_000;

/** The visitor's conversation as the screen shows it, and everything the visitor can do to it. */
export function useChat(options: ChatOptions) {
  const { store } = options;
  const api = new VisitorApi(store, options);
  const settings = shallowRef<WidgetSettings | null>(null);
  const conversation = ref<VisitorConversation | null>(null);
  const messages = reactive<VisitorMessage[]>([]);
  const isLoadFailed = ref(false);
  const isOnline = ref(navigator.onLine);
  const isLive = ref(true);
  const form = ref<Record<string, unknown> | null>(null);
  const ratingFailure = ref<string | null>(null);
  let following: Following | null = null;
  let leaving: { key: string; of: string } | null = null;

  const outbox = new Outbox(api, store, () => (conversation.value?.state === 'CLOSED' ? null : conversation.value), follow);
  const typing = useTyping(api, conversation);
  useQueue(api, conversation);

  /** The token of the newest rating invitation; null when there is none or it was used. */
  const ratingToken = computed(() => {
    const card = messages.findLast((message) => message.kind === 'CARD' && typeof message.facts?.ratingToken === 'string');
    return card ? String(card.facts!.ratingToken) : null;
  });
  const unread = computed(() => {
    const own = Math.max(0, ...(conversation.value?.readMarks ?? []).filter((mark) => mark.actor.kind === 'CUSTOMER').map((mark) => mark.seq));
    return messages.filter((message) => message.seq > own && message.kind === 'TEXT' && message.author.kind !== 'CUSTOMER' && !message.recalledAt).length;
  });

  async function load(): Promise<void> {
    isLoadFailed.value = false;
    try {
      await loadSettings();
      if (api.hasVisit) await visit();
    } catch {
      isLoadFailed.value = true;
    }
  }

  async function loadSettings(): Promise<void> {
    const { widget } = await api.open<{ widget: WidgetSettings | null }>(widgetDocument, { channelKey: options.channelKey, locale: options.locale });
    if (!widget) throw new Error('unknown channel');
    settings.value = widget;
  }

  async function visit(): Promise<void> {
    const { openConversation } = await api.visit();
    if (openConversation) follow(openConversation);
    void outbox.run();
  }

  function follow(next: VisitorConversation): void {
    if (following?.conversationId === next.id) return;
    following?.stop();
    messages.length = 0;
    conversation.value = next;
    following = followConversation(api, next.id, {
      message: applyMessage,
      state: (state) => {
        if (!conversation.value || state.version >= conversation.value.version) conversation.value = state;
      },
      line: (isUp) => (isLive.value = isUp),
    });
    typing.follow(next.id);
  }

  /** Puts a message at its place: new ones come in order of seq, changed ones replace themselves, and what was taken back stays so. */
  function applyMessage(message: VisitorMessage): void {
    const index = messages.findIndex((one) => one.seq >= message.seq);
    if (index < 0) messages.push(message);
    else if (messages[index]!.seq !== message.seq) messages.splice(index, 0, message);
    else if (message.recalledAt || !messages[index]!.recalledAt) messages[index] = message;
    if (message.clientMessageId) outbox.drop(message.clientMessageId);
    if (message.kind === 'TEXT' && message.author.kind === 'AGENT') typing.arrived();
  }

  function send(text: string, files: { attachmentId: string; fileName: string }[] = []): void {
    if (conversation.value?.state === 'CLOSED') startAgain();
    outbox.add(text, files, form.value);
    typing.stopped();
  }

  /** Leaves the closed conversation on screen behind; the next message starts a new one. */
  function startAgain(): void {
    following?.stop();
    following = null;
    conversation.value = null;
    messages.length = 0;
  }

  async function markSeen(): Promise<void> {
    const last = messages.at(-1)?.seq;
    if (!conversation.value || !last || unread.value === 0) return;
    const { markRead } = await api.request<{ markRead: { conversation: Pick<VisitorConversation, 'readMarks' | 'unreadCount'> | null } }>(
      markReadDocument, { input: { conversationId: conversation.value.id, seq: last } },
    );
    if (markRead.conversation && conversation.value) Object.assign(conversation.value, markRead.conversation);
  }

  /**
   * Leaves a message while nobody is there; gives what the server refused, or null when it is kept.
   * The same words keep their key, so that a try after a cut leaves no second message.
   */
  async function leave({ name, email, phone, message }: LeftMessage): Promise<UserError | null> {
    const words = { name, email: email || null, phone: phone || null, message };
    const of = JSON.stringify(words);
    if (leaving?.of !== of) leaving = { key: crypto.randomUUID(), of };
    const { leaveMessage } = await api.request<{ leaveMessage: { conversation: VisitorConversation | null; userErrors: UserError[] } }>(
      leaveMessageDocument, { input: { ...words, idempotencyKey: leaving.key } },
    );
    if (!leaveMessage.conversation) return leaveMessage.userErrors[0] ?? null;
    follow(leaveMessage.conversation);
    return null;
  }

  async function rate(score: number, reasons: string[], comment: string): Promise<void> {
    ratingFailure.value = null;
    const input = { token: ratingToken.value, score, reasons, comment: comment || null };
    const { rateConversation } = await api.open<{ rateConversation: { rating: { score: number } | null; userErrors: UserError[] } }>(rateDocument, { input });
    if (rateConversation.rating && conversation.value) conversation.value.rating = rateConversation.rating;
    else ratingFailure.value = rateConversation.userErrors[0]?.message ?? null;
  }

  async function identify(token: string): Promise<void> {
    await api.token();
    const { identifyCustomer } = await api.request<{ identifyCustomer: { visitorToken: string | null } }>(identifyDocument, { input: { token } });
    if (!identifyCustomer.visitorToken) return;
    api.adopt(identifyCustomer.visitorToken, Date.now() + 14 * MINUTE_MS);
    startAgain();
    await visit();
  }

  addEventListener('online', () => (isOnline.value = true));
  addEventListener('offline', () => (isOnline.value = false));

  return {
    api, settings, conversation, messages, pending: outbox.pending, form, unread, typing, isOnline, isLive, isLoadFailed, ratingToken, ratingFailure,
    load, loadSettings, send, startAgain, markSeen, leave, rate, identify, retry: (id: string) => outbox.retry(id), drop: (id: string) => outbox.drop(id),
  };
}
