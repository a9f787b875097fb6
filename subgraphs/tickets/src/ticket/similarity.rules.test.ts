import { describe, expect, it } from 'vitest';
import { pairsOf, SIMILAR_FROM, similarity } from './similarity.rules.ts';

const compare = (one: string, other: string) => similarity(pairsOf(one), pairsOf(other));

describe('similarity of tickets', () => {
  it.each([
    ['收不到短信验证码', '客户登录时收不到短信验证码，已尝试3次'],
    ['支付成功但订单仍为待付款', '支付成功，订单还是待付款，重复扣款两次'],
    ['API 502 since this morning', 'ＡＰＩ 502 errors since early this morning'],
    ['Refund has not arrived', 'refund not arrived'],
  ])('holds %s and %s for the same', (one, other) => {
    expect(compare(one, other)).toBeGreaterThanOrEqual(SIMILAR_FROM);
    expect(compare(other, one)).toBe(compare(one, other));
  });

  it.each([
    ['收不到短信验证码', '发票抬头写错需要重开'],
    ['API 502 since this morning', 'How do I change my plan'],
    ['退款', '退款到账时间咨询'],
    ['', '退款到账时间咨询'],
  ])('holds %s and %s for different or cannot tell', (one, other) => {
    expect(compare(one, other)).toBeLessThan(SIMILAR_FROM);
  });

  it('compares no more than the first 2,000 characters', () => {
    expect(pairsOf('ab'.repeat(1_000) + '收不到短信').has('收不')).toBe(false);
  });
});
