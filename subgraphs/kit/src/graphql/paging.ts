import { appError, type Words } from '../errors/index.ts';

type CursorValue = string | number | null;

/** What one page asks of a list. */
export interface Page<Field extends string = string> {
  /** Items on the page. Fetch one more: it tells whether the list goes on. */
  limit: number;
  /** `last`/`before`: read the rows in the opposite order, `toConnection` turns them round. */
  isBackward: boolean;
  /** Keyset of the row to go on behind (in reading order); null: begin at the list's end. */
  cursor: Record<Field, CursorValue> | null;
}

export interface PageArgs {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface Connection<Row> {
  edges: { cursor: string; node: Row }[];
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number | null;
}

const LIMIT = 100;
const LAST_INSTANT = Date.UTC(9999, 11, 31);
const refusePage = (words: Words) => appError('BAD_USER_INPUT', { words });

/**
 * The page a caller asked for; `fields` are the keyset fields its cursors must carry.
 * Throws BAD_USER_INPUT unless exactly one of first and last is given, 1 to 100, with a cursor of this list.
 */
export function parsePage<const Field extends string>(args: PageArgs, fields: readonly Field[]): Page<Field> {
  const isBackward = args.last != null;
  const limit = args.last ?? args.first;
  if (limit == null || (args.first != null && isBackward)) {
    throw refusePage({ zh: '请在 first 与 last 中只给出一个。', en: 'Give exactly one of first and last.' });
  }
  if (limit < 1 || limit > LIMIT) throw refusePage({ zh: '每页数量须在 1 到 100 之间。', en: 'A page holds 1 to 100 items.' });
  if (isBackward ? args.after != null : args.before != null) {
    throw refusePage({ zh: 'after 须与 first 同用，before 须与 last 同用。', en: 'Use after with first, and before with last.' });
  }
  const text = isBackward ? args.before : args.after;
  return { limit, isBackward, cursor: text == null ? null : decodeCursor(text, fields) };
}

function decodeCursor<Field extends string>(text: string, fields: readonly Field[]): Record<Field, CursorValue> {
  let value: unknown = null;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    // Refused below, with every other text that is no cursor.
  }
  const isCursor = value !== null && typeof value === 'object' && fields.every((field) => fits(field, (value as Record<string, unknown>)[field]));
  if (!isCursor) throw refusePage({ zh: '游标无效或属于另一个列表。', en: 'The cursor is damaged or belongs to another list.' });
  return value as Record<Field, CursorValue>;
}

/** Whether a cursor may carry the value in this field; `at` is a moment that a column of time can hold. */
function fits(field: string, value: unknown): boolean {
  if (field === 'at') return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_INSTANT;
  return typeof value === 'string' || typeof value === 'number' || value === null;
}

/** The cursor of a row, by its keyset fields. */
export const encodeCursor = (fields: Record<string, CursorValue>): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

/**
 * The connection of `rows`, which were fetched in reading order with one row more than the page holds.
 * `cursorOf` gives the keyset fields of a row.
 */
export function toConnection<Row>(
  rows: readonly Row[], page: Page, cursorOf: (row: Row) => Record<string, CursorValue>, totalCount: number | null = null,
): Connection<Row> {
  const hasMore = rows.length > page.limit;
  const nodes = rows.slice(0, page.limit);
  if (page.isBackward) nodes.reverse();
  const edges = nodes.map((node) => ({ cursor: encodeCursor(cursorOf(node)), node }));
  const hasBehind = page.cursor !== null;
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: page.isBackward ? hasBehind : hasMore,
      hasPreviousPage: page.isBackward ? hasMore : hasBehind,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}
