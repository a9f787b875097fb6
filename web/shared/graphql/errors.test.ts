import { describe, expect, it } from 'vitest';
import { ApiError } from './errors.ts';

describe('an error', () => {
  it.each(['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT'])('%s comes again however often one asks', (code) => {
    expect(new ApiError(code, '')).toMatchObject({ isFinal: true, isRetryable: false });
  });

  it.each(['NETWORK', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL'])('%s may be gone the next time', (code) => {
    expect(new ApiError(code, '').isFinal).toBe(false);
  });
});
