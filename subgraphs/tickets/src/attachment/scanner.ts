import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { SECOND } from '@careline/kit/time';

/** Looks for harm in what people send. */
export interface Scanner {
  /** The name of what was found; null when nothing was. Throws when no verdict was reached. */
  scan(content: AsyncIterable<Buffer>): Promise<string | null>;
}

/** Longest silence: a scanner that neither takes bytes nor answers has no verdict. */
const SILENCE_MS = 60 * SECOND;
const REPLY_BYTES_MAX = 4_096;

/**
 * The clamd at `tcp://host:port` or `unix:/path`, spoken to by INSTREAM: it gets the bytes alone, never a file or a name.
 * Its `StreamMaxLength` must be at least 50 MB (clamd's own default is 100), or large files find no verdict.
 */
export function clamdScanner(url: string): Scanner {
  return { scan: (content) => scanStream(addressOf(new URL(url)), content) };
}

function addressOf(url: URL): NetConnectOpts {
  if (url.protocol === 'unix:') return { path: decodeURIComponent(url.pathname) };
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 3310) };
}

async function scanStream(address: NetConnectOpts, content: AsyncIterable<Buffer>): Promise<string | null> {
  const socket = connect(address);
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the scanner is silent')));
  const reply = readReply(socket);
  let isAnswered = false;
  // Both ways at once: a scanner that has heard enough answers and hangs up while we still send.
  reply.then(() => (isAnswered = true), () => (isAnswered = true));
  try {
    for await (const frame of framesOf(content)) {
      if (isAnswered) break;
      if (!socket.write(frame)) await Promise.race([once(socket, 'drain'), reply]);
    }
    return verdictOf(await reply);
  } finally {
    socket.destroy();
  }
}

/** The command, each piece behind its length in four bytes, and an empty piece as the end. */
async function* framesOf(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const piece of content) {
    if (piece.length === 0) continue;
    yield lengthOf(piece.length);
    yield piece;
  }
  yield lengthOf(0);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

function readReply(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const answer = () => Buffer.concat(parts).toString('utf8');
    socket.on('data', (part) => {
      parts.push(part);
      const text = answer();
      if (text.includes('\0') || text.length > REPLY_BYTES_MAX) resolve(text.split('\0')[0]!);
    });
    socket.on('end', () => resolve(answer()));
    // A line that breaks because the scanner hung up after its answer has still brought the answer.
    socket.on('error', (error) => (parts.length > 0 ? resolve(answer()) : reject(error)));
    socket.on('close', () => reject(new Error('the scanner hung up without an answer')));
  });
}

function verdictOf(reply: string): string | null {
  const text = reply.trim();
  if (text === 'stream: OK') return null;
  const found = /^stream: (.+) FOUND$/.exec(text)?.[1];
  if (!found) throw new Error(`the scanner gave no verdict: ${text.slice(0, 200) || 'an empty answer'}`);
  return found;
}
