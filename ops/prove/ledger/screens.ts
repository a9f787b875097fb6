import { connect } from '../../../schema/examples/live-inbox.mjs';
import { hashOf, type LedgerFile } from './ledger-file.ts';
import type { Tracker } from './tracker.ts';

interface Message {
  seq: number;
  clientMessageId: string | null;
  text: string | null;
}

interface Place {
  screen: string;
  conversationId: string;
}

export interface InboxRow {
  id: string;
  state: string;
  version: number;
  lastSeq: number;
}

/** Visitors and onlookers do not see what is said among those who work here. */
export const seesAll = (screen: string): boolean => !/^(visitor|crowd)-/.test(screen);

/** The screens of people: each writes into the ledger what it shows, at the moment it shows it. */
export class Screens {
  readonly #ledger: LedgerFile;
  readonly #tracker: Tracker;
  readonly #placeOf: (conversationId: string) => number;
  readonly #lastSeq = new Map<string, Map<string, number>>();
  readonly inboxes = new Map<string, () => InboxRow[]>();
  readonly #stops: (() => void)[] = [];

  constructor(ledger: LedgerFile, tracker: Tracker, placeOf: (conversationId: string) => number) {
    this.#ledger = ledger;
    this.#tracker = tracker;
    this.#placeOf = placeOf;
  }

  /** One person's screen with one conversation. */
  openConversation(screen: string, conversationId: string, client: ReturnType<typeof connect>): () => void {
    const place = { screen, conversationId };
    this.#begin(place);
    const following = client.followConversation(conversationId, (_id, message) => this.#see(place, message));
    this.#stops.push(() => following.stop());
    return () => following.stop();
  }

  /** The screen of somebody who works here, with every conversation that is open. */
  openInbox(screen: string, url: string, token: string, conversationIds: readonly string[]): void {
    const client = connect({ url, token });
    for (const conversationId of conversationIds) this.#begin({ screen, conversationId });
    const inbox = client.liveInbox({ onMessage: (conversationId, message) => this.#see({ screen, conversationId }, message) });
    this.inboxes.set(screen, () => [...inbox.conversations.values()] as InboxRow[]);
    this.#stops.push(() => inbox.stop(), () => void client.close());
  }

  /** The last number that this screen shows. */
  lastSeq(screen: string, conversationId: string): number {
    return this.#lastSeq.get(screen)?.get(conversationId) ?? 0;
  }

  /** Notes that every screen is live: from here on each owes what is said. */
  live(): void {
    for (const [screen, seqs] of this.#lastSeq) for (const [id, seq] of seqs) this.#ledger.add({ k: 'live', s: screen, c: this.#placeOf(id), seq });
  }

  /** Notes that a screen was closed before the end; it owes everything up to `seq`. */
  closed(screen: string, conversationId: string, seq: number): void {
    this.#ledger.add({ k: 'closed', s: screen, c: this.#placeOf(conversationId), seq });
    this.#lastSeq.delete(screen);
  }

  /** Resolves when each screen shows each conversation up to its last number, `owed` to it; false when patience ends. */
  async current(owed: (screen: string, conversationId: string) => number, patienceMs: number): Promise<boolean> {
    const until = performance.now() + patienceMs;
    const isBehind = () => [...this.#lastSeq].some(([screen, seqs]) => [...seqs].some(([id, seq]) => seq < owed(screen, id)));
    while (isBehind()) {
      if (performance.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return true;
  }

  /** Writes what each inbox shows into the ledger. */
  noteInboxes(): void {
    for (const [screen, rows] of this.inboxes) {
      for (const row of rows()) this.#ledger.add({ k: 'row', s: screen, c: this.#placeOf(row.id), state: row.state, version: row.version, seq: row.lastSeq });
    }
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #begin({ screen, conversationId }: Place): void {
    this.#ledger.add({ k: 'screen', s: screen, c: this.#placeOf(conversationId) });
    const seqs = this.#lastSeq.get(screen) ?? new Map<string, number>();
    this.#lastSeq.set(screen, seqs.set(conversationId, 0));
  }

  #see({ screen, conversationId }: Place, message: Message): void {
    const seqs = this.#lastSeq.get(screen);
    if (!seqs) return;
    seqs.set(conversationId, Math.max(seqs.get(conversationId) ?? 0, message.seq));
    this.#ledger.add({ k: 'seen', s: screen, c: this.#placeOf(conversationId), seq: message.seq, id: message.clientMessageId, h: hashOf(message.text) });
    if (message.clientMessageId) this.#tracker.see(message.clientMessageId, screen);
  }
}
