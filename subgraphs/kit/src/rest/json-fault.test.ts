import { expect, it } from 'vitest';
import { jsonFault } from './json-fault.ts';

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

it.each<[string, unknown, ReturnType<typeof jsonFault>]>([
  ['plain values', { a: 1, b: 'x', c: null, d: [true, { e: '客服 😀' }] }, null],
  ['32 levels', { a: nested(32) }, null],
  ['33 levels', { a: nested(33) }, { kind: 'nested', path: ['a', '0', '0'] }],
  ['half a character', { input: { texts: ['x', 'a\ud83d'] } }, { kind: 'torn', path: ['input', 'texts', '1'] }],
  ['halves in the wrong order', { a: '\ude00\ud83d' }, { kind: 'torn', path: ['a'] }],
  ['half a character in a key', { input: { '\ud83d': 1 } }, { kind: 'torn', path: ['input', '\ud83d'] }],
  ['a key that means something to JavaScript', JSON.parse('{"input": {"__proto__": "\\ud83d"}}'), { kind: 'torn', path: ['input', '__proto__'] }],
])('%s', (_name, variables, fault) => {
  expect(jsonFault(variables)).toEqual(fault);
});
