import { describe, expect, it } from 'vitest';
import { progressStream } from './index.ts';

interface Row {
  seq: number;
  isOver: boolean;
}

/** A stream over a row that was `first` and is `now`; `hint` says that it may have moved again. */
function follow(first: Row, now = first) {
  const work = { row: now, hint: () => {}, stopped: 0 };
  const stream = progressStream<Row, Row | number>({
    first, read: () => Promise.resolve(work.row), isOver: ({ isOver }) => isOver, changed: (row) => row, heartbeat: (seq) => seq,
    listen: (heard) => {
      work.hint = heard;
      return () => { work.stopped += 1; };
    },
  });
  return { work, stream };
}

describe('a progress stream', () => {
  it('shows the present state, then each newer one once, and ends when it is over', async () => {
    const { work, stream } = follow({ seq: 1, isOver: false });
    expect((await stream.next()).value).toEqual({ seq: 1, isOver: false });
    work.row = { seq: 3, isOver: true };
    work.hint();
    work.hint();
    expect((await stream.next()).value).toEqual({ seq: 3, isOver: true });
    expect([(await stream.next()).done, work.stopped]).toEqual([true, 1]);
  });

  it('shows without a hint what changed before it listened', async () => {
    const row = { seq: 1, isOver: false };
    const { stream } = follow(row, { seq: 2, isOver: true });
    expect([(await stream.next()).value, (await stream.next()).value]).toEqual([row, { seq: 2, isOver: true }]);
  });

  it('ends with the error of a reading', async () => {
    const stream = progressStream<Row, Row>({ first: { seq: 1, isOver: false }, read: () => Promise.reject(new Error('away')), isOver: () => false, changed: (row) => row, heartbeat: () => ({ seq: 0, isOver: false }), listen: () => () => {} });
    await stream.next();
    await expect(stream.next()).rejects.toThrow('away');
  });
});
