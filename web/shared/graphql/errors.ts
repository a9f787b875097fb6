/** A failure the server named (code of schema/README.md "Errors"), or NETWORK when no answer came at all. */
export class ApiError extends Error {
  readonly code: string;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;

  constructor(code: string, message: string, requestId: string | null = null, retryAfterMs: number | null = null) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }

  /** Nothing is known about whether the server did it: the same ids may be sent again. */
  get isRetryable(): boolean {
    return this.code === 'NETWORK' || this.code === 'UNAVAILABLE' || this.code === 'RATE_LIMITED';
  }

  /** Asking again brings the same answer: it is not there, may not be seen, or was asked for wrongly. */
  get isFinal(): boolean {
    return this.code === 'NOT_FOUND' || this.code === 'FORBIDDEN' || this.code === 'BAD_USER_INPUT';
  }
}

interface ServedError {
  message: string;
  extensions?: Record<string, unknown>;
}

/** The first error of an answer as ApiError. */
export function fromServed(errors: readonly ServedError[]): ApiError {
  const [first] = errors;
  const facts = first?.extensions ?? {};
  return new ApiError(
    String(facts['code'] ?? 'INTERNAL'),
    first?.message ?? '',
    typeof facts['requestId'] === 'string' ? facts['requestId'] : null,
    typeof facts['retryAfterMs'] === 'number' ? facts['retryAfterMs'] : null,
  );
}

export function asApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError('NETWORK', cause instanceof Error ? cause.message : String(cause));
}
