import { expect, it } from 'vitest';
import { initialOf, shortFileName, shownPhone } from './text.ts';

it.each([['+8613812341000', '138 1234 1000'], ['+14155550100', '+14155550100'], ['138 **** 1000', '138 **** 1000'], ['a@example.com', 'a@example.com']])('writes %s as %s', (value, expected) => {
  expect(shownPhone(value)).toBe(expected);
});

it('takes the surname of a customer, the last character of a colleague, the first letter of others', () => {
  expect([initialOf('李婷'), initialOf('周晓岚', true), initialOf('alice Wong'), initialOf(' ')]).toEqual(['李', '岚', 'A', '?']);
});

it('shortens a file name in the middle and keeps its extension', () => {
  expect(shortFileName('截图_登录失败_20261123_客户端版本号很长很长.png', 20)).toBe('截图_登录失败_2026112….png');
});
