/** The protocol of schema/README.md "Live", in one place: every resumable stream of our clients runs through here. */

export interface LiveEvent {
  __typename?: string;
  seq: number;
  previousSeq?: number;
}

export interface LiveSink<E> {
  next(event: E): void;
  /** Anything that went wrong: a closed socket (with its `code`), an `error`, a result with `errors`. */
  error(cause: unknown): void;
  complete(): void;
}

/** Opens the stream after a position; returns what ends it. */
export type LiveSource<E> = (afterSeq: number | null, sink: LiveSink<E>) => () => void;

export type LiveState = 'connecting' | 'live' | 'waiting' | 'stopped';

export interface ResumableOptions<E extends LiveEvent> {
  source: LiveSource<E>;
  /** `seq` of the last event applied. Null: begin now. */
  from: number | null;
  /** Called once for each event, in order; never for doubles and heartbeats. */
  apply(event: E): void;
  /** Loads what lies after `afterSeq`, in order; the stream applies it. Rejecting means: resubscribe. */
  fillHole?(afterSeq: number): Promise<readonly E[]>;
  /** Loads the lists again. Rejecting means: resubscribe. */
  reset?(event: E): Promise<void> | void;
  /** Events that must not take effect twice although they carry no `previousSeq`, such as notices. */
  isOnce?(event: E): boolean;
  onState?(state: LiveState): void;
  /** Close code 4401: renew the token. False: the identity is gone, stop. */
  renew?(): Promise<boolean>;
  /** No sign of life for 45 s: the socket below should be thrown away. */
  onSilence?(): void;
  random?(): number;
}

export interface Resumable {
  /** Position of the stream: `seq` of the last event applied. */
  readonly position: number | null;
  /** Moves the position forward after a load that covered more, e.g. a refetch. */
  advance(seq: number): void;
  /** Opens the stream again now: also after the server had sent it away. */
  resubscribe(): void;
  stop(): void;
}

export const SILENCE_MS = 45_000;
export const RENEWAL_MS = 600_000;
const BACKOFF_FROM_MS = 200;
const BACKOFF_TO_MS = 10_000;
const SETTLED_MS = 5_000;

/** How long to wait before try number `attempt` (from 0): doubles from 0.2 s to 10 s, jittered between half and all of it. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(BACKOFF_TO_MS, BACKOFF_FROM_MS * 2 ** Math.min(attempt, 10) * 2);
  return Math.max(BACKOFF_FROM_MS, ceiling * (0.5 + random() / 2));
}

/** The close code behind an error of graphql-ws, or null. */
export function closeCode(cause: unknown): number | null {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : null;
}

/** How long the server asked to stay away: at least that, and spread, so that all who were told do not return together. */
export function asked(retryAfterMs: number | null, random: () => number = Math.random): number {
  return (retryAfterMs ?? 0) * (1 + random() / 2);
}

/** `retryAfterMs` of an error or of the first of a list, or null. */
export function retryAfterMs(cause: unknown): number | null {
  const [first] = Array.isArray(cause) ? (cause as unknown[]) : [cause];
  const error = first as { retryAfterMs?: unknown; extensions?: { retryAfterMs?: unknown } } | null | undefined;
  const ms = error?.extensions?.retryAfterMs ?? error?.retryAfterMs;
  return typeof ms === 'number' ? ms : null;
}

/** Whether the server asked for a fresh token, by close code or by error code. */
export function wantsRenewal(cause: unknown): boolean {
  if (closeCode(cause) === 4401) return true;
  const list = Array.isArray(cause) ? cause : [cause];
  return list.some((error) => (error as { extensions?: { code?: string } } | null)?.extensions?.code === 'UNAUTHENTICATED');
}

