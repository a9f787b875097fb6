import { appError } from '../errors/index.ts';

/** One part of a form. Its body is read before the next part comes; what is left of it is passed over. */
export interface FormPart {
  name: string;
  /** Null for a plain field. */
  fileName: string | null;
  body: AsyncIterable<Buffer>;
}

const HEAD_BYTES_MAX = 8_192;
const PREAMBLE_BYTES_MAX = 8_192;
const NEW_LINE = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

const malformed = (internal: string) => appError('BAD_USER_INPUT', { internal, words: { zh: '表单内容不完整或格式不对。', en: 'The form is cut off or malformed.' } });

/** The boundary that a content type names; null when it is no form with parts. */
export function formBoundary(contentType: string | undefined): string | null {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? '');
  return match ? (match[1] ?? match[2] ?? null) : null;
}

/**
 * The parts of a form (RFC 7578) in their order, as they come: no more than a chunk and a mark is held.
 * Throws BAD_USER_INPUT for a body that is cut off or no form.
 */
export async function* readForm(source: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<FormPart> {
  const mark = Buffer.from(`\r\n--${boundary}`);
  const reader = new Reader(source);
  await reader.bytesBefore(mark, PREAMBLE_BYTES_MAX);
  for (;;) {
    const after = await reader.take(2);
    if (after.toString('latin1') === '--') return;
    if (!after.equals(NEW_LINE)) throw malformed('no line end after a boundary');
    const { name, fileName } = readHead(await reader.bytesBefore(HEAD_END, HEAD_BYTES_MAX));
    const body = reader.chunksBefore(mark);
    yield { name, fileName, body };
    await body.skip();
  }
}

function readHead(bytes: Buffer): { name: string; fileName: string | null } {
  const line = bytes.toString('utf8').split('\r\n').find((one) => /^content-disposition\s*:/i.test(one)) ?? '';
  const name = valueOf(line, 'name');
  if (!/:\s*form-data\s*(;|$)/i.test(line) || name === null) throw malformed('a part without a name');
  return { name, fileName: encodedValueOf(line) ?? valueOf(line, 'filename') };
}

/** A value as browsers write it: quoted, with `"` and line ends in percent signs. */
function valueOf(line: string, parameter: string): string | null {
  const match = new RegExp(`;\\s*${parameter}\\s*=\\s*(?:"((?:\\\\.|[^"\\\\])*)"|([^;\\s]+))`, 'i').exec(line);
  if (!match) return null;
  return match[2] ?? match[1]!.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

/** `filename*=UTF-8''…`, which RFC 7578 forbids and some programs write. */
function encodedValueOf(line: string): string | null {
  const match = /;\s*filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(line);
  try {
    return match ? decodeURIComponent(match[1]!) : null;
  } catch {
    return null;
  }
}

class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  // The first boundary may stand at the very beginning, as if a line had ended before it.
  #held: Buffer = NEW_LINE;

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) throw malformed('the body ends before the form does');
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) await this.#more();
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async bytesBefore(mark: Buffer, max: number): Promise<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      if (at > max || (at < 0 && this.#held.length > max + mark.length)) throw malformed('a head without an end');
      if (at >= 0) return (await this.take(at + mark.length)).subarray(0, at);
      await this.#more();
    }
  }

  /** Everything up to a mark, which is passed over; `skip` reads what nobody has read. */
  chunksBefore(mark: Buffer): AsyncIterable<Buffer> & { skip(): Promise<void> } {
    let isOver = false;
    const next = async (): Promise<Buffer | null> => {
      while (!isOver) {
        const at = this.#held.indexOf(mark);
        isOver = at >= 0;
        // A mark may have begun at the end of what is held.
        const sure = isOver ? at : this.#held.length - mark.length + 1;
        if (sure > 0) return this.#pass(sure, isOver ? mark.length : 0);
        if (isOver) await this.take(mark.length);
        else await this.#more();
      }
      return null;
    };
    return {
      async *[Symbol.asyncIterator]() {
        for (let chunk = await next(); chunk; chunk = await next()) yield chunk;
      },
      async skip() {
        while (await next());
      },
    };
  }

  #pass(count: number, behind: number): Buffer {
    const chunk = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count + behind);
    return chunk;
  }
}
