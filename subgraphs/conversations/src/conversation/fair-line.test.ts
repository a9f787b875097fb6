import { describe, expect, it } from 'vitest';
import { FairLine } from './fair-line.ts';

function lineOf(...items: string[]) {
  const line = new FairLine<string>(6, 4);
  for (const item of items) line.push(item[0]!, item);
  return line;
}
const nobody = () => false;

describe('FairLine', () => {
  it('gives one of each key in turn and keeps the order within a key', () => {
    const line = lineOf('a1', 'a2', 'a3', 'a4', 'b1', 'c1');
    expect(line.take(4, nobody)).toEqual(['a1', 'b1', 'c1', 'a2']);
    expect(line.take(4, nobody)).toEqual(['a3', 'a4']);
    expect(line.size).toBe(0);
  });

  it('goes on with the key whose turn it is', () => {
    const line = lineOf('a1', 'a2', 'b1', 'b2', 'c1');
    expect([line.take(1, nobody), line.take(1, nobody), line.take(3, nobody)]).toEqual([['a1'], ['b1'], ['c1', 'a2', 'b2']]);
  });

  it('leaves what belongs to a busy key where it is', () => {
    const line = lineOf('a1', 'a2', 'b1');
    expect(line.take(3, (key) => key === 'a')).toEqual(['b1']);
    expect(line.take(3, nobody)).toEqual(['a1', 'a2']);
  });

  it('is full for one key before it is full for all', () => {
    const line = lineOf('a1', 'a2', 'a3', 'a4');
    expect([line.fullFor('a'), line.fullFor('b')]).toEqual(['one', null]);
    line.push('b', 'b1');
    line.push('b', 'b2');
    expect(line.fullFor('c')).toBe('all');
  });
});
