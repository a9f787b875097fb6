import { expect, it } from 'vitest';
import { turns } from './index.ts';

it('runs so many at a time, in their order, and goes on after a failure', async () => {
  const inTurn = turns(2);
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const work = (n: number) => inTurn(() => new Promise<number>((resolve, reject) => {
    begun.push(n);
    ends[n] = (error) => (error ? reject(error) : resolve(n));
  }));
  const all = Promise.allSettled([0, 1, 2, 3].map(work));
  await expect.poll(() => begun).toEqual([0, 1]);
  ends[1]!(new Error('no'));
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  ends[0]!();
  await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
  ends[2]!();
  ends[3]!();
  expect((await all).map((fate) => fate.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});
