import type { Queryable } from '../db/index.ts';
import { packedToken } from './tokens.ts';

/** How many places share a list. */
export const BLOCK = 16_384;
/** Bytes of lists that are read at a time, and blocks: first, and at most. Four times as many each time in between. */
export const AT_FIRST = { bytes: 16 * 1024, blocks: 16 };
export const AT_MOST = { bytes: 512 * 1024, blocks: 1_024 };
/** So many places, or so many of each block read, are looked at one by one for the tokens whose lists were not read. */
const CHECKED_MAX = 256;
const CHECKED_OF_BLOCK = 8;

export interface Tables {
  table: string;
  postings: string;
}

export const blockOf = (place: number) => Math.floor(place / BLOCK);

type Offsets = Uint16Array | readonly number[];

/** The offsets of a list, two bytes each, the greater one first. */
export function offsetsOf(list: Buffer): Uint16Array {
  const offsets = new Uint16Array(list.length / 2);
  for (let at = 0; at < offsets.length; at += 1) offsets[at] = (list[at * 2]! << 8) | list[at * 2 + 1]!;
  return offsets;
}

/** Places of texts that have all tokens, among those of a condition. */
export async function selectHolders(table: string, q: Queryable, among: { sql: string; params: readonly unknown[] }, tokens: readonly number[]): Promise<number[]> {
  // A token may also be met across the border of two others; the text itself decides in the end.
  const rows = await q.query<{ place: number }>(
    `SELECT /* selectHolders */ w.place FROM ${table} w WHERE ${among.sql} AND ${tokens.map(() => 'LOCATE(?, w.tokens) > 0').join(' AND ')}`,
    [...among.params, ...tokens.map(packedToken)]);
  return rows.map((row) => Number(row.place));
}

/** A token and how many bytes its lists take in a block nowadays. */
interface Rarity {
  token: number;
  bytes: number;
}

/** The tokens, rarest first, as the two newest blocks show it. Only an estimate: whatever it says, the same is found. */
export async function selectRarity({ table, postings }: Tables, q: Queryable, tokens: readonly number[]): Promise<Rarity[]> {
  const rows = await q.query<{ token: number; bytes: number }>(
    `SELECT /* selectRarity */ token, SUM(LENGTH(places)) / 2 AS bytes FROM ${postings}
     WHERE token IN (${tokens.map(() => '?').join(', ')}) AND block >= (SELECT FLOOR(MAX(place) / ${BLOCK}) - 1 FROM ${table} WHERE is_sorted = 1) GROUP BY token`, tokens);
  const known = new Map(rows.map(({ token, bytes }) => [token, Number(bytes)]));
  return tokens.map((token) => ({ token, bytes: known.get(token) ?? 0 })).toSorted((one, other) => one.bytes - other.bytes);
}

interface BlockAsk {
  edge: number | null;
  /** Whether the block at the edge was read before. */
  isEdgeMet: boolean;
  isRising: boolean;
  width: number;
}

/**
 * The lists of some tokens. Those of the rarest are read first, one more each time too many places are left; the few that are left
 * are then looked up one by one. Reading the lists of what every other text has would cost more than all the rest of a search.
 */
export class Lists {
  readonly #tables: Tables;
  readonly #q: Queryable;
  readonly #rarity: readonly Rarity[];
  /** Of so many tokens the lists are read together; it grows with what it turns out to take. */
  #together: number;
  /** What a block took when last read. The newest texts tell nothing of a word that only old ones have. */
  #bytesSeen = 0;

  constructor(tables: Tables, q: Queryable, rarity: readonly Rarity[]) {
    this.#tables = tables;
    this.#q = q;
    this.#rarity = rarity;
    this.#together = Math.min(2, rarity.length);
  }

  /** Rarest first. */
  get tokens(): number[] {
    return this.#rarity.map(({ token }) => token);
  }

