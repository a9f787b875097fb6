import { fileTypeFromBuffer } from 'file-type';

export const BINARY = 'application/octet-stream';

/** Types shown inside a page; everything else is offered as a download. */
const INLINE = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'video/mp4', 'audio/mpeg', 'audio/mp4', 'audio/wav', 'audio/ogg', 'audio/aac', 'audio/amr']);

const KNOWN = new Set([
  ...INLINE, 'image/avif', 'image/heic', 'image/heif', 'image/bmp', 'image/tiff', 'video/quicktime', 'video/webm', 'audio/webm', 'audio/flac',
  'application/pdf', 'application/zip', 'application/gzip', 'application/x-7z-compressed', 'application/vnd.rar', 'application/x-rar-compressed', 'application/x-tar',
  'application/rtf', 'application/x-cfb',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
]);

const PROGRAMS = new Set([
  'application/x-msdownload', 'application/vnd.microsoft.portable-executable', 'application/x-elf', 'application/x-mach-binary',
  'application/vnd.android.package-archive', 'application/java-archive', 'application/java-vm', 'application/wasm', 'application/x-ms-shortcut',
  'application/x.ms.shortcut', 'application/x-apple-diskimage', 'application/x-deb', 'application/x-rpm', 'application/vnd.ms-cab-compressed',
  'application/x-installshield', 'application/x-shockwave-flash', 'application/x-google-chrome-extension', 'application/x-xpinstall',
]);

// A leading "MZ", "#!" or class-file mark starts a program whatever the rest looks like.
const PROGRAM_MARKS = [Buffer.from('MZ'), Buffer.from('#!'), Buffer.from('cafebabe', 'hex'), Buffer.from('7f454c46', 'hex')];
const MARKUP = /^\s*(?:<[!?a-z/])/i;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/**
 * The type that the first bytes of a file show, whatever was claimed; null for programs, which are refused.
 * Markup counts as bytes, so that a page under any name is never run by a browser. Text says its encoding.
 */
export async function detectType(head: Buffer): Promise<string | null> {
  const detected = await fileTypeFromBuffer(head).catch(() => undefined);
  if (PROGRAM_MARKS.some((mark) => head.subarray(0, mark.length).equals(mark))) return null;
  if (detected && PROGRAMS.has(detected.mime)) return null;
  if (detected) return KNOWN.has(detected.mime) ? detected.mime : BINARY;
  const encoding = textEncoding(head);
  return encoding ? `text/plain; charset=${encoding}` : BINARY;
}

function textEncoding(head: Buffer): 'utf-8' | 'gb18030' | null {
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    try {
      // `stream`: the last character may be cut off where the head ends.
      const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
      return CONTROL.test(text) || MARKUP.test(text) ? null : encoding;
    } catch {
      continue;
    }
  }
  return null;
}

/** Whether a browser may show the type inside a page. */
export function isInline(contentType: string): boolean {
  return INLINE.has(contentType);
}

/** The encoding of a text type; null for others. */
export function encodingOf(contentType: string): string | null {
  return /^text\/plain; charset=([a-z0-9-]+)$/.exec(contentType)?.[1] ?? null;
}
