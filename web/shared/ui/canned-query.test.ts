import { describe, expect, it } from 'vitest';
import { slashBefore, typedSince } from './canned-query.ts';

describe('a slash before the caret', () => {
  it.each([
    ['/', 0, ''], ['/tk', 0, 'tk'], ['您好 /tk', 3, 'tk'], ['您好\n/退款', 3, '退款'], ['您好，/tk', 3, 'tk'], ['、tk', 0, 'tk'], ['好的 、tk', 3, 'tk'],
  ])('in %j asks for a canned reply', (text, start, query) => {
    expect(slashBefore(text, text.length)).toEqual({ start, query });
  });

  it.each(['1/2', 'https://a', '苹果、香蕉', '/tk 好', '//', 'and/or', `/${'x'.repeat(31)}`])('in %j does not', (text) => {
    expect(slashBefore(text, text.length)).toBeNull();
  });

  it('counts from the caret, not from the end', () => {
    expect(slashBefore('/tk后面', 3)).toEqual({ start: 0, query: 'tk' });
  });
});

it('what was typed since the key lasts until the line ends or the caret goes before it', () => {
  expect(typedSince('您好退款', 2, 4)).toEqual({ start: 2, query: '退款' });
  expect(typedSince('您好', 2, 1)).toBeNull();
  expect(typedSince('您好\n', 2, 3)).toBeNull();
});
