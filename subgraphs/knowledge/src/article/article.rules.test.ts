import { describe, expect, it } from 'vitest';
import { articleNumber, checkText, folderPath, gateOf, isInForce, parseArticleNumber, searchWords, stateOf, type ArticleText } from './article.rules.ts';

const text = (changes: Partial<ArticleText> = {}): ArticleText => ({
  title: '收不到验证码怎么办', content: '先看短信拦截。', keywords: ['验证码'],
  similarQuestions: ['没有验证码', '短信没来', '验证码超时'].map((question, index) => ({ id: `smq_${index}`, text: question })),
  visibility: 'PUBLIC', effectiveDate: '2023-07-01', expireDate: '2024-12-31', ...changes,
});

describe('isInForce', () => {
  it.each([
    ['the day before the first', '2023-06-30', false], ['the first day', '2023-07-01', true],
    ['the last day', '2024-12-31', true], ['the day after the last', '2025-01-01', false],
  ])('on %s', (_name, day, expected) => expect(isInForce(text(), day)).toBe(expected));

  it('has no end without a last day', () => expect(isInForce(text({ expireDate: null }), '2999-01-01')).toBe(true));
});

it('calls a published article outside its dates expired, before them too', () => {
  const article = { publishedVersionId: 'arv_1', effectiveDate: '2026-01-02', expireDate: '2026-01-03' };
  expect(['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'].map((day) => stateOf(article, day))).toEqual(['EXPIRED', 'PUBLISHED', 'PUBLISHED', 'EXPIRED']);
  expect(stateOf({ ...article, publishedVersionId: null }, '2026-01-02')).toBe('DRAFT');
});

describe('gateOf', () => {
  it.each([2, 3, 5, 6])('with %i related questions', (count) => {
    const questions = Array.from({ length: count }, (_, index) => ({ id: `smq_${index}`, text: `问法${index}` }));
    const points = gateOf(text({ similarQuestions: questions }), '2024-01-01');
    expect(points.find((point) => point.name === 'similar_questions')?.isMet).toBe(count >= 3 && count <= 5);
  });

  it('lists open points first and lets an article be published before it begins', () => {
    expect(gateOf(text({ content: ' ' }), '2025-01-01').map((point) => [point.name, point.isMet])).toEqual([['content', false], ['dates', false], ['similar_questions', true]]);
    expect(gateOf(text(), '2020-01-01').every((point) => point.isMet)).toBe(true);
  });
});

describe('checkText', () => {
  it.each([
    ['an empty title', { title: ' ' }, 'REQUIRED'],
    ['a title of 121 characters', { title: '题'.repeat(121) }, 'TOO_LONG'],
    ['a text of 100,001 characters', { content: 'x'.repeat(100_001) }, 'TOO_LONG'],
    ['21 keywords', { keywords: Array.from({ length: 21 }, (_, index) => `k${index}`) }, 'TOO_MANY'],
    ['dates in the wrong order', { effectiveDate: '2026-01-02', expireDate: '2026-01-01' }, 'OUT_OF_RANGE'],
  ])('refuses %s', (_name, changes, code) => expect(() => checkText(text(changes))).toThrow(code));

  it.each([
    ['a title of 120 characters, each a pair of surrogates', { title: '😀'.repeat(120) }],
    ['a text of 100,000 characters', { content: 'x'.repeat(100_000) }],
    ['one day', { effectiveDate: '2026-01-02', expireDate: '2026-01-02' }],
  ])('takes %s', (_name, changes) => expect(() => checkText(text(changes))).not.toThrow());
});

it('reads numbers of articles back', () => {
  expect(['KB-1042', 'kb-7', 'KB-', '1042', 'KB-1x', "KB-1' OR 1"].map(parseArticleNumber)).toEqual([1042, 7, null, null, null, null]);
  expect(articleNumber(1042)).toBe('KB-1042');
});

it('folds width and case of words, and tidies folder paths', () => {
  expect(searchWords('ＶＩＰ　退款 ')).toEqual(['vip', '退款']);
  expect(folderPath(' 账户 / 验证码//')).toBe('账户/验证码');
});
