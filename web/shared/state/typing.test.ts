import { expect, it } from 'vitest';
import { endedTypists } from './typing.ts';

it('believes a typist again once the server has forgotten the words that arrived', () => {
  let now = 0;
  const ended = endedTypists(() => now);
  expect(ended.isTyping('lin', true)).toBe(true);
  ended.end('lin');
  expect([ended.isTyping('lin', true), ended.isTyping('ning', true)]).toEqual([false, true]);
  now = 6_000;
  expect(ended.isTyping('lin', true)).toBe(true);
});

it('believes a typist at once who was seen at rest in between', () => {
  const ended = endedTypists(() => 0);
  ended.end('lin');
  expect([ended.isTyping('lin', false), ended.isTyping('lin', true)]).toEqual([false, true]);
});
