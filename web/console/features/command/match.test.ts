import { expect, it } from 'vitest';
import { matchLabel } from './match.ts';

const hits = (label: string, pinyin: string, query: string) => matchLabel(label, pinyin, query)?.parts.filter((part) => part.isHit).map((part) => part.text).join('') ?? null;

it.each([
  ['转接', '转接'], ['zhuanjie', '转接'], ['zj', '转接'], ['zhuanj', '转接'], ['zhuan jie', '转接'], ['kf', '客服'], ['x', null], ['', ''],
])('finds 转接给客服 by %j', (query, expected) => {
  expect(hits('转接给客服', 'zhuan jie gei ke fu', query)).toBe(expected);
});

it('finds English words anywhere, in any case', () => {
  expect(hits('Transfer to agent', '', 'AGENT')).toBe('agent');
});
