import { destination, pino, type Logger } from 'pino';

export type { Logger };

export interface LoggerOptions {
  level?: string;
  name: string;
  /** Where lines go; standard output when left out. */
  sink?: { write(line: string): void };
}

/** What must never reach a log, wherever in the logged object it lies (two levels deep). */
const SECRET_NAMES = [
  'password', 'token', 'accessToken', 'refreshToken', 'authorization', 'cookie', 'secret', 'text', 'body',
  'phone', 'email', 'variables', 'x-careline-identity', 'connectionParams', 'sig',
];
const redactedPaths = SECRET_NAMES.flatMap((name) => {
  const key = name.includes('-') ? `["${name}"]` : `.${name}`;
  return [key.replace(/^\./, ''), `*${key}`, `*.*${key}`];
});

/**
 * The logger of one process: JSON lines with time, level and part.
 *
 * Names that can hold a secret or a person's words are blanked. Of an error only name, code, message
 * and stack are kept, because drivers attach the statement and its values to theirs.
 */
export function createLogger(options: LoggerOptions): Logger {
  return pino({
    name: options.name,
    level: options.level ?? 'info',
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: redactedPaths, censor: '***' },
    serializers: { err: plainError, error: plainError },
  }, options.sink ?? destination({ dest: 1, sync: true }));
}

interface PlainError {
  name: string;
  code: string | undefined;
  message: string;
  stack: string | undefined;
  cause: PlainError | undefined;
}

// A database error quotes the value at fault, and drizzle's message ends with all parameters.
function plainError(error: unknown): PlainError | unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : undefined;
  // drizzle's own error is named plain "Error"; what gives it away are the statement and values it carries.
  const isDatabase = 'sqlState' in error || ('query' in error && 'params' in error);
  const message = isDatabase ? error.message.split('\nparams:')[0]!.replace(/'(?:[^'\\]|\\.)*'/g, "'…'") : error.message;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 12).join('\n');
  const cause = error.cause instanceof Error ? (plainError(error.cause) as PlainError) : undefined;
  return { name: error.name, code, message, stack: frames, cause };
}
