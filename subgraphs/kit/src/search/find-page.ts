import { idToBinary, type Queryable } from '../db/index.ts';
import { encodeCursor, parsePage, toConnection, type Connection, type PageArgs } from '../graphql/index.ts';
import type { WordIndex } from './word-index.ts';

/** A text that was opened, may be read by the caller and holds every word. */
export interface Hit {
  place: number;
  /** Of what the text is a part. */
  ownerId: string;
}

export interface Find<Found extends Hit> {
  tokens: readonly number[];
  page: PageArgs;
  /** The hits among texts at these places, in any order: those that pass every condition, read in clear. */
  read(places: readonly number[]): Promise<Found[]>;
  /** A hit that was found otherwise than by words, at `AHEAD`: it stands before all others. */
  ahead?: Found | null;
}

/** The place before all texts. */
export const AHEAD = Number.MAX_SAFE_INTEGER;

/** So many texts are opened for one page at most. */
const EXAMINED_MAX = 4_000;

/**
 * One page of what a search found, each owner once, at its newest hit; newest first.
 *
 * The work of a page is bounded: where thousands of texts have the words and the caller may read none of them, the page is short
 * or empty, says that there is more, and its cursor goes on behind what was looked through.
 */
export async function findPage<Found extends Hit>(q: Queryable, index: WordIndex, { tokens, page: args, read, ahead = null }: Find<Found>): Promise<Connection<Found>> {
  const page = parsePage(args, ['place']);
  const from = page.cursor ? placeIn(page.cursor.place) : null;
  const isRising = page.isBackward;
  const found = new Map<string, Found>();
  if (ahead && !isRising && from === null) found.set(ahead.ownerId, ahead);
  let examined = 0;
  for await (const places of index.walk(q, { tokens, from, isRising })) {
    const hits = (await read(places)).toSorted((one, other) => (isRising ? one.place - other.place : other.place - one.place));
    // Walking down from the newest, the first hit of an owner is its newest one.
    const newest = isRising || from !== null ? await newestOf(q, index, { tokens, read }, hits) : null;
    for (const hit of hits) if (!found.has(hit.ownerId) && hit.ownerId !== ahead?.ownerId && (!newest || newest.get(hit.ownerId) === hit.place)) found.set(hit.ownerId, hit);
    if (found.size > page.limit) break;
    examined += places.length;
    if (examined >= EXAMINED_MAX) return goingOn(toConnection([...found.values()], page, cursorOf), places.at(-1)!, isRising);
  }
  if (ahead && isRising && (from === null || from < AHEAD)) found.set(ahead.ownerId, ahead);
  return toConnection([...found.values()], page, cursorOf);
}

const placeIn = (value: string | number | null) => (Number.isSafeInteger(Number(value)) ? Number(value) : 0);
const cursorOf = ({ place }: Hit) => ({ place });

async function newestOf<Found extends Hit>(q: Queryable, index: WordIndex, { tokens, read }: Pick<Find<Found>, 'tokens' | 'read'>, hits: readonly Found[]): Promise<Map<string, number>> {
  const owners = [...new Set(hits.map((hit) => hit.ownerId))];
  const newest = new Map<string, number>();
  for (const { ownerId, place } of await read(await index.placesOf(q, owners.map(idToBinary), tokens))) newest.set(ownerId, Math.max(place, newest.get(ownerId) ?? 0));
  return newest;
}

function goingOn<Found extends Hit>(connection: Connection<Found>, place: number, isRising: boolean): Connection<Found> {
  const { pageInfo } = connection;
  const cursor = encodeCursor({ place });
  return { ...connection, pageInfo: isRising ? { ...pageInfo, hasPreviousPage: true, startCursor: cursor } : { ...pageInfo, hasNextPage: true, endCursor: cursor } };
}
