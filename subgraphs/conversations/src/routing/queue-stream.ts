import { parseId } from '@careline/kit/db';
import { appError, type Words } from '@careline/kit/errors';
import { LiveStream } from '@careline/kit/live';
import { SECOND } from '@careline/kit/time';
import type { ConversationsContext } from '../context.ts';
import { canRead, findConversations } from '../conversation/index.ts';
import { selectEntriesOf, type EntryRow } from './entry.store.ts';
import { isQueueOpen, opensAt, readHours } from './known-hours.ts';
import { selectQueues, type QueueRow } from './queue.store.ts';
import { visibleQueues } from './read-queues.ts';
import { routingPart } from './routing.part.ts';

const HEARTBEAT_MS = 15 * SECOND;
/** At most one event in this time; what changes meanwhile goes out together. */
const GATHER_MS = SECOND;

export interface QueuesEvent {
  queues: QueueRow[];
  at: number;
}

export interface QueuePositionEvent {
  entry: PlacedEntry | null;
  at: number;
}

/** An entry with its place and estimate, read together. */
export interface PlacedEntry extends EntryRow {
  ahead: number;
  waitP50Seconds: number | null;
  waitP90Seconds: number | null;
  isQueueOpen: boolean;
  opensAt: number | null;
  closedTexts: Words | null;
}

/** Calls `tell` soon after `nudge`, at most once in `GATHER_MS` and never twice at a time; `beat` every 15 s. */
function pace(tell: () => Promise<void>, beat: () => void) {
  let last = -Infinity;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  const run = () => {
    timer = null;
    last = performance.now();
    running = tell().finally(() => { running = null; });
  };
  const heartbeat = setInterval(beat, HEARTBEAT_MS);
  return {
    nudge() {
      if (timer) return;
      const wait = Math.max(0, last + GATHER_MS - performance.now());
      timer = setTimeout(() => (running ? running.then(run) : run()), wait);
    },
    stop() {
      clearInterval(heartbeat);
      if (timer) clearTimeout(timer);
    },
  };
}

/** Waiting counts of queues: all in scope first, then those that changed, at most once a second; a heartbeat without any otherwise. */
export async function openQueues(ctx: ConversationsContext, queueIds: readonly string[] | null): Promise<LiveStream<QueuesEvent>> {
  const changed = new Set<string>();
  const read = async () => (await visibleQueues(ctx)).filter(({ id }) => !queueIds?.length || queueIds.includes(id));
  const push = (queues: QueueRow[]) => stream.push({ queues, at: ctx.clock.now() });
  const paced = pace(async () => {
    const ids = new Set(changed);
    changed.clear();
    try {
      const queues = (await read()).filter(({ id }) => ids.has(id));
      if (queues.length > 0) push(queues);
    } catch (error) {
      stream.close(error);
    }
  }, () => push([]));
  const detach = ctx.live.subscribe('queues', ({ queueId }) => {
    changed.add(String(queueId));
    paced.nudge();
  });
  const stream = new LiveStream<QueuesEvent>(() => {
    detach();
    paced.stop();
  });
  try {
    push(await read());
  } catch (error) {
    stream.close(error);
  }
  return stream;
}

/** The entry of a waiting conversation with its place and estimate; null when it does not wait. */
export async function readPlace(ctx: ConversationsContext, conversationId: string): Promise<PlacedEntry | null> {
  const entry = (await selectEntriesOf(ctx.db, [conversationId])).get(conversationId);
  return entry ? placeEntry(ctx, entry) : null;
}

export async function placeEntry(ctx: ConversationsContext, entry: EntryRow): Promise<PlacedEntry> {
  const { places } = ctx.runtime.parts.of(routingPart);
  const queue = (await selectQueues(ctx.db, [entry.queueId])).get(entry.queueId);
  const hours = await readHours(ctx.runtime, ctx.db);
  const isOpen = !queue || isQueueOpen(queue, hours, ctx.clock.now());
  const ahead = (await places.ahead(entry.queueId, entry.conversationId)) ?? 0;
  // What left while it was open says nothing of how long it stays closed.
  const estimate = isOpen ? await places.estimate(entry.queueId, ahead) : null;
  return {
    ...entry, ahead, waitP50Seconds: estimate?.p50Seconds ?? null, waitP90Seconds: estimate?.p90Seconds ?? null,
    isQueueOpen: isOpen, opensAt: queue ? opensAt(queue, hours, ctx.clock.now()) : null, closedTexts: queue?.closedTexts ?? null,
  };
}

const sameEntry = (a: PlacedEntry | null, b: PlacedEntry | null) =>
  a?.id === b?.id && a?.ahead === b?.ahead && a?.waitP50Seconds === b?.waitP50Seconds && a?.waitP90Seconds === b?.waitP90Seconds && a?.isQueueOpen === b?.isQueueOpen
  && a?.opensAt === b?.opensAt;

/**
 * The place of one waiting conversation: the present one first, then each change, at most one event a second.
 * Ends when the caller may no longer read the conversation; throws NOT_FOUND when that holds from the start.
 */
export async function openQueuePosition(ctx: ConversationsContext, conversationId: string): Promise<LiveStream<QueuePositionEvent>> {
  const mayRead = async () => {
    const conversation = parseId('cnv', conversationId) ? (await findConversations(ctx.db, [conversationId])).get(conversationId) : undefined;
    return conversation !== undefined && canRead(ctx.viewer, conversation);
  };
  if (!(await mayRead())) throw appError('NOT_FOUND');
  ctx.runtime.parts.of(routingPart);
  let shown: PlacedEntry | null | undefined;
  const push = (entry: PlacedEntry | null) => {
    shown = entry;
    stream.push({ entry, at: ctx.clock.now() });
  };
  const tell = async () => {
    try {
      if (!(await mayRead())) return stream.close();
      const entry = await readPlace(ctx, conversationId);
      if (shown === undefined || !sameEntry(shown, entry)) push(entry);
    } catch (error) {
      stream.close(error);
    }
  };
  // A queue opens and closes without anybody saying so: each beat looks.
  const paced = pace(tell, () => void readPlace(ctx, conversationId).then(push, (error: unknown) => stream.close(error)));
  const detach = [
    ctx.live.subscribe('queues', ({ queueId }) => { if (!shown || shown.queueId === queueId) paced.nudge(); }),
    ctx.live.subscribe(`conversation:${conversationId}`, ({ kind }) => { if (kind === 'state') paced.nudge(); }),
  ];
  const stream = new LiveStream<QueuePositionEvent>(() => {
    for (const stop of detach) stop();
    paced.stop();
  });
  await tell();
  return stream;
}
