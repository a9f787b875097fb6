import { appError } from '@careline/kit/errors';
import { jsonFault } from '@careline/kit/rest';

/** The value of a JSON text. Throws BAD_USER_INPUT with the place of what is wrong: no JSON, nested without end, half a character. */
export function readJson(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const place = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw appError('BAD_USER_INPUT', { words: {
      zh: `请求内容不是有效的 JSON${place ? `（第 ${place} 个字符附近）` : ''}。`, en: `The body is not valid JSON${place ? ` (near character ${place})` : ''}.`,
    } });
  }
  const fault = jsonFault(body);
  if (fault) {
    const place = fault.path.join('.');
    throw appError('BAD_USER_INPUT', { words: { zh: `"${place}" 嵌套过深或含有不完整的字符。`, en: `"${place}" is nested too deep or holds half a character.` } });
  }
  return body;
}
