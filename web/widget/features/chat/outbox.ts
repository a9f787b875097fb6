import { reactive } from 'vue';
import sendMessageDocument from '../../../../schema/operations/send-message.graphql?raw';
import startConversationDocument from '../../../../schema/operations/start-conversation.graphql?raw';
import { asked } from '../../../shared/graphql/live.ts';
import { ApiError, type VisitorApi } from '../../api.ts';
import type { DeviceStore } from '../../store.ts';
import type { PendingMessage, UserError, VisitorConversation } from './types.ts';

interface Kept {
  messages: PendingMessage[];
  /** Answers of the pre-chat form and the key under which the conversation is being started. */
  start: { form: Record<string, unknown> | null; idempotencyKey: string } | null;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;

/**
 * Sends what the visitor wrote, in order, one after the other, until each is stored or refused.
 * Kept on the device, so that a reload or a closed page loses nothing; the id made at writing time
 * goes with every try, so that a lost answer doubles nothing.
 */
export class Outbox {
  readonly pending: PendingMessage[];
  readonly #api: VisitorApi;
  readonly #store: DeviceStore;
  readonly #conversation: () => VisitorConversation | null;
  readonly #onStarted: (conversation: VisitorConversation) => void;
  #start: Kept['start'];
  #isRunning = false;
  #wake: (() => void) | null = null;

  constructor(api: VisitorApi, store: DeviceStore, conversation: () => VisitorConversation | null, onStarted: (conversation: VisitorConversation) => void) {
    this.#api = api;
    this.#store = store;
    this.#conversation = conversation;
    this.#onStarted = onStarted;
    const kept = store.get<Kept>('outbox') ?? { messages: [], start: null };
    this.pending = reactive(kept.messages);
    this.#start = kept.start;
    addEventListener('online', () => this.#wake?.());
  }

  get hasWork(): boolean {
    return this.pending.some((message) => !message.failure);
  }

  add(text: string, files: { attachmentId: string; fileName: string }[], form: Record<string, unknown> | null): void {
    if (!this.#conversation() && !this.#start) this.#start = { form, idempotencyKey: crypto.randomUUID() };
    this.pending.push({
      clientMessageId: crypto.randomUUID(), text, failure: null, writtenAt: Date.now(),
      attachmentIds: files.map((file) => file.attachmentId), fileNames: files.map((file) => file.fileName),
    });
    this.#keep();
    void this.run();
  }

  retry(clientMessageId: string): void {
    const message = this.pending.find((one) => one.clientMessageId === clientMessageId);
    if (message) message.failure = null;
    this.#keep();
    void this.run();
  }

  /** Takes a message off the list: the visitor gave it up, or the stream brought it back as stored. */
  drop(clientMessageId: string): void {
    const index = this.pending.findIndex((one) => one.clientMessageId === clientMessageId);
    if (index >= 0) this.pending.splice(index, 1);
    this.#keep();
  }

  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    let wait = FIRST_WAIT_MS;
    for (;;) {
      const message = this.pending.find((one) => !one.failure);
      if (!message) break;
      try {
        const refusal = await this.#send(message);
        wait = FIRST_WAIT_MS;
        if (refusal) message.failure = refusal.message;
        else this.drop(message.clientMessageId);
        this.#keep();
      } catch (error) {
        const isFinal = error instanceof ApiError && !['UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL', 'UNAUTHENTICATED', 'CONFLICT'].includes(error.code);
        if (isFinal) message.failure = error.message;
        else await this.#pause(Math.max(wait * (0.75 + Math.random() / 2), asked(error instanceof ApiError ? error.retryAfterMs : null)));
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
    this.#isRunning = false;
  }

  async #send(message: PendingMessage): Promise<UserError | null> {
    const conversation = this.#conversation();
    if (conversation) {
      const input = { conversationId: conversation.id, clientMessageId: message.clientMessageId, text: message.text, attachmentIds: message.attachmentIds };
      const { sendMessage } = await this.#api.request<{ sendMessage: { userErrors: UserError[] } }>(sendMessageDocument, { input });
      return sendMessage.userErrors[0] ?? null;
    }
    const hasText = message.text !== '';
    const input = {
      form: this.#start?.form ?? null,
      firstMessage: hasText && message.attachmentIds.length === 0 ? { clientMessageId: message.clientMessageId, text: message.text } : null,
      idempotencyKey: this.#start?.idempotencyKey ?? message.clientMessageId,
    };
    const { startConversation } = await this.#api.request<{ startConversation: { conversation: VisitorConversation | null; isExisting: boolean | null; userErrors: UserError[] } }>(startConversationDocument, { input });
    if (!startConversation.conversation) return startConversation.userErrors[0] ?? null;
    this.#start = null;
    this.#onStarted(startConversation.conversation);
    // An open conversation does not take the first message a second time, and files never travel with the start.
    return input.firstMessage && !startConversation.isExisting ? null : this.#send(message);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      const outbox = this;
      function done(): void {
        clearTimeout(timer);
        outbox.#wake = null;
        resolve();
      }
      this.#wake = done;
    });
  }

  #keep(): void {
    this.#store.set('outbox', { messages: this.pending, start: this.#start } satisfies Kept);
  }
}
