import type { AppError } from '@careline/kit/errors';
import { jsonFault } from '@careline/kit/rest';
import { refusal } from './errors.ts';

/** Refuses variables that are nested without end or hold half a character; null when there is nothing of that. */
export function refuseVariables(variables: Record<string, unknown>): AppError | null {
  const fault = jsonFault(variables);
  if (!fault) return null;
  const place = fault.path.join('.');
  return fault.kind === 'nested'
    ? refusal('BAD_USER_INPUT', `Variable "$${place}" is nested too deep.`, `变量 "$${place}" 嵌套过深。`)
    : refusal('BAD_USER_INPUT', `Variable "$${place}" holds half a character (a lone surrogate).`, `变量 "$${place}" 含有不完整的字符。`);
}
