import { coalesced } from '@careline/kit/live';
import { SECOND } from '@careline/kit/time';
import type { Runtime } from '../context.ts';
import { selectConversations } from './conversation.store.ts';
import { INBOX_CHANNEL, inboxNumbering } from './inbox-numbering.ts';
import { selectInboxBounds, selectInboxEvents, type InboxEventRow } from './inbox.store.ts';
import { selectUnreadMentions } from './mention.store.ts';
import { selectReadMarks } from './read-mark.store.ts';
import { selectSnoozes } from './snooze.store.ts';
import type { ConversationRow } from './conversation.types.ts';

const PAGE = 500;
const LOOK_EVERY_MS = 5 * SECOND;

/** An event of the log with what all its readers need, looked up once. */
export interface InboxSight {
  event: InboxEventRow;
  /** Null when it does not exist any more. */
  conversation: ConversationRow | null;
  /** Agents mentioned in it who have not read that. */
  mentionedIds: ReadonlySet<string>;
  /** Agents who have snoozed it. */
  snoozerIds: ReadonlySet<string>;
  /** How far each agent has read it; null when no reader asked. */
  readSeqs: ReadonlyMap<string, number> | null;
}

export interface InboxListener {
  /** Whether a saved view of the reader asks for what is unread. */
  readonly asksForUnread: boolean;
  onSights(sights: readonly InboxSight[]): void;
  onBeat(): void;
}

export interface InboxTail {
  /** Begins to tell the listener of everything after the returned number. */
  attach(listener: InboxListener): Promise<number>;
  detach(listener: InboxListener): void;
  /** Numbers what was left behind, reads the table and gives every listener its beat. The timer calls it. */
  beat(): Promise<void>;
  close(): void;
}

/** The end of the inbox log, read once in each process for all agents who are connected to it. */
export function inboxTail(runtime: Runtime): InboxTail {
  const listeners = new Set<InboxListener>();
  let last: number | null = null;
  let unsubscribe: (() => void) | null = null;
  let timer: NodeJS.Timeout | null = null;

  const report = (error: unknown) => runtime.log.error({ err: error }, 'the inbox log could not be read; the next look tries again');
  const read = coalesced(async () => {
    last ??= (await selectInboxBounds(runtime.db)).last;
    for (let isFull = true; isFull;) {
      const events = await selectInboxEvents(runtime.db, last, PAGE);
      isFull = events.length === PAGE;
      if (events.length === 0) return;
      const sights = await lookAt(runtime, events, [...listeners].some(({ asksForUnread }) => asksForUnread));
      last = events.at(-1)!.seq;
      for (const listener of listeners) listener.onSights(sights);
    }
  });
  async function beat(): Promise<void> {
    await runtime.parts.of(inboxNumbering).drain();
    await read();
    for (const listener of listeners) listener.onBeat();
  }
  return {
    async attach(listener) {
      unsubscribe ??= runtime.live.subscribe(INBOX_CHANNEL, () => void read().catch(report));
      timer ??= setInterval(() => void beat().catch(report), LOOK_EVERY_MS).unref();
      // Up to the present first: nobody listened while no agent was connected.
      await read();
      listeners.add(listener);
      return last!;
    },
    detach: (listener) => void listeners.delete(listener),
    beat,
    close() {
      unsubscribe?.();
      if (timer) clearInterval(timer);
      listeners.clear();
    },
  };
}

/** Looks up what the readers of these events need, with one statement per table. */
export async function lookAt(runtime: Runtime, events: readonly InboxEventRow[], isReadAsked: boolean): Promise<InboxSight[]> {
  const ids = [...new Set(events.map((event) => event.conversationId))];
  const [conversations, mentions, snoozes, marks] = await Promise.all([
    selectConversations(runtime.db, ids), selectUnreadMentions(runtime.db, ids), selectSnoozes(runtime.db, ids), isReadAsked ? selectReadMarks(runtime.db, ids) : null,
  ]);
  const readBy = marks && new Map<string, Map<string, number>>();
  for (const { conversationId, actorId, seq } of marks ?? []) readBy!.set(conversationId, (readBy!.get(conversationId) ?? new Map<string, number>()).set(actorId, seq));
  const snoozers = new Map<string, Set<string>>();
  for (const { conversationId, agentId } of snoozes) snoozers.set(conversationId, (snoozers.get(conversationId) ?? new Set()).add(agentId));
  const nobody: ReadonlySet<string> = new Set();
  return events.map((event) => ({
    event, conversation: conversations.get(event.conversationId) ?? null, mentionedIds: mentions.get(event.conversationId) ?? nobody, snoozerIds: snoozers.get(event.conversationId) ?? nobody,
    readSeqs: readBy && (readBy.get(event.conversationId) ?? new Map<string, number>()),
  }));
}
