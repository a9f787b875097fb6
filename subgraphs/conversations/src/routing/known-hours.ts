import type { Queryable } from '@careline/kit/db';
import { isOpenAt, nextChange, openStretches, DAY, type BusinessHours, type Instant } from '@careline/kit/time';
import type { ConversationsContext, Runtime } from '../context.ts';
import { keepHours, selectHours, selectHoursVersions, type KnownHours } from './hours.store.ts';
import type { QueueRow } from './queue.store.ts';

/** Contents of hours by `id@version`: the same object each time, because open time is remembered for the object. One per process. */
export function hoursShelf() {
  return new Map<string, BusinessHours>();
}

const SHELF_MAX = 200;

/** Business hours as far as they were told, by id. */
export async function readHours(runtime: Runtime, q: Queryable): Promise<Map<string, KnownHours>> {
  const shelf = runtime.parts.of(hoursShelf);
  const place = ({ hoursId, version }: Pick<KnownHours, 'hoursId' | 'version'>) => `${hoursId}@${version}`;
  const versions = await selectHoursVersions(q);
  const missing = versions.filter((row) => !shelf.has(place(row)));
  if (shelf.size + missing.length > SHELF_MAX) shelf.clear();
  for (const row of await selectHours(q, missing.map(({ hoursId }) => hoursId))) shelf.set(place(row), row.content);
  return new Map(versions.flatMap((row) => {
    const content = shelf.get(place(row));
    return content ? [[row.hoursId, { ...row, content }] as const] : [];
  }));
}

/** Of each known business hours, by key, whether they are open at an instant. */
export async function hoursAt(runtime: Runtime, q: Queryable, at: Instant): Promise<Record<string, boolean>> {
  return openKeys(await readHours(runtime, q), at);
}

export const openKeys = (hours: ReadonlyMap<string, KnownHours>, at: Instant): Record<string, boolean> =>
  Object.fromEntries([...hours.values()].map(({ key, content }) => [key, isOpenAt(content, at)]));

/** The known hours of one request: `ctx.loaders.of(hoursOf)`. */
export const hoursOf = (ctx: ConversationsContext): Promise<Map<string, KnownHours>> => readHours(ctx.runtime, ctx.db);

type Timed = Pick<QueueRow, 'businessHoursId'>;

/** Whether a queue is open. One without hours always is, and so is one whose hours were never told: work must not wait for a calendar that is away. */
export function isQueueOpen({ businessHoursId }: Timed, hours: ReadonlyMap<string, KnownHours>, at: Instant): boolean {
  const content = businessHoursId ? hours.get(businessHoursId)?.content : undefined;
  return !content || isOpenAt(content, at);
}

/** When a queue opens next; null while it is open, or when it never does. */
export function opensAt(queue: Timed, hours: ReadonlyMap<string, KnownHours>, at: Instant): Instant | null {
  return isQueueOpen(queue, hours, at) ? null : nextChange(hours.get(queue.businessHoursId!)!.content, at);
}

/** The queues that work passes on its way from one that may be closed, that one first: each closed one that passes on leads to its overflow queue. */
export function closedWay(queue: QueueRow, all: readonly QueueRow[], hours: ReadonlyMap<string, KnownHours>, at: Instant): QueueRow[] {
  const way = [queue];
  for (let here = queue; here.closedAction === 'OVERFLOW' && here.overflowQueueId && !isQueueOpen(here, hours, at);) {
    const next = all.find(({ id }) => id === here.overflowQueueId);
    if (!next || way.includes(next)) break;
    way.push(next);
    here = next;
  }
  return way;
}

/** Open time is looked for this far back; a longer wait has seen enough of it in any case. */
const LOOK_BACK = 14 * DAY;

/** The instant since which a queue has been open for `ms`, closed time not counted; null when it has not been open for so long. */
export function openSince({ businessHoursId }: Timed, hours: ReadonlyMap<string, KnownHours>, at: Instant, ms: number): Instant | null {
  const content = businessHoursId ? hours.get(businessHoursId)?.content : undefined;
  if (!content) return at - ms;
  let left = ms;
  for (const { from, to } of openStretches(content, at - LOOK_BACK, at).reverse()) {
    if (to - from >= left) return to - left;
    left -= to - from;
  }
  return null;
}

/** Asks tickets for all business hours and keeps them. Throws UNAVAILABLE when tickets is away. */
async function askHours(ctx: ConversationsContext): Promise<void> {
  const { hoursToTell }: { hoursToTell: (Omit<KnownHours, 'content'> & BusinessHours)[] } = await ctx.services.query('tickets', 'query HoursToTell { hoursToTell }');
  for (const { hoursId, key, version, ...content } of hoursToTell) await keepHours(ctx.db, { hoursId, key, version, content });
}

/** Whether all of these hours are known, by id or by key; asks tickets for them when one is not. */
export async function knowHours(ctx: ConversationsContext, wanted: { ids?: readonly string[]; keys?: readonly string[] }): Promise<boolean> {
  const { ids = [], keys = [] } = wanted;
  const isKnown = async () => {
    const versions = await selectHoursVersions(ctx.db);
    return ids.every((id) => versions.some(({ hoursId }) => hoursId === id)) && keys.every((key) => versions.some((row) => row.key === key));
  };
  if (await isKnown()) return true;
  await askHours(ctx);
  return isKnown();
}
