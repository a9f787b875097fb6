import { LeanSocket } from '../../harness/lean-socket.ts';
import { wallMs, type Return, type Shown, type Visitor } from './orders.ts';

const STREAM = 'subscription Stream($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq ... on MessageSent { previousSeq message { seq clientMessageId } } } }';
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

interface Event {
  message?: { seq: number; clientMessageId: string | null };
}

type Frame =
  | { type: 'next'; payload: { data?: { messageSent: Event } } }
  | { type: 'error'; payload: { extensions?: { retryAfterMs?: number } }[] }
  | { type: 'complete' };

/** One visitor who follows one conversation by the rules of the schema's README, "Live". */
export class Follower {
  readonly #visitor: Visitor;
  readonly #urls: readonly string[];
  readonly #seenAt: Map<string, number>;
  #line: LeanSocket | null = null;
  #position = 0;
  #messages = 0;
  #disordered = 0;
  #tries = 0;
  #subscriptions = 0;
  #backAt: number | null = null;
  #onBack: () => void = () => undefined;

  constructor(urls: readonly string[], visitor: Visitor, seenAt: Map<string, number>) {
    this.#urls = urls;
    this.#visitor = visitor;
    this.#seenAt = seenAt;
  }

  /** Opens the line; resolves with the first event of the stream. */
  open(): Promise<void> {
    return new Promise((resolve) => {
      this.#onBack = resolve;
      void this.#connect();
    });
  }

  /** Forgets how it came back before. */
  arm(): void {
    this.#backAt = null;
    this.#tries = 0;
  }

  cut(): void {
    this.#line?.cut();
  }

  get back(): Return {
    return { conversationId: this.#visitor.conversationId, backAt: this.#backAt, tries: this.#tries };
  }

  get shown(): Shown {
    return { conversationId: this.#visitor.conversationId, lastSeq: this.#position, messages: this.#messages, disordered: this.#disordered };
  }

  async #connect(): Promise<void> {
    const url = this.#urls[this.#tries % this.#urls.length]!;
    this.#tries += 1;
    try {
      const line: LeanSocket = await LeanSocket.open(url, this.#visitor.token, { onText: (text) => this.#take(text), onEnd: () => this.#again() });
      this.#line = line;
      this.#subscribe(line);
    } catch {
      this.#again();
    }
  }

  // Jittered and doubling, as every client of ours waits.
  #again(): void {
    this.#line = null;
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries) * (0.5 + Math.random() / 2);
    setTimeout(() => void this.#connect(), Math.max(FIRST_WAIT_MS, backoff));
  }

  #subscribe(line: LeanSocket): void {
    line.send(JSON.stringify({ id: `s${(this.#subscriptions += 1)}`, type: 'subscribe', payload: { query: STREAM, variables: { id: this.#visitor.conversationId, afterSeq: this.#position } } }));
  }

  #subscribeAgain(retryAfterMs: number): void {
    const line = this.#line;
    setTimeout(() => { if (line && this.#line === line) this.#subscribe(line); }, Math.max(FIRST_WAIT_MS, retryAfterMs) * (1 + Math.random() / 2));
  }

  #take(text: string): void {
    const frame = JSON.parse(text) as Frame;
    const event = frame.type === 'next' ? frame.payload.data?.messageSent : undefined;
    // Everything else than an event means: subscribe again from here, on the same line while there is one.
    if (!event) return this.#subscribeAgain(frame.type === 'error' ? (frame.payload[0]?.extensions?.retryAfterMs ?? 0) : 0);
    if (this.#backAt === null) {
      this.#backAt = wallMs();
      this.#onBack();
    }
    if (event.message) this.#see(event.message);
  }

  #see({ seq, clientMessageId }: { seq: number; clientMessageId: string | null }): void {
    this.#messages += 1;
    if (seq <= this.#position) this.#disordered += 1;
    this.#position = Math.max(this.#position, seq);
    if (clientMessageId) this.#seenAt.set(clientMessageId, wallMs());
  }
}
