import type { Words } from './words.ts';

/** The closed list of thrown errors. Expected refusals are data instead: see `refuse`. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'COST_LIMIT'
  | 'PRECONDITION_FAILED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

const SENTENCES: Record<ErrorCode, Words> = {
  UNAUTHENTICATED: { zh: '登录已失效，请重新登录。', en: 'The token is missing or no longer valid. Sign in or refresh it.' },
  FORBIDDEN: { zh: '您的角色没有此权限。', en: 'Your role does not allow this.' },
  NOT_FOUND: { zh: '对象不存在或不可见。', en: 'It does not exist or is not visible to you.' },
  BAD_USER_INPUT: { zh: '请求的内容不正确。', en: 'The request is malformed. Correct the document or its variables.' },
  CONFLICT: { zh: '他人已先行操作，请刷新后重试。', en: 'Somebody was faster. Load it again.' },
  RATE_LIMITED: { zh: '操作过于频繁，请稍后再试。', en: 'Too many requests. Wait `retryAfterMs` and try again.' },
  COST_LIMIT: { zh: '查询过大，请减少字段或分页数量。', en: 'The operation is too large. Ask for fewer fields or smaller pages.' },
  PRECONDITION_FAILED: { zh: '前置条件不满足。', en: 'A precondition does not hold.' },
  UNAVAILABLE: { zh: '服务暂不可用，请稍后再试。', en: 'A part of the system is away. Wait `retryAfterMs` and try again.' },
  INTERNAL: { zh: '系统内部错误，请将请求编号告知管理员。', en: 'Something failed inside. Tell the administrator the request id.' },
};

export interface AppErrorOptions {
  /** What callers may read; the sentence of the code when left out. */
  words?: Words;
  /** What only the log may hold. */
  internal?: string;
  cause?: unknown;
  retryAfterMs?: number;
}

/** An error whose code and words may leave the process; everything else in it stays in the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly words: Words;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.internal ?? options.words?.en ?? SENTENCES[code].en, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.words = options.words ?? SENTENCES[code];
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function appError(code: ErrorCode, options?: AppErrorOptions): AppError {
  return new AppError(code, options);
}
