import { describe, expect, it } from 'vitest';
import { scalars } from './index.ts';

const { DateTime, Date: Day, URL: Address } = scalars as Record<'DateTime' | 'Date' | 'URL', (typeof scalars)[string]>;

describe('scalars', () => {
  it('hold an instant as milliseconds inside and RFC 3339 outside', () => {
    expect(DateTime.serialize(1_795_415_160_007)).toBe('2026-11-23T06:26:00.007Z');
    expect(DateTime.parseValue('2026-11-23T14:26:00.007+08:00')).toBe(1_795_415_160_007);
  });

  it.each(['2026-11-23', '2026-11-23T06:26:00', '2026-13-01T00:00:00Z', 'yesterday', 5, null])('refuse %s as an instant', (value) => {
    expect(() => DateTime.parseValue(value)).toThrow('not an instant');
  });

  it.each(['2026-02-30', '2026-2-3', '20261123', '2026-11-23T00:00:00Z', 5])('refuse %s as a day', (value) => expect(() => Day.parseValue(value)).toThrow('not a day'));

  it('take a leap day and an absolute URL', () => {
    expect(Day.parseValue('2028-02-29')).toBe('2028-02-29');
    expect(Address.parseValue('https://example.com/a')).toBe('https://example.com/a');
    expect(() => Address.parseValue('/a')).toThrow();
  });
});