  /** How many blocks have about so many bytes of lists. */
  width({ bytes, blocks }: typeof AT_FIRST): number {
    const expected = this.#rarity.slice(0, this.#together).reduce((sum, one) => sum + one.bytes, 0);
    return Math.max(1, Math.min(blocks, Math.floor(bytes / Math.max(1, expected, this.#bytesSeen))));
  }

  /** The next blocks that have the rarest token, in the order of the walk, and the places in them that have all tokens, in any order. */
  async read(ask: BlockAsk): Promise<{ blocks: number[]; places: number[] }> {
    const { blocks, lists } = await this.#readFirst(ask);
    let common = meet(lists, this.#together);
    let left = count(common);
    while (left > Math.max(CHECKED_MAX, blocks.length * CHECKED_OF_BLOCK) && this.#together < this.#rarity.length) {
      const { token } = this.#rarity[this.#together]!;
      this.#together += 1;
      const more = await this.#q.query<ListRow>(
        `SELECT /* selectLists */ block, places FROM ${this.#tables.postings} WHERE token = ? AND block IN (${[...common.keys()].map(() => '?').join(', ')})`, [token, ...common.keys()]);
      common = meet(new Map(more.map(({ block, places }) => [block, [common.get(block)!, offsetsOf(places)]])), 2);
      left = count(common);
    }
    const places = [...common].flatMap(([block, offsets]) => Array.from(offsets, (offset) => block * BLOCK + offset));
    const others = this.tokens.slice(this.#together);
    if (places.length === 0 || others.length === 0) return { blocks, places };
    return { blocks, places: await selectHolders(this.#tables.table, this.#q, { sql: `w.place IN (${places.map(() => '?').join(', ')})`, params: places }, others) };
  }

  async #readFirst({ edge, isEdgeMet, isRising, width }: BlockAsk): Promise<{ blocks: number[]; lists: Map<number, Offsets[]> }> {
    const { postings } = this.#tables;
    const tokens = this.tokens.slice(0, this.#together);
    const order = isRising ? 'ASC' : 'DESC';
    // The blocks first and their lists after: an engine that puts them in order must not carry the lists along.
    const rows = await this.#q.query<ListRow>(
      `SELECT /* selectBlocks */ x.block, l.places FROM (
         SELECT block FROM ${postings} WHERE token = ? ${edge === null ? '' : `AND block ${isRising ? '>' : '<'}${isEdgeMet ? '' : '='} ?`} ORDER BY block ${order} LIMIT ${width}) x
       JOIN ${postings} l ON l.block = x.block AND l.token IN (${tokens.map(() => '?').join(', ')})`,
      [tokens[0], ...(edge === null ? [] : [edge]), ...tokens]);
    const lists = new Map<number, Offsets[]>();
    for (const { block, places } of rows) {
      const found = lists.get(block);
      if (found) found.push(offsetsOf(places));
      else lists.set(block, [offsetsOf(places)]);
    }
    this.#bytesSeen = rows.reduce((sum, { places }) => sum + places.length, 0) / Math.max(1, lists.size);
    return { blocks: [...lists.keys()].toSorted((one, other) => (isRising ? one - other : other - one)), lists };
  }
}

interface ListRow {
  block: number;
  places: Buffer;
}

const count = (common: ReadonlyMap<number, Offsets>) => [...common.values()].reduce((sum, offsets) => sum + offsets.length, 0);

/** What all `most` lists of a block have, for the blocks that have so many and where something is left. */
function meet(lists: ReadonlyMap<number, readonly Offsets[]>, most: number): Map<number, Offsets> {
  const common = new Map<number, Offsets>();
  for (const [block, some] of lists) {
    const offsets = some.length === most ? meetLists(some) : [];
    if (offsets.length > 0) common.set(block, offsets);
  }
  return common;
}

const marks = new Uint8Array(BLOCK);

function meetLists(lists: readonly Offsets[]): Offsets {
  const [shortest, ...others] = lists.toSorted((one, other) => one.length - other.length);
  if (others.length === 0) return shortest!;
  marks.fill(0);
  for (const offset of shortest!) marks[offset] = 1;
  for (const [at, other] of others.entries()) for (const offset of other) if (marks[offset] === at + 1) marks[offset] = at + 2;
  return shortest!.filter((offset) => marks[offset] === others.length + 1);
}
