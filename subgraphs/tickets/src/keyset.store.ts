import type { Page } from '@careline/kit/graphql';
import { and, asc, desc, eq, gt, gte, lt, lte, or, type SQL, type SQLWrapper } from 'drizzle-orm';

/** One column of an order, named as cursors carry it; the last one of a list must be unique, so that no row is met twice or skipped. */
export interface KeyPart {
  name: string;
  by: SQLWrapper;
  direction: 'ASC' | 'DESC';
}

/** ORDER BY of a page; turned round when the page is taken from the end. */
export function keysetOrder(parts: readonly KeyPart[], isBackward: boolean): SQL[] {
  return parts.map(({ by, direction }) => ((direction === 'ASC') !== isBackward ? asc(by) : desc(by)));
}

/**
 * Condition for rows strictly after the page's cursor (before it, when taken from the end); undefined without one. The first
 * comparison says a part of it again in a form that an index is entered by.
 */
export function keysetAfter(parts: readonly KeyPart[], page: Page): SQL | undefined {
  const { cursor, isBackward } = page;
  if (!cursor) return undefined;
  const isRising = ({ direction }: KeyPart) => (direction === 'ASC') !== isBackward;
  const [first] = parts as [KeyPart];
  return and((isRising(first) ? gte : lte)(first.by as SQL, cursor[first.name]), or(...parts.map((part, index) => and(
    ...parts.slice(0, index).map(({ name, by }) => eq(by as SQL, cursor[name])), (isRising(part) ? gt : lt)(part.by as SQL, cursor[part.name]),
  ))));
}
