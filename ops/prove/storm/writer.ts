import { LeanSocket } from '../../harness/lean-socket.ts';
import { wallMs } from './orders.ts';

const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code } } }';
const WAIT_MS = 200;

interface Waiting {
  at: number;
  conversationId: string;
}

/**
 * Writes to conversations on a schedule of its own through one line, with the same id until each is stored.
 * A message is as old as its place in the schedule.
 */
export class Writer {
  readonly #urls: readonly string[];
  readonly #token: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly sentAt = new Map<string, number>();
  readonly ackedAt = new Map<string, number>();
  readonly refusals: Record<string, number> = {};
  #line: LeanSocket | null = null;
  #tries = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(urls: readonly string[], token: string) {
    this.#urls = urls;
    this.#token = token;
  }

  /** Begins to write `perSecond` messages, each to the next of these conversations. */
  async start(conversationIds: readonly string[], perSecond: number): Promise<void> {
    await this.#connect();
    const begun = wallMs();
    let written = 0;
    this.#timer = setInterval(() => {
      for (; written < ((wallMs() - begun) / 1000) * perSecond; written += 1) {
        const id = `w-${written}`;
        const at = begun + (written / perSecond) * 1000;
        this.sentAt.set(id, at);
        this.#waiting.set(id, { at, conversationId: conversationIds[written % conversationIds.length]! });
        this.#send(id);
      }
    }, 5);
  }

  /** Stops writing; resolves when everything written is stored, or after `patienceMs`. */
  async finish(patienceMs: number): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    const until = wallMs() + patienceMs;
    while (this.#waiting.size > 0 && wallMs() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async #connect(): Promise<void> {
    try {
      const url = this.#urls[(this.#tries += 1) % this.#urls.length]!;
      this.#line = await LeanSocket.open(url, this.#token, { onText: (text) => this.#take(text), onEnd: () => this.#lose() });
      for (const id of this.#waiting.keys()) this.#send(id);
    } catch {
      this.#lose();
    }
  }

  #lose(): void {
    this.#line = null;
    setTimeout(() => void this.#connect(), WAIT_MS);
  }

  #send(id: string): void {
    const message = this.#waiting.get(id);
    if (!message) return;
    const input = { conversationId: message.conversationId, clientMessageId: id, text: 'hello '.repeat(16), lastSeenSeq: 0, confirm: true };
    this.#line?.send(JSON.stringify({ id, type: 'subscribe', payload: { query: SEND, variables: { input } } }));
  }

  #take(text: string): void {
    const frame = JSON.parse(text) as { type: string; id: string; payload?: { data?: { sendMessage?: { message: object | null; userErrors: { code: string }[] } } } & { extensions?: { code?: string; retryAfterMs?: number } }[] };
    if (frame.type === 'complete' || !this.#waiting.has(frame.id)) return;
    if (frame.type === 'next' && frame.payload?.data?.sendMessage?.message) {
      this.ackedAt.set(frame.id, wallMs());
      this.#waiting.delete(frame.id);
      return;
    }
    const { code = JSON.stringify(frame.payload).slice(0, 80), retryAfterMs = WAIT_MS } = (frame.type === 'error' ? frame.payload?.[0]?.extensions : undefined) ?? {};
    this.refusals[code] = (this.refusals[code] ?? 0) + 1;
    setTimeout(() => this.#send(frame.id), retryAfterMs);
  }
}
