import { describe, expect, it } from 'vitest';
import { LiveStream } from './index.ts';

function stream(limit?: number) {
  const closed: number[] = [];
  return { closed, live: new LiveStream<number>(() => closed.push(1), limit) };
}

describe('LiveStream', () => {
  it('gives events in order, queued or awaited', async () => {
    const { live } = stream();
    const waiting = live.next();
    live.push(1);
    live.push(2);
    expect([await waiting, await live.next()]).toEqual([{ value: 1, done: false }, { value: 2, done: false }]);
  });

  it('settles a waiting next when the reader leaves, and cleans up once', async () => {
    const { live, closed } = stream();
    const waiting = live.next();
    await live.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
    await live.return();
    live.push(1);
    expect([closed.length, await live.next()]).toEqual([1, { value: undefined, done: true }]);
  });

  it('ends for a reader that falls more than the limit behind, so that it resumes from its position', async () => {
    const { live, closed } = stream(3);
    for (const n of [1, 2, 3]) live.push(n);
    expect([live.backlog, live.isClosed]).toEqual([3, false]);
    live.push(4);
    expect([live.backlog, live.isClosed, closed.length]).toEqual([0, true, 1]);
    expect(await live.next()).toEqual({ value: undefined, done: true });
  });

  it('gives what is queued before the end, and an error as the last result', async () => {
    const { live } = stream();
    live.push(1);
    live.close(new Error('gone'));
    expect(await live.next()).toEqual({ value: 1, done: false });
    await expect(live.next()).rejects.toThrow('gone');
    expect(await live.next()).toEqual({ value: undefined, done: true });
  });

  it('hands an error to the reader that waits', async () => {
    const { live } = stream();
    const waiting = live.next();
    live.close(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });

  it('settles every next of a reader that asks for several at once', async () => {
    const { live } = stream();
    const both = [live.next(), live.next()];
    live.push(1);
    live.push(2);
    expect(await Promise.all(both)).toEqual([{ value: 1, done: false }, { value: 2, done: false }]);
  });
});
