import { describe, expect, it } from 'vitest';
import { placeRow } from './ticket-order.ts';

const row = (id: string, dueAt: string | null, priority: 'P0' | 'P1' | 'P2' = 'P2') => ({ id, priority, createdAt: `2026-11-2${id}`, updatedAt: `2026-11-2${id}`, nextClock: dueAt === null ? null : { dueAt } });
const DUE = { field: 'DUE', direction: 'ASC' } as const;
const idsOf = (rows: Array<{ id: string }>) => rows.map(({ id }) => id);

describe('placeRow', () => {
  const rows = [row('1', '2026-11-21'), row('2', '2026-11-23'), row('3', null)];
  it.each([
    ['before what is due later', row('4', '2026-11-22'), DUE, false, ['1', '4', '2', '3']],
    ['last when nothing runs', row('4', null), DUE, false, ['1', '2', '3', '4']],
    ['nowhere when it comes behind all that was read', row('4', null), DUE, true, ['1', '2', '3']],
    ['elsewhere when it moved', row('1', '2026-11-24'), DUE, false, ['2', '1', '3']],
    ['first among the latest', row('4', null), { field: 'CREATED', direction: 'DESC' } as const, true, ['4', '1', '2', '3']],
    ['before what is less urgent', row('4', null, 'P0'), { field: 'PRIORITY', direction: 'ASC' } as const, true, ['4', '1', '2', '3']],
  ])('puts a row %s', (_name, put, order, hasMore, expected) => expect(idsOf(placeRow(rows, put, order, hasMore))).toEqual(expected));
});
