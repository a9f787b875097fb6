import { hasPassed, MINUTE, SECOND } from '@careline/kit/time';
import type { Runtime } from '../context.ts';
import { ConversationFeed } from './conversation-feed.ts';
import { selectConversations } from './conversation.store.ts';
import { keepVisits } from './keep-visit.ts';
import type { ConversationRow, MessageRow } from './conversation.types.ts';

const LOOK_EVERY_MS = 5 * SECOND;
/** With the look every 5 s this keeps the promise of a heartbeat at least every 20 s. */
const BEAT_AFTER_MS = MINUTE / 4;
const ROWS_MAX = 500;

export interface FeedHub {
  /** The feed of one conversation, shared by all its streams in this process. Every `acquire` needs its `release`. */
  acquire(conversationId: string): Promise<ConversationFeed>;
  release(feed: ConversationFeed): void;
  /** Hands a watched conversation's new messages over without a reading. */
  offer(conversation: ConversationRow, messages: readonly MessageRow[]): void;
  /** Keeps visitors online and looks at the table for all feeds whose beat is due. The timer calls it; tests call it after moving the clock. */
  look(): Promise<void>;
  readonly size: number;
  close(): void;
}

interface Shared {
  feed: ConversationFeed;
  opening: Promise<void>;
  users: number;
}

/** All watched conversations of this process. */
export function feedHub(runtime: Runtime): FeedHub {
  const shared = new Map<string, Shared>();
  let timer: NodeJS.Timeout | null = null;

  function release(feed: ConversationFeed): void {
    const entry = shared.get(feed.conversationId);
    if (!entry || entry.feed !== feed) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    shared.delete(feed.conversationId);
    feed.close();
  }
  async function acquire(conversationId: string): Promise<ConversationFeed> {
    let entry = shared.get(conversationId);
    if (!entry) {
      const feed = new ConversationFeed(runtime, conversationId);
      entry = { feed, opening: feed.open(), users: 0 };
      shared.set(conversationId, entry);
    }
    timer ??= setInterval(tick, LOOK_EVERY_MS).unref();
    entry.users += 1;
    try {
      await entry.opening;
    } catch (error) {
      release(entry.feed);
      throw error;
    }
    return entry.feed;
  }
  const look = () => lookAtFeeds(runtime, [...shared.values()].map((entry) => entry.feed));
  const tick = () => void look().catch((error: unknown) => runtime.log.error({ err: error }, 'the look at open conversations failed; the next one comes'));
  return {
    get size() {
      return shared.size;
    },
    acquire, release, look,
    offer: (conversation, messages) => shared.get(conversation.id)?.feed.offer(conversation, messages),
    close() {
      if (timer) clearInterval(timer);
      for (const { feed } of shared.values()) feed.close();
      shared.clear();
    },
  };
}

/** Keeps the visitors who watch online, and gives every feed whose beat is due a look at its row. */
async function lookAtFeeds(runtime: Runtime, feeds: readonly ConversationFeed[]): Promise<void> {
  const visitIds = feeds.flatMap((feed) => [...feed.listeners]).map((listener) => listener.visitId).filter((id) => id !== null);
  await keepVisits(runtime, visitIds);
  const now = runtime.clock.now();
  const due = feeds.filter((feed) => hasPassed(feed.beatAt, BEAT_AFTER_MS, now));
  for (let from = 0; from < due.length; from += ROWS_MAX) {
    const part = due.slice(from, from + ROWS_MAX);
    const rows = await selectConversations(runtime.db, part.map((feed) => feed.conversationId));
    await Promise.all(part.map((feed) => {
      const row = rows.get(feed.conversationId);
      return row ? feed.beat(row, now) : undefined;
    }));
  }
}