class ResumableStream<E extends LiveEvent> implements Resumable {
  readonly #options: ResumableOptions<E>;
  #position: number | null;
  #end: (() => void) | null = null;
  #generation = 0;
  #attempt = 0;
  #openedAt = 0;
  #isStopped = false;
  #queue: E[] = [];
  #isDraining = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #renewalTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ResumableOptions<E>) {
    this.#options = options;
    this.#position = options.from;
    this.#open();
  }

  get position(): number | null {
    return this.#position;
  }

  advance(seq: number): void {
    if (this.#position === null || seq > this.#position) this.#position = seq;
  }

  resubscribe(): void {
    if (this.#isStopped) return;
    this.#attempt = 0;
    this.#open();
  }

  stop(): void {
    this.#isStopped = true;
    this.#rest();
  }

  /** Comes back only when asked to: after a new sign-in, say. */
  #rest(): void {
    this.#close();
    this.#options.onState?.('stopped');
  }

  #open(): void {
    this.#close();
    const generation = this.#generation;
    const isCurrent = () => generation === this.#generation;
    this.#openedAt = Date.now();
    this.#options.onState?.('connecting');
    this.#watchSilence();
    this.#renewalTimer = setTimeout(() => this.resubscribe(), RENEWAL_MS);
    const end = this.#options.source(this.#position, {
      next: (event) => { if (isCurrent()) this.#receive(event); },
      error: (cause) => { if (isCurrent()) this.#lose(cause); },
      complete: () => { if (isCurrent()) this.#lose(null); },
    });
    // A source may fail before it returns: then its end is already nobody's.
    if (isCurrent()) this.#end = end;
    else end();
  }

  #close(): void {
    this.#generation += 1;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#renewalTimer);
    this.#queue = [];
    const end = this.#end;
    this.#end = null;
    end?.();
  }

  #lose(cause: unknown): void {
    if (this.#isStopped) return;
    if (closeCode(cause) === 4403) return this.#rest();
    if (Date.now() - this.#openedAt > SETTLED_MS) this.#attempt = 0;
    this.#close();
    this.#options.onState?.('waiting');
    const generation = this.#generation;
    const wait = Math.max(backoffMs(this.#attempt, this.#options.random), asked(retryAfterMs(cause), this.#options.random));
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => {
      void this.#reopen(wantsRenewal(cause), generation);
    }, wait);
  }

  async #reopen(isRenewalWanted: boolean, generation: number): Promise<void> {
    if (isRenewalWanted && this.#options.renew) {
      const isRenewed = await this.#options.renew().catch(() => null);
      if (generation !== this.#generation) return;
      if (isRenewed === false) return this.#rest();
    }
    this.#open();
  }

  #watchSilence(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      this.#options.onSilence?.();
      this.#lose(null);
    }, SILENCE_MS);
  }

  #receive(event: E): void {
    this.#watchSilence();
    this.#options.onState?.('live');
    this.#queue.push(event);
    if (!this.#isDraining) void this.#drain();
  }

  /** One event at a time: while a hole is being filled, later events wait their turn. */
  async #drain(): Promise<void> {
    this.#isDraining = true;
    try {
      while (this.#queue.length > 0 && !this.#isStopped) {
        const waiting = this.#take(this.#queue.shift()!);
        if (waiting) await waiting;
      }
    } finally {
      this.#isDraining = false;
    }
  }

  /** Applies one event at once, or answers with what has to be awaited first. */
  #take(event: E): Promise<void> | undefined {
    const mine = this.#position ?? 0;
    if (event.__typename?.endsWith('Heartbeat')) {
      if (this.#position === null) this.#position = event.seq;
      else if (event.seq > mine) this.#lose(null);
      return undefined;
    }
    if (event.__typename?.endsWith('Reset')) return this.#restart(event);
    if (event.previousSeq !== undefined && event.previousSeq > mine && event.seq > mine && this.#options.fillHole) {
      return this.#fill(this.#options.fillHole(mine), event);
    }
    this.#applyOnce(event);
    return undefined;
  }

  #applyOnce(event: E): void {
    const isOrdered = event.previousSeq !== undefined || this.#options.isOnce?.(event) === true;
    if (isOrdered && this.#position !== null && event.seq <= this.#position) return;
    this.#options.apply(event);
    this.advance(event.seq);
  }

  async #fill(loading: Promise<readonly E[]>, event: E): Promise<void> {
    const generation = this.#generation;
    try {
      const missed = await loading;
      if (generation !== this.#generation) return;
      [...missed, event].forEach((one) => this.#applyOnce(one));
    } catch (cause) {
      if (generation === this.#generation) this.#lose(cause);
    }
  }

  async #restart(event: E): Promise<void> {
    const generation = this.#generation;
    try {
      await this.#options.reset?.(event);
      if (generation === this.#generation) this.#position = event.seq;
    } catch (cause) {
      if (generation === this.#generation) this.#lose(cause);
    }
  }
}

/** Follows a stream for ever: resumes after every end, drops doubles, reads holes, notices silence. */
export function resumable<E extends LiveEvent>(options: ResumableOptions<E>): Resumable {
  return new ResumableStream(options);
}

export interface LossyOptions<E> {
  source(sink: LiveSink<E>): () => void;
  apply(event: E): void;
  /** Silence after which the line counts as dead. Null: the stream may be quiet for long. */
  silenceMs: number | null;
  renew?(): Promise<boolean>;
  /** Everything known so far is doubtful until the next first event. */
  onLost?(): void;
}

/** Follows a `@lossy` stream: after every end it subscribes again, and the first event is the present state. */
export function lossy<E>(options: LossyOptions<E>): { resubscribe(): void; stop(): void } {
  let seq = 0;
  const stream = resumable<LiveEvent & { event?: E }>({
    from: 0,
    source: (_position, sink) => {
      const keepAlive = options.silenceMs === null
        ? setInterval(() => sink.next({ __typename: 'QuietHeartbeat', seq: 0 }), SILENCE_MS / 2)
        : undefined;
      const end = options.source({ ...sink, next: (event) => sink.next({ seq: (seq += 1), event }) });
      return () => {
        clearInterval(keepAlive);
        end();
      };
    },
    apply: (wrapped) => options.apply(wrapped.event as E),
    onState: (state) => { if (state === 'waiting') options.onLost?.(); },
    renew: options.renew,
  });
  return { resubscribe: () => stream.resubscribe(), stop: () => stream.stop() };
}
