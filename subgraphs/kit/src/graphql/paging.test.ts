import { describe, expect, it } from 'vitest';
import { parsePage, toConnection, type PageArgs } from './index.ts';

const LIST = Array.from({ length: 7 }, (_, index) => ({ n: index + 1 }));

/** What a store does with a page: rows behind the cursor in reading order, one more than asked for. */
function fetch(args: PageArgs) {
  const page = parsePage(args, ['n']);
  const at = page.cursor?.n as number | undefined;
  const ordered = page.isBackward ? [...LIST].reverse().filter((row) => at === undefined || row.n < at) : LIST.filter((row) => at === undefined || row.n > at);
  return toConnection(ordered.slice(0, page.limit + 1), page, (row) => ({ n: row.n }), LIST.length);
}
const numbers = (connection: ReturnType<typeof fetch>) => connection.nodes.map((node) => node.n);

describe('keyset paging', () => {
  it('walks forward through the whole list without a gap or a double', () => {
    const seen: number[] = [];
    let after: string | null = null;
    for (let hasNext = true; hasNext; ) {
      const connection = fetch({ first: 3, after });
      expect(connection.pageInfo.hasPreviousPage).toBe(after !== null);
      seen.push(...numbers(connection));
      hasNext = connection.pageInfo.hasNextPage;
      after = connection.pageInfo.endCursor;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('walks backward in pages that are in list order', () => {
    const last = fetch({ last: 3 });
    expect([numbers(last), last.pageInfo.hasNextPage, last.pageInfo.hasPreviousPage]).toEqual([[5, 6, 7], false, true]);
    const middle = fetch({ last: 3, before: last.pageInfo.startCursor });
    expect([numbers(middle), middle.pageInfo.hasNextPage, middle.pageInfo.hasPreviousPage]).toEqual([[2, 3, 4], true, true]);
    const first = fetch({ last: 3, before: middle.pageInfo.startCursor });
    expect([numbers(first), first.pageInfo.hasPreviousPage]).toEqual([[1], false]);
  });

  it('says of an exactly full page that nothing follows', () => {
    expect(fetch({ first: 7 }).pageInfo.hasNextPage).toBe(false);
    expect(fetch({ first: 6 }).pageInfo.hasNextPage).toBe(true);
  });

  it('gives an empty page its nulls', () => {
    const { pageInfo } = toConnection([], parsePage({ first: 1 }, []), () => ({}));
    expect(pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
  });

  it.each<[string, PageArgs]>([
    ['neither first nor last', {}],
    ['both', { first: 1, last: 1 }],
    ['0', { first: 0 }],
    ['101', { last: 101 }],
    ['a cursor on the wrong side', { first: 1, before: 'x' }],
    ['text that is no cursor', { first: 1, after: 'nonsense' }],
    ['a cursor of another list', { first: 1, after: Buffer.from('{"m":1}').toString('base64url') }],
  ])('refuses %s', (_name, args) => expect(() => parsePage(args, ['n'])).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' })));

  it.each([1e20, -1, 0.5, '2026-11-23', null])('refuses a cursor at %s, which is no moment', (at) => {
    const after = Buffer.from(JSON.stringify({ at })).toString('base64url');
    expect(() => parsePage({ first: 1, after }, ['at'])).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('takes 1 and 100', () => {
    expect([parsePage({ first: 1 }, []).limit, parsePage({ last: 100 }, []).limit]).toEqual([1, 100]);
  });
});
