import { describe, expect, it } from 'vitest';
import { cleanTags } from './input.rules.ts';

describe('input rules', () => {
  it('keeps tags once', () => {
    expect(cleanTags([' vip ', 'vip', '', '企业'])).toEqual(['vip', '企业']);
  });
});
