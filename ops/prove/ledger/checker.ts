import type { Fresh, StoredTicket } from './fresh.ts';
import { readLedger, type Line, type Side } from './ledger-file.ts';
import { seesAll } from './screens.ts';

/** What the ledger and a fresh look at the system do not agree about. */
export interface Verdict {
  intents: number;
  acked: number;
  tickets: number;
  /** Promised and not stored, or stored and not shown on a screen that was there. */
  lost: number;
  /** Stored or shown twice. */
  doubled: number;
  /** A number that is not the next, on a screen or in the table, or a writer's words in another order. */
  reordered: number;
  /** Shown or promised in a way that is not stored, or stored and never written by anybody. */
  phantom: number;
  /** Words or inbox rows of a screen that differ from a fresh load. */
  stale: number;
  /** Never answered, and still without an answer after the last try. */
  unresolved: number;
  refused: number;
  /** The first few findings, in words. */
  findings: string[];
}

type Finding = 'lost' | 'doubled' | 'reordered' | 'phantom' | 'stale' | 'unresolved';

interface Intent {
  c: number;
  w: Side;
  n: number;
  h: string;
  isLate: boolean;
  ack: { seq: number; m: string } | null;
  refused: boolean;
}

interface View {
  seqs: Set<number>;
  ids: Set<string>;
  lastSeq: number;
  /** What came before this screen was live; 0: it owes everything. */
  liveAfter: number;
  /** Where a screen was closed; null: it was open until the end. */
  closedAt: number | null;
}

const FINDINGS_SHOWN = 12;

/** Reads the ledger file and compares it with what is stored. It knows nothing but these two. */
export async function check(path: string, fresh: Fresh): Promise<Verdict> {
  const checker = new Checker(fresh);
  for await (const line of readLedger(path)) checker.read(line);
  return checker.close();
}

class Checker {
  readonly #fresh: Fresh;
  readonly #intents = new Map<string, Intent>();
  readonly #tickets = new Map<string, { h: string; made: { ticket: string; number: string } | null; refused: boolean }>();
  readonly #views = new Map<string, Map<number, View>>();
  readonly #verdict: Verdict = { intents: 0, acked: 0, tickets: 0, lost: 0, doubled: 0, reordered: 0, phantom: 0, stale: 0, unresolved: 0, refused: 0, findings: [] };

  constructor(fresh: Fresh) {
    this.#fresh = fresh;
  }

  read(line: Line): void {
    switch (line.k) {
      case 'intent': return void this.#intents.set(line.id, { c: line.c, w: line.w, n: line.n, h: line.h, isLate: false, ack: null, refused: false });
      case 'ack': return this.#onAck(line);
      case 'late': return void (this.#intents.get(line.id)!.isLate = true);
      case 'refused': return this.#onRefused(line.id);
      case 'screen': return void this.#viewOf(line.s, line.c);
      case 'seen': return this.#onSeen(line);
      case 'live': return void (this.#viewOf(line.s, line.c).liveAfter = line.seq);
      case 'closed': return void (this.#viewOf(line.s, line.c).closedAt = line.seq);
      case 'row': return this.#onRow(line);
      case 'ticket': return void this.#tickets.set(line.id, { h: line.h, made: null, refused: false });
      case 'ticketed': return this.#onTicketed(line);
      default:
    }
  }

  close(): Verdict {
    this.#fresh.conversations.forEach((_conversation, place) => this.#checkTable(place));
    for (const [id, intent] of this.#intents) this.#checkIntent(id, intent);
    for (const [screen, views] of this.#views) for (const [place, view] of views) this.#checkView(screen, place, view);
    this.#checkTickets();
    this.#verdict.intents = this.#intents.size;
    this.#verdict.tickets = this.#tickets.size;
    this.#verdict.acked = [...this.#intents.values()].filter((intent) => intent.ack).length;
    return this.#verdict;
  }

  #find(kind: Finding, what: string): void {
    this.#verdict[kind] += 1;
    if (this.#verdict.findings.length < FINDINGS_SHOWN) this.#verdict.findings.push(`${kind}: ${what}`);
  }

  #viewOf(screen: string, place: number): View {
    const views = this.#views.get(screen) ?? new Map<number, View>();
    this.#views.set(screen, views);
    const view = views.get(place) ?? { seqs: new Set(), ids: new Set(), lastSeq: 0, liveAfter: 0, closedAt: null };
    views.set(place, view);
    return view;
  }

  #onAck({ id, seq, m }: Extract<Line, { k: 'ack' }>): void {
    const intent = this.#intents.get(id)!;
    if (intent.ack && (intent.ack.seq !== seq || intent.ack.m !== m)) this.#find('doubled', `${id} was answered as ${intent.ack.seq} and as ${seq}`);
    intent.ack = { seq, m };
  }

  #onRefused(id: string): void {
    this.#verdict.refused += 1;
    const intent = this.#intents.get(id) ?? this.#tickets.get(id);
    if (intent) intent.refused = true;
  }

  #onSeen({ s, c, seq, id, h }: Extract<Line, { k: 'seen' }>): void {
    const view = this.#viewOf(s, c);
    if (view.seqs.has(seq) || (id !== null && view.ids.has(id))) this.#find('doubled', `${s} showed ${c}/${seq} twice`);
    else if (seq <= view.lastSeq) this.#find('reordered', `${s} showed ${c}/${seq} after ${view.lastSeq}`);
    view.seqs.add(seq);
    if (id !== null) view.ids.add(id);
    view.lastSeq = Math.max(view.lastSeq, seq);
    const stored = this.#fresh.conversations[c]?.messages[seq - 1];
    if (stored?.seq !== seq || stored.clientMessageId !== id) this.#find('phantom', `${s} showed ${c}/${seq} ${id}, stored is ${stored?.clientMessageId}`);
    else if (stored.hash !== h) this.#find('stale', `${s} showed other words for ${c}/${seq} than are stored`);
  }

  #onRow({ s, c, state, version, seq }: Extract<Line, { k: 'row' }>): void {
    const stored = this.#fresh.conversations[c]!;
    if (stored.state !== state || stored.version !== version || stored.lastSeq !== seq) {
      this.#find('stale', `the inbox of ${s} shows ${c} as ${state} v${version} seq ${seq}; it is ${stored.state} v${stored.version} seq ${stored.lastSeq}`);
    }
  }

