import { and, asc, desc, eq, gt, lt, or, type SQL, type SQLWrapper } from 'drizzle-orm';

/** One column of an order; the last one of a list must be unique, so that no row is met twice or skipped. */
export interface KeyPart {
  by: SQLWrapper;
  direction: 'ASC' | 'DESC';
}

/** ORDER BY of a page; turned round when the page is taken from the end. */
export function keysetOrder(parts: readonly KeyPart[], isBackward: boolean): SQL[] {
  return parts.map(({ by, direction }) => ((direction === 'ASC') !== isBackward ? asc(by) : desc(by)));
}

/** Condition for rows strictly after a position (before it, when taken from the end); undefined without one. */
export function keysetAfter(parts: readonly KeyPart[], position: readonly unknown[] | null, isBackward: boolean): SQL | undefined {
  if (!position) return undefined;
  return or(...parts.map(({ by, direction }, index) => and(
    ...parts.slice(0, index).map((part, before) => eq(part.by as SQL, position[before])),
    ((direction === 'ASC') !== isBackward ? gt : lt)(by as SQL, position[index]),
  )));
}
