import { describe, expect, it } from 'vitest';
import { csvField, csvHead, csvLines } from './csv.rules.ts';

describe('a field', () => {
  it.each<[string, string | number | null, string]>([
    ['nothing', null, ''],
    ['plain words', '退款未到账', '退款未到账'],
    ['a number', 42, '42'],
    ['a negative number', -3, '-3'],
    ['a negative number as text', '-3.5', '-3.5'],
    ['a comma', 'a,b', '"a,b"'],
    ['a quotation mark', '他说"好"', '"他说""好"""'],
    ['line breaks', '一\r\n二', '"一\r\n二"'],
    ['a formula', '=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['a sum', '+1+1', "'+1+1"],
    ['a minus that is no number', '-1+cmd|x', "'-1+cmd|x"],
    ['a mention', '@SUM(A1)', "'@SUM(A1)"],
    ['a formula in full width', '＝1+1', "'＝1+1"],
    ['a formula behind a tab', '\t=1', "'\t=1"],
    ['a formula behind a line break', '\r=1', `"'\r=1"`],
  ])('of %s', (_name, value, expected) => {
    expect(csvField(value)).toBe(expected);
  });
});

it('a file begins with a byte order mark, and every line ends with CRLF', () => {
  expect(csvHead(['编号', '标题']) + csvLines([['20001', null]])).toBe('\ufeff编号,标题\r\n20001,\r\n');
});
