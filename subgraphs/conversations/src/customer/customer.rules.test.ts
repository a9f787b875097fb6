import { describe, expect, it } from 'vitest';
import { maskIdentity, mergeAttributes, proofFault, readNumber, visitorName } from './customer.rules.ts';
import { drawNumber } from './draw-number.ts';
import { phoneReadings } from './phone-readings.ts';

describe('the number of a customer', () => {
  it('is drawn in a form that can be read back', () => {
    const number = drawNumber();
    expect(number).toMatch(/^C-[0-9A-Z]{4}-\d{4}$/);
    expect(readNumber(number)).toBe(number);
  });

  it.each([
    ['C-8F2K-1047', 'C-8F2K-1047'], ['c8f2k1047', 'C-8F2K-1047'], [' c-8f2k 1047 ', 'C-8F2K-1047'],
    ['C-8F2I-1047', null], ['8F2K-1047', null], ['C-8F2K-104', null],
  ])('%s reads as %s', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it('names a visitor in the language of the reader', () => {
    expect([visitorName('C-8F2K-1047', 'ZH_CN'), visitorName('C-8F2K-1047', 'EN')]).toEqual(['访客 8F2K', 'Visitor 8F2K']);
  });
});

describe('a typed phone number', () => {
  it.each(['+86 138-0013-8000', '0086 138 0013 8000', '(138) 0013 8000', '１３８００１３８０００', '13800138000'])('%s means the Chinese mobile', (text) => {
    expect(phoneReadings(text)).toContain('+8613800138000');
  });

  it('may mean two numbers when it lacks its plus', () => {
    expect(phoneReadings('13800138000')).toEqual(['+8613800138000', '+13800138000']);
    expect(phoneReadings('+86 13800138000')).toEqual(['+8613800138000']);
  });

  it.each(['hello', '12', ''])('%j means none', (text) => {
    expect(phoneReadings(text)).toEqual([]);
  });
});

describe('a signed proof', () => {
  const now = 1_000_000_000;
  it.each([
    ['runs out now', { issuedAt: now - 1_000, expiresAt: now }, 'EXPIRED'],
    ['has a moment left', { issuedAt: now, expiresAt: now + 1 }, null],
    ['lasts ten minutes', { issuedAt: now, expiresAt: now + 600_000 }, null],
    ['lasts longer', { issuedAt: now, expiresAt: now + 600_001 }, 'TOO_LONG'],
    ['comes from a clock a minute ahead', { issuedAt: now + 60_000, expiresAt: now + 600_000 }, null],
    ['comes from the future', { issuedAt: now + 60_001, expiresAt: now + 600_000 }, 'TOO_LONG'],
  ])('that %s', (_name, times, fault) => {
    expect(proofFault(times, now)).toBe(fault);
  });
});

describe('small changes', () => {
  it('masks by kind', () => {
    expect(maskIdentity('PHONE', '+8613800138000')).toBe('138 **** 8000');
    expect(maskIdentity('EMAIL', 'wang@example.com')).toBe('w***@example.com');
    expect(maskIdentity('EXTERNAL_ID', 'u-1047')).toBe('u*****');
  });

  it('merges attributes key by key and removes nulls', () => {
    expect(mergeAttributes({ a: 1, b: 2 }, { b: null, c: [3] })).toEqual({ a: 1, c: [3] });
  });
});
