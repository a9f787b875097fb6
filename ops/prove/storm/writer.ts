import { LeanSocket } from '../../harness/lean-socket.ts';
import { wallMs, type Visitor } from './orders.ts';

const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code } } }';
const TICK_MS = 10;
const FIRST_WAIT_MS = 200;

interface Frame {
  type: string;
  id: string;
  payload?: { data?: { sendMessage?: { message: object | null } } } & { extensions?: { code?: string; retryAfterMs?: number } }[];
}

/**
 * A visitor who writes on a schedule of its own, with the same id until each message is stored, one after the other,
 * as the widget does. A message is as old as its place in the schedule.
 */
export class Writer {
  readonly #urls: readonly string[];
  readonly #visitor: Visitor;
  readonly #name: string;
  readonly #waiting = new Set<string>();
  readonly sentAt = new Map<string, number>();
  readonly ackedAt = new Map<string, number>();
  refusals = 0;
  #line: LeanSocket | null = null;
  #tries = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(urls: readonly string[], visitor: Visitor, name: string) {
    this.#urls = urls;
    this.#visitor = visitor;
    this.#name = name;
  }

  async start(perSecond: number): Promise<void> {
    await this.#connect();
    const begun = wallMs() + Math.random() * 1_000;
    let written = 0;
    this.#timer = setInterval(() => {
      for (; written < ((wallMs() - begun) / 1000) * perSecond; written += 1) {
        const id = `${this.#name}-${written}`;
        this.sentAt.set(id, begun + (written / perSecond) * 1000);
        this.#waiting.add(id);
        if (this.#waiting.size === 1) this.#sendFirst();
      }
    }, TICK_MS);
  }

  /** Stops writing; resolves when everything written is stored, or after `patienceMs`. */
  async finish(patienceMs: number): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    const until = wallMs() + patienceMs;
    while (this.#waiting.size > 0 && wallMs() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async #connect(): Promise<void> {
    try {
      const url = this.#urls[this.#tries % this.#urls.length]!;
      this.#line = await LeanSocket.open(url, this.#visitor.token, { onText: (text) => this.#take(text), onEnd: () => this.#lose() });
      this.#tries = 0;
      this.#sendFirst();
    } catch {
      this.#lose();
    }
  }

  #lose(): void {
    this.#line = null;
    this.#tries += 1;
    setTimeout(() => void this.#connect(), FIRST_WAIT_MS * (0.5 + Math.random() / 2));
  }

  #sendFirst(): void {
    const [id] = this.#waiting;
    if (id === undefined) return;
    const input = { conversationId: this.#visitor.conversationId, clientMessageId: id, text: 'hello '.repeat(16) };
    this.#line?.send(JSON.stringify({ id, type: 'subscribe', payload: { query: SEND, variables: { input } } }));
  }

  #take(text: string): void {
    const frame = JSON.parse(text) as Frame;
    if (frame.type === 'complete' || !this.#waiting.has(frame.id)) return;
    if (frame.type === 'next' && frame.payload?.data?.sendMessage?.message) {
      this.ackedAt.set(frame.id, wallMs());
      this.#waiting.delete(frame.id);
      return this.#sendFirst();
    }
    this.refusals += 1;
    const waitMs = (frame.type === 'error' && frame.payload?.[0]?.extensions?.retryAfterMs) || FIRST_WAIT_MS;
    const line = this.#line;
    setTimeout(() => { if (this.#line === line) this.#sendFirst(); }, waitMs * (1 + Math.random() / 2));
  }
}
