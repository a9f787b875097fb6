import { describe, expect, it } from 'vitest';
import { gathered, readTogether, type Db } from './index.ts';

function reader(most?: number, crowdMs?: number) {
  const asked: string[][] = [];
  const pending: (() => void)[] = [];
  const read = gathered(async (keys: readonly string[]) => {
    asked.push([...keys]);
    await new Promise<void>((resolve) => pending.push(resolve));
    if (keys.includes('bad')) throw new Error('no');
    return new Map(keys.filter((key) => key !== 'absent').map((key) => [key, key.toUpperCase()]));
  }, { ...(most && { most }), ...(crowdMs && { crowdMs }) });
  return { asked, read, answer: async () => { await expect.poll(() => pending.length).toBe(1); pending.shift()!(); } };
}

describe('gathered', () => {
  it('reads what is asked for together in one reading, each key once', async () => {
    const { asked, read, answer } = reader();
    const all = Promise.all(['a', 'b', 'a', 'absent'].map(read));
    await answer();
    expect(await all).toEqual(['A', 'B', 'A', undefined]);
    expect(asked).toEqual([['a', 'b', 'absent']]);
  });

  it('keeps to one reading at a time, and to so many keys of each', async () => {
    const { asked, read, answer } = reader(2);
    const first = read('a');
    await expect.poll(() => asked.length).toBe(1);
    const rest = Promise.all(['b', 'c', 'd'].map(read));
    for (let round = 0; round < 3; round += 1) await answer();
    expect([await first, await rest]).toEqual(['A', ['B', 'C', 'D']]);
    expect(asked).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('waits a moment for more where a crowd comes, and for nobody where one comes after the other', async () => {
    const { asked, read, answer } = reader(undefined, 30);
    const first = read('a');
    await expect.poll(() => asked.length).toBe(1);
    const crowd = [read('b'), read('c')];
    await answer();
    await first;
    await expect.poll(() => asked.length).toBe(2);
    crowd.push(read('d'));
    await answer();
    // Its reading is not begun yet: whoever comes now is part of it.
    await crowd[0];
    crowd.push(read('e'));
    await answer();
    await Promise.all(crowd);
    expect(asked).toEqual([['a'], ['b', 'c'], ['d', 'e']]);
  });

  it('goes on after a reading that failed, for those who asked later', async () => {
    const { read, answer } = reader();
    const bad = read('bad');
    await answer();
    await expect(bad).rejects.toThrow('no');
    const good = read('a');
    await answer();
    expect(await good).toBe('A');
  });
});

describe('readTogether', () => {
  const db = (name: string) => ({ name }) as Db;

  it('reads once for all who ask in the same moment, and anew for who asks later', async () => {
    let count = 0;
    const read = readTogether(async ({ name }) => `${name} ${(count += 1)}`);
    const one = db('one');
    expect(await Promise.all([read(one), read(one), read(one)])).toEqual(['one 1', 'one 1', 'one 1']);
    expect(await read(one)).toBe('one 2');
  });

  it('keeps databases apart', async () => {
    const read = readTogether(async ({ name }) => name);
    expect(await Promise.all([read(db('one')), read(db('two'))])).toEqual(['one', 'two']);
  });

  it('reads anew after a reading that failed', async () => {
    let count = 0;
    const read = readTogether(async () => { if ((count += 1) === 1) throw new Error('no'); return count; });
    const one = db('one');
    await expect(read(one)).rejects.toThrow('no');
    expect(await read(one)).toBe(2);
  });
});
