import type { z } from 'zod';

/** The environment is not fit to start with; the message lists every problem, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * The settings of one process, checked against their shape.
 *
 * An empty variable counts as not set. Throws ConfigError with all problems at once; values are
 * never quoted in it, because some of them are secrets.
 */
export function loadConfig<Shape extends z.ZodObject>(shape: Shape, env: Record<string, string | undefined> = process.env): z.output<Shape> {
  const given = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => {
    const name = issue.path.join('.') || '(together)';
    const isMissing = issue.code === 'invalid_type' && given[String(issue.path[0])] === undefined;
    return `${name}: ${isMissing ? 'is not set' : issue.message}`;
  }));
}
