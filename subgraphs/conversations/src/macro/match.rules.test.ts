import { describe, expect, it } from 'vitest';
import { rankOf } from './match.rules.ts';
import { spell } from './spell.ts';

const rank = (label: string, search: string, shortcut: string | null = null) => rankOf({ label, pinyin: spell(label), shortcut }, search);

describe('finding by what was typed', () => {
  it.each([
    ['退款进度', 'tk'], ['退款进度', 'tuikuan'], ['退款进度', 'tui kuan'], ['退款进度', 'tuik'], ['退款进度', 'tkjd'], ['退款进度', 'TK'], ['退款进度', '退款'],
    ['申请退款', 'tk'], ['VIP 退款', 'viptk'], ['VIP 退款', 'vip'], ['银行转账', 'yhzz'], ['重新登录', 'cxdl'], ['绿色通道', 'lvse'], ['Refund 到账', 'refunddz'],
  ])('finds %s by %s', (label, search) => {
    expect(rank(label, search)).not.toBeNull();
  });

  it.each([['退款进度', 'kt'], ['退款进度', 'tkx'], ['退款进度', 'td'], ['退款', '退款进度'], ['退款', '!']])('does not find %s by %s', (label, search) => {
    expect(rank(label, search)).toBeNull();
  });

  it('puts the shortcut first, then the beginning of a title, then its middle', () => {
    expect([rank('再见', 'tk', 'tk'), rank('再见', 'tk', 'tkjd'), rank('tk 手册', 'tk'), rank('退款', 'tk'), rank('关于 tk', 'tk'), rank('申请退款', 'tk')])
      .toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('looks at each place once, however many ways of spelling lead there', () => {
    const label = '啊'.repeat(60);
    expect(rank(label, `${'a'.repeat(59)}b`)).toBeNull();
  });
});

it('spells Latin words as they are and leaves signs out', () => {
  expect(spell('申请 VIP-2 退款（加急）')).toBe('shen qing vip 2 tui kuan jia ji');
});
