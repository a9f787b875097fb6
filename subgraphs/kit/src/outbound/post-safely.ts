import { lookup } from 'node:dns';
import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Reachable } from './networks.ts';

/** Why nothing was delivered, in words that may be shown: they never quote an answer. */
export class Undelivered extends Error {
  readonly fault: string;

  constructor(fault: string) {
    super(fault);
    this.name = 'Undelivered';
    this.fault = fault;
  }
}

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
}

const WITHIN_MS = 10_000;
const ANSWER_MAX = 4_096;
const URL_LENGTH_MAX = 500;
/** Letters beyond ASCII grow when they are spelled for the wire. */
const SPELLED_LENGTH_MAX = 2_000;

/** The address a program may be told at, spelled one way; null when it is none: https or http, a host, no password, no fragment. */
export function readHookUrl(text: string): URL | null {
  if (text.length > URL_LENGTH_MAX || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isFit = ['https:', 'http:'].includes(url.protocol) && url.hostname !== '' && url.username === '' && url.password === '' && url.hash === '' && url.href.length <= SPELLED_LENGTH_MAX;
  return isFit ? url : null;
}

/**
 * Sends a POST to an address that a person gave us, and no other place: the name is resolved once, every address of it is
 * held against the networks we may reach, and the connection goes to what was looked at. Redirects are not followed, answers
 * not read. Throws Undelivered unless the other side says 2xx within ten seconds.
 */
export async function postSafely(post: Post, reachable: Reachable): Promise<void> {
  await sendSafely(post, reachable, 0);
}

/** As `postSafely`, for those who say in their answer whether they took it: gives its first 4 KB. It may say anything, so it is judged and never shown. */
export function askSafely(post: Post, reachable: Reachable): Promise<string> {
  return sendSafely(post, reachable, ANSWER_MAX);
}

async function sendSafely({ url: text, headers, body }: Post, reachable: Reachable, answerMax: number): Promise<string> {
  const url = readHookUrl(text);
  if (!url) throw new Undelivered('address refused');
  const isPlain = url.protocol === 'http:';
  const mayUse = (address: string) => reachable.mayReach(address) && (!isPlain || reachable.isOpened(address));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A literal address is never looked up, so the guard below would not see it.
  if (isIP(host) !== 0 && !mayUse(host)) throw new Undelivered('address refused');
  const options: RequestOptions = {
    method: 'POST', agent: false, signal: AbortSignal.timeout(WITHIN_MS),
    headers: { ...headers, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'Careline' },
    lookup(name, asked, done) {
      lookup(name, { ...asked, all: true }, (error, found) => {
        if (error) return done(error, '', 0);
        const [first] = found;
        // One bad address is enough: whoever mixes them hopes that we take it.
        if (!first || !found.every(({ address }) => mayUse(address))) return done(new Undelivered('address refused'), '', 0);
        if (asked.all) return done(null, found);
        done(null, first.address, first.family);
      });
    },
  };
  const { status, said } = await new Promise<{ status: number; said: string }>((resolve, reject) => {
    const sent = (isPlain ? requestHttp : requestHttps)(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const end = () => {
        resolve({ status: answer.statusCode ?? 0, said: Buffer.concat(chunks).subarray(0, answerMax).toString() });
        answer.destroy();
      };
      if (answerMax === 0) return end();
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= answerMax) end();
      }).once('end', end).once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  }).catch((error: unknown) => {
    throw error instanceof Undelivered ? error : new Undelivered(faultOf(error));
  });
  if (status < 200 || status > 299) throw new Undelivered(`status ${status}`);
  return said;
}

const FAULTS: Record<string, string> = {
  ENOTFOUND: 'no such host', EAI_AGAIN: 'no such host', ECONNREFUSED: 'connection refused', ECONNRESET: 'connection lost', EPIPE: 'connection lost', ABORT_ERR: 'timed out',
  ESOCKET: 'connection failed', ECONNECTION: 'connection failed', EDNS: 'no such host', EAUTH: 'mail server refused the sign-in',
  ETIMEDOUT: 'timed out', ETIMEOUT: 'timed out', EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable',
};

/** What went wrong, without what the other side or the system said. */
export function faultOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return 'timed out';
  const known = FAULTS[String(code)];
  if (known) return known;
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(String(code)) ? 'certificate refused' : 'could not be sent';
}
