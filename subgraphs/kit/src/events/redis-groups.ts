import type { Logger } from '../observe/index.ts';
import type { Redis } from '../redis/index.ts';
import type { Taken } from './bus.ts';

type GroupInfo = Record<string, string | number | null>;

/** The consumer groups of a stream; XINFO answers with flat lists of names and values. */
async function readGroups(redis: Redis, stream: string): Promise<GroupInfo[]> {
  const groups = (await redis.xinfo('GROUPS', stream).catch(() => [])) as (string | number | null)[][];
  return groups.map((flat) => Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[String(name), flat[index + 1]!]] : []))));
}

/** Events of the stream that the group has not acknowledged. */
export async function readLag(redis: Redis, stream: string, group: string): Promise<number> {
  const found = (await readGroups(redis, stream)).find((info) => info.name === group);
  if (!found) return redis.xlen(stream);
  const pending = Number(found.pending);
  if (found.lag !== undefined && found.lag !== null) return pending + Number(found.lag);
  // Redis 6.2 does not count; 10,000 means that many or more.
  const behind = await redis.xrange(stream, `(${found['last-delivered-id']}`, '+', 'COUNT', 10_000);
  return pending + behind.length;
}

/** See `Bus.taken`. Entries stay in the stream after they are acknowledged, so one that is missing from a short stream was lost. */
export async function readTaken(redis: Redis, stream: string, oldest: string, newest: string): Promise<Taken> {
  const found = await Promise.all([oldest, newest].map((id) => redis.xrange(stream, id, id)));
  const bounds = await Promise.all((await readGroups(redis, stream)).map(async (group) => {
    const pending = await firstPending(redis, stream, group);
    return pending ? (id: string) => compareEntryIds(id, pending) < 0 : (id: string) => compareEntryIds(id, String(group['last-delivered-id'])) <= 0;
  }));
  const isMissing = found.some((entries) => entries.length === 0);
  // What a long stream has shed it was told to shed.
  const [first] = isMissing && (await redis.xlen(stream)) >= KEPT ? await redis.xrange(stream, '-', '+', 'COUNT', 1) : [];
  const isShed = (id: string) => first !== undefined && compareEntryIds(id, first[0]) < 0;
  return { isLost: isMissing && !first, isHeard: bounds.length > 0, has: (id) => isShed(id) || bounds.every((isTaken) => isTaken(id)) };
}

async function firstPending(redis: Redis, stream: string, group: GroupInfo): Promise<string | undefined> {
  const [pending] = (await redis.xpending(stream, String(group.name), '-', '+', 1)) as [string][];
  return pending?.[0];
}

const KEPT = 100_000;
const KEPT_AT_MOST = 1_000_000;

/**
 * Shortens a stream beyond 100,000 events, but never takes what a group has yet to acknowledge;
 * only at a million does a group that has stood still for so long lose its oldest events, with an error in the log.
 */
export async function trimStream(redis: Redis, stream: string, log: Logger): Promise<void> {
  const length = await redis.xlen(stream);
  if (length <= KEPT) return;
  const needed: string[] = [];
  for (const group of await readGroups(redis, stream)) {
    needed.push((await firstPending(redis, stream, group)) ?? String(group['last-delivered-id']));
  }
  if (length > KEPT_AT_MOST) {
    log.error({ stream, length }, 'a consumer group stands still; its oldest events are given up');
    await redis.xtrim(stream, 'MAXLEN', '~', KEPT_AT_MOST);
    return;
  }
  const oldest = needed.sort(compareEntryIds)[0];
  if (oldest) await redis.xtrim(stream, 'MINID', '~', oldest);
}

function compareEntryIds(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-');
  const [bMs = '0', bSeq = '0'] = b.split('-');
  return Number(aMs) - Number(bMs) || Number(aSeq) - Number(bSeq);
}
