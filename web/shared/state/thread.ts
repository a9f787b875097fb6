import type { MessagePartsFragment, PagePartsFragment } from '../../gql/graphql.ts';

export type Message = MessagePartsFragment;

/** The messages of one conversation by seq. Seqs may be missing in the middle only while a hole is being read. */
export interface Thread {
  bySeq: Map<number, Message>;
  /** What messages said before they were taken back, as far as this page had seen it. */
  former: Map<number, string>;
  startCursor: string | null;
  hasOlder: boolean;
}

export function emptyThread(): Thread {
  return { bySeq: new Map(), former: new Map(), startCursor: null, hasOlder: false };
}

/** Adds messages; of two states of one message the one that came last stays, but what was taken back stays so: a state read before may come after. */
export function addMessages(thread: Thread, messages: readonly Message[]): void {
  for (const message of messages) {
    const known = thread.bySeq.get(message.seq);
    if (known?.recalledAt && !message.recalledAt) continue;
    if (known?.text && message.recalledAt && !known.recalledAt) thread.former.set(message.seq, known.text);
    thread.bySeq.set(message.seq, message);
  }
}

/** Adds a page read backwards from the oldest message known. */
export function addOlder(thread: Thread, messages: readonly Message[], page: PagePartsFragment): void {
  for (const message of messages) if (!thread.bySeq.has(message.seq)) thread.bySeq.set(message.seq, message);
  thread.startCursor = page.startCursor ?? thread.startCursor;
  thread.hasOlder = page.hasPreviousPage;
}

export function inOrder(thread: Thread): Message[] {
  return [...thread.bySeq.values()].sort((one, other) => one.seq - other.seq);
}

const RUN_MS = 5 * 60_000;

/** What a line of the thread shows: a day, the first unread mark, service lines in a row, or a run of one author's bubbles. */
export type Item =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'events'; key: string; messages: Message[] }
  | { kind: 'run'; key: string; side: 'in' | 'out'; messages: Message[] };

function sideOf(message: Message): 'in' | 'out' {
  return message.author.kind === 'CUSTOMER' ? 'in' : 'out';
}

function authorOf(message: Message): string {
  return `${message.author.kind} ${message.author.agent?.id ?? message.authorName} ${message.visibility}`;
}

/** The lines of a thread. `firstUnreadSeq`: the mark stands before it; `dayOf` names the day of an instant. */
export function layOut(messages: readonly Message[], firstUnreadSeq: number | null, dayOf: (at: string) => string): Item[] {
  const items: Item[] = [];
  let day = '';
  for (const message of messages) {
    const today = dayOf(message.sentAt);
    if (today !== day) items.push({ kind: 'day', key: `day ${today}`, at: message.sentAt });
    if (message.seq === firstUnreadSeq) items.push({ kind: 'unread', key: 'unread' });
    const last = items.at(-1);
    if (message.kind === 'EVENT' && last?.kind === 'events') last.messages.push(message);
    else if (message.kind === 'EVENT') items.push({ kind: 'events', key: `events ${message.seq}`, messages: [message] });
    else if (last?.kind === 'run' && authorOf(last.messages[0]!) === authorOf(message) && Date.parse(message.sentAt) - Date.parse(last.messages[0]!.sentAt) <= RUN_MS) last.messages.push(message);
    else items.push({ kind: 'run', key: `run ${message.clientMessageId ?? message.seq}`, side: sideOf(message), messages: [message] });
    day = today;
  }
  return items;
}
