import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';

/** What came back, and how long it took from the first byte sent to the last one read. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  ms: number;
}

export interface Sent {
  method?: string;
  /** Sent as it stands: nothing is resolved or escaped. */
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

let caller = 0;
let callers = Infinity;

/** The next of many attackers: an address no attack has used before, so that none is refused for the frequency of another. */
export function stranger(): string {
  caller += 1;
  const number = Number.isFinite(callers) ? 0xff0000 + (caller % callers) : caller;
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

/** From now on the attackers are so many and no more, and their frequency counts. */
export function onlyStrangers(count: number): void {
  callers = count;
}

/** One HTTP request on a line of its own. */
export function send(url: string, { method = 'GET', path = '/', headers = {}, body }: Sent): Promise<Reply> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const req = request(url, { method, path, headers: { 'accept-language': 'en', 'x-forwarded-for': stranger(), ...headers }, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      // A refusal may end the line while we still send.
      const end = () => resolve({ status: res.statusCode!, headers: res.headers, text: Buffer.concat(chunks).toString(), ms: performance.now() - startedAt });
      res.once('end', end);
      res.once('error', end);
    });
    req.once('error', reject);
    req.end(body);
  });
}

/** Bytes as they are, on a line of their own; resolves with everything that came until the other side hung up. */
export function sendRaw(port: number, bytes: string | Buffer, withinMs = 5_000): Promise<Reply> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const line = openLine(port);
    let text = '';
    const timer = setTimeout(() => {
      line.destroy();
      reject(new Error(`the line was still open after ${withinMs} ms; it said: ${text.slice(0, 200)}`));
    }, withinMs);
    line.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    line.once('close', () => {
      clearTimeout(timer);
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), headers: {}, text, ms: performance.now() - startedAt });
    });
    line.write(bytes);
  });
}

/** A bare line to the server whose breaking is no error of ours. */
export function openLine(port: number): Socket {
  const line = connect(port, '127.0.0.1');
  line.on('error', () => undefined);
  return line;
}

interface Body {
  code?: string;
  data?: Record<string, { userErrors?: { code: string }[] } | null> | null;
  errors?: { extensions?: { code?: string } }[];
}

/** The code of a refusal: of a thrown error, of a user error, or of a REST problem; the bare status where there is no body of ours. */
export function codeOf({ status, text }: Pick<Reply, 'status' | 'text'>): string {
  const body = parse(text.slice(Math.max(0, text.indexOf('\r\n\r\n'))).trim() || text);
  const code = body?.errors?.[0]?.extensions?.code ?? Object.values(body?.data ?? {})[0]?.userErrors?.[0]?.code ?? body?.code;
  if (code) return status === 200 ? code : `${status} ${code}`;
  if (status !== 200) return String(status);
  return body?.data && Object.values(body.data).every(isEmpty) ? 'null' : 'LET IN';
}

/** Nothing, or a payload or node that holds nothing but its name. */
function isEmpty(value: unknown): boolean {
  if (value === null) return true;
  const held = Object.entries(value as object).filter(([key]) => key !== 'id' && key !== '__typename' && key !== 'userErrors');
  return typeof value === 'object' && Object.keys(value).length > 1 && held.every(([, one]) => one === null);
}

function parse(text: string): Body | null {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return null;
  }
}
