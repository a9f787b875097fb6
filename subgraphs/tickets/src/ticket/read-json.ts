import { appError } from '@careline/kit/errors';
import { jsonFault } from '@careline/kit/rest';

// Fatal: bytes that are no text, e.g. of GBK, would else be stored as other words than were sent. A mark of byte order is passed over.
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The value of JSON in UTF-8. Throws BAD_USER_INPUT with the place of what is wrong: no UTF-8, no JSON, nested without end, half a character. */
export function readJson(bytes: Buffer): unknown {
  const text = readText(bytes);
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

function readText(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw appError('BAD_USER_INPUT', { words: { zh: '请求内容不是有效的 UTF-8 文本，请用 UTF-8 编码发送。', en: 'The body is not UTF-8. Send it in UTF-8.' } });
  }
}
