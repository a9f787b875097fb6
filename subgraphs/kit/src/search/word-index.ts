import type { Db, Queryable, Tx } from '../db/index.ts';
import { AT_FIRST, AT_MOST, BLOCK, blockOf, Lists, offsetsOf, selectHolders, selectRarity, type Tables } from './lists.ts';
import { unpackTokens } from './tokens.ts';

/** One text that can be found: a line (`seq`) of something with an id. */
export interface Indexed {
  ownerId: Buffer;
  seq: number;
  /** As `packTokens` gives them. */
  tokens: Buffer;
}

export interface Walk {
  tokens: readonly number[];
  /** Only places beyond this one in the direction of the walk; null: from the end of the list. */
  from: number | null;
  isRising: boolean;
}

export interface WordIndex {
  /** The table of texts, with `place`, `owner_id` and `seq`. */
  readonly table: string;
  /** Makes new texts findable, in the transaction that stores them: one statement. */
  insert(tx: Tx, texts: readonly Indexed[]): Promise<void>;
  /** Makes texts of earlier times findable, in their order, before all that was written since; those findable already stay as they are. */
  insertEarlier(tx: Tx, texts: readonly (Indexed & { place: number })[]): Promise<void>;
  /** Forgets the tokens of everything under this id, or of one line of it. */
  drop(tx: Tx, ownerId: Buffer, seq?: number): Promise<void>;
  /** Places of texts that have all tokens, newest first unless rising, in growing portions. */
  walk(q: Queryable, walk: Walk): AsyncGenerator<number[]>;
  /** Places of all texts of these owners that have all tokens. */
  placesOf(q: Queryable, ownerIds: readonly Buffer[], tokens: readonly number[]): Promise<number[]>;
  /** Sorts texts that wait into lists by token, the oldest first; gives how many there were. */
  sortIn(db: Db, limit: number): Promise<number>;
  countWaiting(q: Queryable): Promise<number>;
  /** Those of these owners of whom a text is known. */
  ownersAmong(q: Queryable, ownerIds: readonly Buffer[]): Promise<Buffer[]>;
}

/** Places from here on are given to new texts; those below are for texts from before there was an index. */
export const FIRST_PLACE = 2 ** 40;
const STATEMENT_ROWS = 1_000;
const PORTION_AT_FIRST = 64;
const PORTION_MAX = 512;

/**
 * An index of texts by token over two tables. `<name>_words` has a row for each text, appended with its tokens in one piece,
 * which costs a writer next to nothing; rows that wait are looked through one by one. `<name>_postings` has, for each token and
 * each 16,384 texts, the list of those that have it; a job sorts waiting rows into it. So a word that nearly every text has
 * costs a search no more than one list.
 */
export function wordIndex(name: string): WordIndex {
  const table = `${name}_words`;
  const postings = `${name}_postings`;
  return {
    table,
    async insert(tx, texts) {
      if (texts.length === 0) return;
      await tx.later(`INSERT /* insertWords */ INTO ${table} (owner_id, seq, is_sorted, tokens) VALUES ?`, [texts.map(({ ownerId, seq, tokens }) => [ownerId, seq, 0, tokens])]);
    },
    async insertEarlier(tx, texts) {
      if (texts.length === 0) return;
      await tx.execute(`INSERT /* insertEarlierWords */ IGNORE INTO ${table} (place, owner_id, seq, is_sorted, tokens) VALUES ?`, [texts.map(({ place, ownerId, seq, tokens }) => [place, ownerId, seq, 0, tokens])]);
    },
    drop: (tx, ownerId, seq) => drop({ table, postings }, tx, ownerId, seq),
    walk: (q, walk) => walkLists({ table, postings }, q, walk),
    placesOf: async (q, ownerIds, tokens) =>
      (ownerIds.length === 0 ? [] : selectHolders(table, q, { sql: `w.owner_id IN (${ownerIds.map(() => '?').join(', ')})`, params: ownerIds }, tokens)),
    sortIn: (db, limit) => db.transaction((tx) => sortIn({ table, postings }, tx, limit)),
    async ownersAmong(q, ownerIds) {
      if (ownerIds.length === 0) return [];
      const rows = await q.query<{ owner_id: Buffer }>(`SELECT /* selectOwners */ DISTINCT owner_id FROM ${table} WHERE owner_id IN (${ownerIds.map(() => '?').join(', ')})`, ownerIds);
      return rows.map((row) => row.owner_id);
    },
    async countWaiting(q) {
      const [row] = await q.query<{ waiting: number }>(`SELECT /* countWaiting */ COUNT(*) AS waiting FROM ${table} WHERE is_sorted = 0`);
      return Number(row!.waiting);
    },
  };
}

function packOffsets(offsets: readonly number[]): Buffer {
  const packed = Buffer.allocUnsafe(offsets.length * 2);
  for (const [at, offset] of offsets.entries()) packed.writeUInt16BE(offset, at * 2);
  return packed;
}

