import { describe, expect, it } from 'vitest';
import { contrastOnWhite, isOrigin, isReadableAccent, mayEmbed } from './channel.rules.ts';

describe('channel rules', () => {
  it('measures contrast as WCAG does', () => {
    expect(contrastOnWhite('#000000')).toBeCloseTo(21, 5);
    expect(contrastOnWhite('#ffffff')).toBeCloseTo(1, 5);
    expect(contrastOnWhite('#767676')).toBeCloseTo(4.54, 2);
  });

  it.each([['#767676', true], ['#777777', false], ['#4F46E5', true], ['#fff', false], ['red', false]])('takes %s as accent: %s', (colour, isTaken) => {
    expect(isReadableAccent(colour)).toBe(isTaken);
  });

  it.each([
    ['https://shop.example', true], ['http://localhost:4000', true], ['https://shop.example/', false], ['https://shop.example/a', false],
    ['shop.example', false], ['ftp://shop.example', false],
  ])('takes %s as origin: %s', (text, isTaken) => {
    expect(isOrigin(text)).toBe(isTaken);
  });

  it('lets only listed origins embed, and every page when none is listed', () => {
    expect(mayEmbed([], null)).toBe(true);
    expect(mayEmbed(['https://a.example'], 'https://a.example')).toBe(true);
    expect(mayEmbed(['https://a.example'], 'https://a.example:8443')).toBe(false);
    expect(mayEmbed(['https://a.example'], null)).toBe(false);
  });
});