  #onTicketed({ id, ticket, number }: Extract<Line, { k: 'ticketed' }>): void {
    this.#tickets.get(id)!.made = { ticket, number };
  }

  #checkTable(place: number): void {
    const { messages, lastSeq } = this.#fresh.conversations[place]!;
    const ids = new Set<string>();
    const lastOf = new Map<Side, number>();
    messages.forEach((message, index) => {
      if (message.seq !== index + 1) this.#find('reordered', `place ${index + 1} of ${place} holds number ${message.seq}`);
      const id = message.clientMessageId;
      if (id === null) return;
      if (ids.has(id)) this.#find('doubled', `${id} is stored twice in ${place}`);
      ids.add(id);
      const intent = this.#intents.get(id);
      if (!intent || intent.c !== place || intent.h !== message.hash) return this.#find('phantom', `${place}/${message.seq} ${id} was written by nobody`);
      if (intent.isLate) return;
      if (intent.n <= (lastOf.get(intent.w) ?? -1)) this.#find('reordered', `${intent.w} of ${place} wrote ${intent.n} before what stands before it`);
      lastOf.set(intent.w, intent.n);
    });
    if (lastSeq !== messages.length) this.#find('reordered', `${place} says ${lastSeq} and holds ${messages.length}`);
  }

  #checkIntent(id: string, { c, ack, refused }: Intent): void {
    if (ack) {
      const stored = this.#fresh.conversations[c]?.messages[ack.seq - 1];
      if (stored?.clientMessageId !== id || stored.id !== ack.m) this.#find('lost', `${id} was promised as ${c}/${ack.seq}, which holds ${stored?.clientMessageId}`);
    } else if (!refused) this.#find('unresolved', `${id} in ${c} was never answered`);
    else if (this.#fresh.conversations[c]?.messages.some((message) => message.clientMessageId === id)) this.#find('phantom', `${id} was refused and is stored`);
  }

  #checkView(screen: string, place: number, { seqs, liveAfter, closedAt }: View): void {
    const owed = (this.#fresh.conversations[place]?.messages ?? [])
      .filter(({ seq, visibility }) => seq > liveAfter && (closedAt === null || seq <= closedAt) && (visibility === 'PUBLIC' || seesAll(screen)));
    const missing = owed.filter(({ seq }) => !seqs.has(seq));
    for (const { seq } of missing) this.#find('lost', `${screen} never showed ${place}/${seq}`);
  }

  #checkTickets(): void {
    const byWords = new Map<string, StoredTicket[]>();
    for (const ticket of this.#fresh.tickets) byWords.set(ticket.hash, [...(byWords.get(ticket.hash) ?? []), ticket]);
    const known = new Set<string>();
    for (const [id, { h, made, refused }] of this.#tickets) {
      known.add(h);
      const stored = byWords.get(h) ?? [];
      if (stored.length > 1) this.#find('doubled', `ticket ${id} is stored ${stored.length} times`);
      if (made && (stored[0]?.id !== made.ticket || stored[0].number !== made.number)) this.#find('lost', `ticket ${id} was promised as ${made.number}`);
      if (!made && !refused) this.#find('unresolved', `ticket ${id} was never answered`);
    }
    for (const ticket of this.#fresh.tickets) if (!known.has(ticket.hash)) this.#find('phantom', `ticket ${ticket.number} was created by nobody`);
    const numbers = new Set(this.#fresh.tickets.map((ticket) => ticket.number));
    if (numbers.size < this.#fresh.tickets.length) this.#find('doubled', 'a ticket number is used twice');
  }
}