async function sortIn({ table, postings }: Tables, tx: Tx, limit: number): Promise<number> {
  // The lock lets one of two sorters work; the other finds the rows sorted.
  const rows = await tx.query<{ place: number; tokens: Buffer }>(
    `SELECT /* selectWaiting */ place, tokens FROM ${table} WHERE is_sorted = 0 ORDER BY place LIMIT ${Math.trunc(limit)} FOR UPDATE`);
  if (rows.length === 0) return 0;
  const lists = new Map<string, { token: number; block: number; offsets: number[] }>();
  for (const { place, tokens } of rows) {
    for (const token of unpackTokens(tokens)) {
      const key = `${token} ${blockOf(place)}`;
      const list = lists.get(key);
      if (list) list.offsets.push(place % BLOCK);
      else lists.set(key, { token, block: blockOf(place), offsets: [place % BLOCK] });
    }
  }
  // In the order of the table: it is entered from one end to the other, and two writers never wait for each other.
  const sorted = [...lists.values()].toSorted((one, other) => one.token - other.token || one.block - other.block);
  for (let from = 0; from < sorted.length; from += STATEMENT_ROWS) {
    const some = sorted.slice(from, from + STATEMENT_ROWS);
    await tx.execute(`INSERT /* insertPostings */ INTO ${postings} (token, block, places) VALUES ?
      ON DUPLICATE KEY UPDATE places = CONCAT(places, VALUES(places))`, [some.map(({ token, block, offsets }) => [token, block, packOffsets(offsets)])]);
  }
  await tx.execute(`UPDATE /* markSorted */ ${table} SET is_sorted = 1 WHERE place IN (?)`, [rows.map((row) => row.place)]);
  return rows.length;
}

async function drop({ table, postings }: Tables, tx: Tx, ownerId: Buffer, seq?: number): Promise<void> {
  const one = seq === undefined ? '' : 'AND seq = ?';
  const params = seq === undefined ? [ownerId] : [ownerId, seq];
  const rows = await tx.query<{ place: number; is_sorted: number; tokens: Buffer }>(
    `SELECT /* selectForDrop */ place, is_sorted, tokens FROM ${table} WHERE owner_id = ? ${one} ORDER BY place FOR UPDATE`, params);
  for (const { place, is_sorted: isSorted, tokens } of rows) if (isSorted) await unlist(postings, tx, place, unpackTokens(tokens));
  await tx.execute(`DELETE /* dropWords */ FROM ${table} WHERE owner_id = ? ${one}`, params);
}

async function unlist(postings: string, tx: Tx, place: number, tokens: readonly number[]): Promise<void> {
  const block = blockOf(place);
  for (const token of tokens.toSorted((one, other) => one - other)) {
    const [list] = await tx.query<{ places: Buffer }>(`SELECT /* selectList */ places FROM ${postings} WHERE token = ? AND block = ? FOR UPDATE`, [token, block]);
    const left = list ? [...offsetsOf(list.places).filter((offset) => offset !== place % BLOCK)] : [];
    if (left.length > 0) await tx.execute(`UPDATE /* shortenList */ ${postings} SET places = ? WHERE token = ? AND block = ?`, [packOffsets(left), token, block]);
    else await tx.execute(`DELETE /* dropList */ FROM ${postings} WHERE token = ? AND block = ?`, [token, block]);
  }
}

async function* walkLists(tables: Tables, q: Queryable, walk: Walk): AsyncGenerator<number[]> {
  const { isRising, from } = walk;
  const isBeyond = (place: number) => from === null || (isRising ? place > from : place < from);
  const lists = new Lists(tables, q, await selectRarity(tables, q, walk.tokens));
  // Before the lists: what is sorted in meanwhile is then met twice, and not missed.
  let waiting = (await selectHolders(tables.table, q, { sql: 'w.is_sorted = 0', params: [] }, lists.tokens)).filter(isBeyond);
  let edge: number | null = from === null ? null : blockOf(from);
  let isEdgeMet = false;
  const told = new Set<number>();
  let portion = PORTION_AT_FIRST;
  for (let width = lists.width(AT_FIRST); ; width = Math.min(width * 4, lists.width(AT_MOST))) {
    const { blocks, places: found } = await lists.read({ edge, isEdgeMet, isRising, width });
    const isLast = blocks.length < width;
    const end = isLast ? null : blocks.at(-1)!;
    const isDue = (place: number) => end === null || (isRising ? blockOf(place) <= end : blockOf(place) >= end);
    const places = [...found.filter(isBeyond), ...waiting.filter(isDue)]
      .toSorted((one, other) => (isRising ? one - other : other - one)).filter((place) => !told.has(place) && told.add(place));
    waiting = waiting.filter((place) => !isDue(place));
    for (let at = 0; at < places.length; portion = Math.min(portion * 2, PORTION_MAX)) {
      yield places.slice(at, at + portion);
      at += portion;
    }
    if (end === null) return;
    edge = end;
    isEdgeMet = true;
  }
}
