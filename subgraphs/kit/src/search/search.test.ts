import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyring } from '../crypto/index.ts';
import { fold, termsOf } from './fold.ts';
import { gramsOf, gramsOfTerm } from './grams.ts';
import { holdsAll, packTokens, readWanted, snippetOf } from './index.ts';
import { packedToken, unpackTokens } from './tokens.ts';

const ring = createKeyring({});
const letter = fc.constantFrom(...'退款申请失败我上周 \n，。！abcXYZ019ＡＢ９éÅ-_@.한글カナ😀𠮷');
const texts = fc.array(letter, { maxLength: 80 }).map((letters) => letters.join(''));
const isFound = (text: string, query: string) => {
  const has = unpackTokens(packTokens(ring, text));
  return readWanted(ring, query).tokens.every((token) => has.includes(token));
};

describe('grams', () => {
  it.each([
    ['pairs of Chinese letters', '申请退款', ['申请', '请退', '退款']],
    ['pairs across scripts', '第3号', ['第3', '3号']],
    ['threes of words and their beginning', 'Refund', [' re', 'ref', 'efu', 'fun', 'und']],
    ['nothing of a single letter or of signs', '我！ a 😀', []],
    ['words apart where something stands between', '退 款', []],
    ['wide letters as narrow ones', 'ＶＩＰ', [' vi', 'vip']],
  ])('are %s', (_name, text, expected) => expect([...gramsOf(fold(text).letters)]).toEqual(expected));

  it('of any part of a text are among those of the text', () => {
    fc.assert(fc.property(texts, fc.nat(), fc.nat(12), (text, begin, length) => {
      const { letters } = fold(text);
      const from = letters.length === 0 ? 0 : begin % letters.length;
      const grams = gramsOf(letters);
      for (const term of termsOf(letters.slice(from, from + length).join(''))) {
        if (holdsAll(text, [term])) for (const gram of gramsOfTerm(term)) expect(grams).toContain(gram);
      }
    }), { numRuns: 2_000 });
  });
});

describe('tokens', () => {
  it.each(['退款', '申请退款', 'refu', 'FUND', 're', '退款 失败', 'ＲＥＦＵＮＤ'])('find a text by %s', (query) => expect(isFound('申请退款失败, Refund!', query)).toBe(true));

  it('of another key tell nothing', () => {
    expect(packTokens(createKeyring({}), '退款')).not.toEqual(packTokens(ring, '退款'));
    expect(packTokens(ring, '我要退款').includes(packedToken(readWanted(ring, '退款').tokens[0]!))).toBe(true);
  });

  it.each([['', '请至少输入两个字。'], ['退', '请至少输入两个字。'], ['a', '请至少输入两个字。'], ['！ ? 我', '请至少输入两个字。'], ['长'.repeat(201), '搜索内容最多 200 个字符。']])('refuse to look for %j', (query, words) => {
    expect(() => readWanted(ring, query)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', words: expect.objectContaining({ zh: words }) }));
  });

  it('look up at most 32 pieces, however long the query', () => {
    expect(readWanted(ring, '申请退款失败怎么办'.repeat(2) + '要多久才能到账呢我已经等了三天还没有收到任何消息请尽快处理谢谢').tokens).toHaveLength(32);
  });
});

describe('snippets', () => {
  const marked = (text: string, query: string) => {
    const found = snippetOf(text, termsOf(query));
    return found && found.highlights.map(({ start, end }) => found.snippet.slice(start, end));
  };

  it.each([
    ['every word', '我上周申请退款', '退款 上周', ['上周', '退款']],
    ['what was typed, as it was written', '买了ＶＩＰ卡', 'vip', ['ＶＩＰ']],
    ['a word only where it begins when two letters were typed', 'token ok okay', 'ok', ['ok', 'ok']],
    ['overlapping words once', '退款款', '退款 款款', ['退款款']],
    ['composed letters that were typed apart', 'Cafe\u0301 bar', 'café', ['Café']],
  ])('mark %s', (_name, text, query, expected) => expect(marked(text, query)).toEqual(expected));

  it('are none when a word is missing', () => expect(marked('申请退款', '退款 失败')).toBeNull());

  it('have at most 120 characters, whole letters, and show the first word wherever it stands', () => {
    fc.assert(fc.property(texts, texts, (before, after) => {
      const text = `${before.repeat(4)} 找到我 ${after.repeat(4)}`;
      const { snippet, highlights } = snippetOf(text, ['找到我'])!;
      expect(snippet.length).toBeLessThanOrEqual(120);
      expect(Buffer.from(snippet).toString()).toBe(snippet);
      expect(snippet.slice(highlights[0]!.start, highlights[0]!.end)).toBe('找到我');
    }));
  });
});
