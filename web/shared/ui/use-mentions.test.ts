import { expect, it } from 'vitest';
import { mentionBefore } from './use-mentions.ts';

it.each([
  ['麻烦 @w', 5, 'w'], ['@', 1, ''], ['，@王', 3, '王'], ['a@b', 3, null], ['@王芳 好', 5, null], ['麻烦 @w', 2, null],
])('in %j at %i asks for %j', (text, caret, expected) => {
  expect(mentionBefore(text, caret)).toBe(expected);
});
