import { refuse } from '@careline/kit/errors';

/** Largest file: 50 MB. */
export const BYTES_MAX = 52_428_800;

export interface CreateUpload {
  clientUploadId: string;
  fileName: string;
  bytes: number;
  contentType?: string | null;
  sha256?: string | null;
}

// Path parts, control characters, and marks that turn text round so that `gpj.exe` reads `exe.jpg`.
// eslint-disable-next-line no-control-regex
const NAME_TRICKS = /[/\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|^\.{1,2}$/;

const PROGRAM_NAMES = /\.(?:exe|com|scr|pif|msi|msp|bat|cmd|ps1|psm1|vbs|vbe|jse|wsf|wsh|hta|cpl|lnk|reg|jar|apk|dmg|pkg|deb|rpm|appx|msix)$/i;

/** Whether a name claims to be something that runs when opened. */
export function isProgramName(fileName: string): boolean {
  return PROGRAM_NAMES.test(fileName.trim());
}

/** Refuses an upload whose id, name, size or hash no file may have. Returns the name as it is kept. */
export function checkUpload(input: CreateUpload): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(input.clientUploadId)) throw refuse('INVALID', 'clientUploadId', { zh: '上传编号无效。', en: 'The upload id is not valid.' });
  const name = input.fileName.normalize('NFC').trim();
  if (name === '') throw refuse('REQUIRED', 'fileName', { zh: '文件名不能为空。', en: 'The file needs a name.' });
  if ([...name].length > 255) throw refuse('TOO_LONG', 'fileName', { zh: '文件名最多 255 个字符。', en: 'A file name has at most 255 characters.' });
  if (NAME_TRICKS.test(name)) throw refuse('INVALID', 'fileName', { zh: '文件名含有不允许的字符。', en: 'The file name holds characters that are not allowed.' });
  if (isProgramName(name)) throw refusedType('fileName');
  if (!Number.isInteger(input.bytes) || input.bytes < 1) throw refuse('OUT_OF_RANGE', 'bytes', { zh: '文件是空的。', en: 'The file is empty.' });
  if (input.bytes > BYTES_MAX) throw tooLarge();
  if (input.sha256 != null && !/^[0-9a-f]{64}$/i.test(input.sha256)) throw refuse('INVALID', 'sha256', { zh: 'SHA-256 无效。', en: 'This is not a SHA-256 in hex.' });
  return name;
}

export function tooLarge() {
  return refuse('FILE_TOO_LARGE', 'bytes', { zh: '文件超过 50 MB。', en: 'The file is larger than 50 MB.' });
}

/** 附件状态: how far a file is for its readers. */
export type AttachmentState = 'UPLOADING' | 'SCANNING' | 'READY' | 'BLOCKED';

/** What the readers of a content may do with it. What was found closes it, whatever else is still owed. */
export function stateOf(blob: { completedAt: number | null; scanDueAt: number | null; finding: string | null }): AttachmentState {
  if (blob.completedAt === null) return 'UPLOADING';
  if (blob.finding !== null) return 'BLOCKED';
  return blob.scanDueAt === null ? 'READY' : 'SCANNING';
}

export const BLOCKED_WORDS = { zh: '文件未通过安全检查，不能使用。', en: 'The file did not pass the safety check and cannot be used.' };
export const SCANNING_WORDS = { zh: '文件正在进行安全检查，请稍后再试。', en: 'The file is being checked for harm. Try again in a moment.' };

export function refusedType(field: string | null) {
  return refuse('FILE_TYPE_REFUSED', field, { zh: '不能发送可执行文件。', en: 'Programs cannot be sent.' });
}

/** Part of a file: from `start` up to, not including, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * What a Range header asks of a file of `bytes`: one part, `whole` when there is nothing (or more than one part)
 * to go by, or `unsatisfiable`.
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  if (match[1] === '') {
    const length = Math.min(bytes, Number(match[2]));
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? bytes : Math.min(bytes, Number(match[2]) + 1);
  if (start >= bytes) return 'unsatisfiable';
  return end <= start ? 'whole' : { start, end };
}

/** Content-Disposition (RFC 6266): the plain name for old clients, the true one in UTF-8. */
export function disposition(fileName: string, isShown: boolean): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${isShown ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/**
 * Where the body of a PUT or PATCH begins, by `upload-offset` or `Content-Range`; 0 without either.
 * Null when they are malformed, disagree, or speak of a file of another size.
 */
export function bodyOffset(headers: Record<string, string | string[] | undefined>, bytes: number): number | null {
  const offset = headers['upload-offset'];
  const range = headers['content-range'];
  const byOffset = offset === undefined ? undefined : /^\d{1,9}$/.test(String(offset)) ? Number(offset) : null;
  const match = range === undefined ? undefined : /^bytes (\d{1,9})-(\d{1,9})\/(\d{1,9}|\*)$/.exec(String(range));
  if (byOffset === null || match === null) return null;
  if (match && match[3] !== '*' && Number(match[3]) !== bytes) return null;
  if (match && byOffset !== undefined && Number(match[1]) !== byOffset) return null;
  return byOffset ?? (match ? Number(match[1]) : 0);
}
