import { agentIdentity } from '@careline/kit/testing';
import { createLogger } from '@careline/kit/observe';
import type { RequestFacts } from '@careline/kit/graphql';
import { afterEach, expect, it } from 'vitest';
import { RateLimiter } from './rates.ts';

const facts = (id: string): RequestFacts => ({ identity: agentIdentity({ id }), requestId: 'request-1', locale: 'EN', address: '203.0.113.9', device: null, clientName: null });
const AT = Date.parse('2026-11-28T12:00:00Z');
const open: RateLimiter[] = [];
const limiter = (scale: number) => {
  const made = new RateLimiter(null, createLogger({ name: 'test', level: 'silent' }), scale);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

it('gives each sender 600,000 points a minute, says what is left and how long to wait', () => {
  const rates = limiter(1);
  expect(rates.spend(5_000, facts('agt_1'), AT)).toEqual({ waitMs: 0, left: 595_000 });
  expect(rates.spend(595_000, facts('agt_1'), AT + 10_000)).toEqual({ waitMs: 0, left: 0 });
  expect(rates.spend(1, facts('agt_1'), AT + 20_000)).toEqual({ waitMs: 40_000, left: 0 });
  expect(rates.spend(1, facts('agt_2'), AT + 20_000)).toEqual({ waitMs: 0, left: 599_999 });
  expect(rates.spend(1, facts('agt_1'), AT + 60_000)).toEqual({ waitMs: 0, left: 599_999 });
});

it('counts no points where rates are off', () => {
  expect(limiter(0).spend(1_000_000, facts('agt_1'), AT)).toEqual({ waitMs: 0, left: null });
});
