import type { MessagePartsFragment, ScheduledPartsFragment } from '../../gql/graphql.ts';
import type { ApiError } from '../graphql/errors.ts';
import type { Attached } from './drafts.ts';

/** When the server is to send a reply that waits there: after the seconds of undo, or at a time of its author's. */
export type Later = { delaySeconds: number } | { sendAt: string; isSentAnyway: boolean };

/** One message on its way to the server; kept on the device until the server has it. */
export interface Outgoing {
  /** The clientMessageId, the same at each retry. */
  id: string;
  agentId: string;
  conversationId: string;
  kind: 'reply' | 'note';
  text: string;
  attachments: Attached[];
  mentionIds: string[];
  lastSeenSeq: number;
  isConfirmed: boolean;
  createdAt: number;
  /** Set on a reply that is to wait on the server. */
  later?: Later | null;
  /** Its author took it back and has its words again; it stays until the server has said that it will not be sent. */
  isUndone?: boolean;
  /** What waits on the server for it, as far as this device knows. */
  scheduledId?: string | null;
  state: 'queued' | 'sending' | 'failed' | 'conflict';
  tries: number;
  /** Why it was not taken, in the agent's language. Null unless failed. */
  reason: string | null;
  conflict: { lastSeq: number; messages: MessagePartsFragment[] } | null;
}

export type SendResult =
  | { kind: 'sent'; message: MessagePartsFragment }
  | { kind: 'scheduled'; scheduled: ScheduledPartsFragment }
  /** What was undone will not be sent. */
  | { kind: 'undone' }
  | { kind: 'conflict'; lastSeq: number; messages: MessagePartsFragment[] }
  | { kind: 'refused'; reason: string }
  | { kind: 'unreached'; error: ApiError };

export interface OutboxStore {
  load(agentId: string): Promise<Outgoing[]>;
  put(item: Outgoing): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface OutboxOptions {
  store: OutboxStore;
  items: Map<string, Outgoing>;
  send(item: Outgoing): Promise<SendResult>;
  onSent(item: Outgoing, message: MessagePartsFragment): void;
  onScheduled(item: Outgoing, scheduled: ScheduledPartsFragment): void;
  onUndone(item: Outgoing): void;
  /** It could not be undone any more, or not by this agent: why, in words; null when it had been sent. */
  onLate(item: Outgoing, reason: string | null): void;
  onConflict(item: Outgoing): void;
  /** How long to wait before the next try; `error` is why the last one failed. */
  retryMs(tries: number, error: ApiError): number;
}

/**
 * Sends what agents wrote, in the order they wrote it in each conversation, and never forgets any of it: an item
 * leaves the device only when the server has stored it or the agent threw it away.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #busy = new Set<string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier page left behind. */
  async restore(agentId: string): Promise<void> {
    const left = await this.#options.store.load(agentId);
    for (const item of left.sort((one, other) => one.createdAt - other.createdAt)) {
      // Of a try that was cut by the reload nobody knows whether it arrived.
      const again = item.state === 'sending' ? { state: 'queued' as const, tries: item.tries + 1 } : {};
      if (!this.#options.items.has(item.id)) this.#options.items.set(item.id, { ...item, ...again });
    }
    this.flush();
  }

  async add(item: Outgoing): Promise<void> {
    this.#options.items.set(item.id, item);
    await this.#options.store.put({ ...item }).catch(() => undefined);
    this.#next(item.conversationId);
  }

  /** Tries everything that waits, at once: the line is back. */
  flush(): void {
    new Set([...this.#options.items.values()].map((item) => item.conversationId)).forEach((id) => this.#next(id));
  }

  async retry(id: string, change: Partial<Outgoing> = {}): Promise<void> {
    const item = this.#options.items.get(id);
    if (!item) return;
    await this.#change(item, { ...change, state: 'queued', reason: null, conflict: null, tries: 0 });
    this.#next(item.conversationId);
  }

  /**
   * Takes an item back. One of which no try can have reached the server is gone at once, and so is a plain message; a reply
   * that may wait there by now stays, out of sight, until the server has let go of it.
   */
  async takeBack(id: string): Promise<void> {
    const item = this.#options.items.get(id);
    if (!item) return;
    const mayHaveArrived = item.state === 'sending' || (item.state === 'queued' && item.tries > 0);
    if (!item.later || !mayHaveArrived) return this.remove(id);
    await this.#change(item, { isUndone: true });
    this.#next(item.conversationId);
  }

  async remove(id: string): Promise<void> {
    const item = this.#options.items.get(id);
    this.#options.items.delete(id);
    await this.#options.store.remove(id).catch(() => undefined);
    if (item) this.#next(item.conversationId);
  }

  stop(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
  }

  #next(conversationId: string): void {
    if (this.#busy.has(conversationId)) return;
    clearTimeout(this.#timers.get(conversationId));
    const waiting = [...this.#options.items.values()].filter((one) => one.conversationId === conversationId && one.state === 'queued');
    // What is undone races with the server's clock.
    const item = waiting.find((one) => one.isUndone) ?? waiting[0];
    if (item) void this.#run(item);
  }

  async #run(item: Outgoing): Promise<void> {
    this.#busy.add(item.conversationId);
    const isUndoing = item.isUndone === true;
    await this.#change(item, { state: 'sending' });
    const result = await this.#options.send(item);
    this.#busy.delete(item.conversationId);
    if (!this.#options.items.has(item.id)) return this.#next(item.conversationId);
    if (result.kind !== 'unreached' && item.isUndone) return this.#endUndone(item, isUndoing, result);
    if (result.kind === 'sent' || result.kind === 'scheduled') {
      if (result.kind === 'sent') this.#options.onSent(item, result.message);
      else this.#options.onScheduled(item, result.scheduled);
      return this.remove(item.id);
    }
    if (result.kind === 'unreached') {
      const tries = item.tries + 1;
      await this.#change(item, { state: 'queued', tries });
      this.#timers.set(item.conversationId, setTimeout(() => this.#next(item.conversationId), this.#options.retryMs(tries, result.error)));
      return;
    }
    if (result.kind === 'conflict') {
      await this.#change(item, { state: 'conflict', conflict: { lastSeq: result.lastSeq, messages: result.messages } });
      this.#options.onConflict(this.#options.items.get(item.id)!);
      return;
    }
    await this.#change(item, { state: 'failed', reason: result.kind === 'refused' ? result.reason : null });
    this.#next(item.conversationId);
  }

  /** The server answered about an item that is undone, maybe to the try before that. */
  async #endUndone(item: Outgoing, wasUndoing: boolean, result: SendResult): Promise<void> {
    if (result.kind === 'scheduled') {
      await this.#change(item, { state: 'queued', scheduledId: result.scheduled.id });
      return this.#next(item.conversationId);
    }
    if (result.kind === 'sent') this.#options.onSent(item, result.message);
    if (result.kind === 'sent' || (result.kind === 'refused' && wasUndoing)) this.#options.onLate(item, result.kind === 'sent' ? null : result.reason);
    else this.#options.onUndone(item);
    await this.remove(item.id);
  }

  async #change(item: Outgoing, change: Partial<Outgoing>): Promise<void> {
    Object.assign(item, change);
    const shown = this.#options.items.get(item.id);
    if (shown) Object.assign(shown, change);
    await this.#options.store.put(JSON.parse(JSON.stringify(item)) as Outgoing).catch(() => undefined);
  }
}
