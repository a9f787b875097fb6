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
    ['shop.example', false], ['ftp://shop.example', false], ['https://*.shop.example', false], ['https://shop.example;sandbox', false], ['http://[::1]:4000', true],
  ])('takes %s as origin: %s', (text, isTaken) => {
    expect(isOrigin(text)).toBe(isTaken);
  });

  it.each([
    [[], 'https://a.example', false, true], [[], 'https://a.example', true, false], [[], 'null', true, false],
    [['https://a.example'], 'https://a.example', true, true], [['https://a.example'], 'https://a.example', false, true],
    [['https://a.example'], 'https://a.example:8443', false, false], [['https://a.example'], 'http://a.example', false, false],
    [['https://a.example'], 'https://a.example.evil.example', false, false], [['https://a.example'], 'null', false, false],
  ])('with %j listed, a page of %s (in production: %s) may embed: %s', (origins, page, isProduction, may) => {
    expect(mayEmbed(origins, page, isProduction)).toBe(may);
  });
});
