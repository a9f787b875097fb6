import { appError, type AppError } from '../errors/index.ts';

/** What the caller is told when a subgraph of another process does not answer. */
export const away = (cause: unknown): AppError => appError('UNAVAILABLE', { internal: 'a subgraph is away', cause, retryAfterMs: 1_000 });
