import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Locale } from '@careline/kit/errors';
import type { RequestFacts } from '@careline/kit/graphql';
import type { GatewayConfig } from './config.ts';
import { isOwnPage } from './origins.ts';

/** What is known of a request before its identity is. */
export type Arrival = Omit<RequestFacts, 'identity'>;

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** Everything a request says about itself but who sends it. Headers that only the system may set are ignored. */
export function readArrival(req: IncomingMessage, config: Pick<GatewayConfig, 'isProxyTrusted' | 'publicUrl'>): Arrival {
  const given = one(req.headers, 'x-request-id');
  return {
    requestId: given && REQUEST_ID.test(given) ? given : randomUUID(),
    locale: readLocale(req.headers['accept-language']),
    address: readAddress(req, config.isProxyTrusted),
    device: readDevice(req.headers['user-agent']),
    clientName: one(req.headers, 'x-client-name')?.slice(0, 60) ?? null,
    pageOrigin: isOwnPage(req, config) ? null : one(req.headers, 'origin')!.slice(0, 300),
  };
}

/** One header as one string. */
export function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The token of an `authorization` value; null when there is none. */
export function readBearer(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const match = /^Bearer\s+(\S+)$/i.exec(value.trim());
  return match ? match[1]! : null;
}

/** The first language we speak of an Accept-Language value; Chinese when it names none. */
export function readLocale(value: unknown): Locale {
  if (typeof value !== 'string') return 'ZH_CN';
  for (const part of value.toLowerCase().split(',')) {
    const tag = part.trim();
    if (tag.startsWith('zh')) return 'ZH_CN';
    if (tag.startsWith('en')) return 'EN';
  }
  return 'ZH_CN';
}

/**
 * The caller's address. Behind a trusted proxy: the last one that proxy wrote down.
 * A proxy on this machine that nobody told us of must not make the whole world look like this machine,
 * which may do what others may not; so its word is taken too, unless it says just that.
 */
function readAddress(req: IncomingMessage, isProxyTrusted: boolean): string | null {
  const remote = plainAddress(req.socket.remoteAddress);
  const forwarded = plainAddress(one(req.headers, 'x-forwarded-for')?.split(',').at(-1)?.trim());
  if (!forwarded) return remote;
  if (isProxyTrusted) return forwarded;
  if (!remote || !isLoopback(remote)) return remote;
  return isLoopback(forwarded) ? 'unknown' : forwarded;
}

const plainAddress = (address: string | undefined) => address?.replace(/^::ffff:/, '').slice(0, 45) || null;
const isLoopback = (address: string) => address.startsWith('127.') || address === '::1';

const BROWSERS: [RegExp, string][] = [
  [/MicroMessenger/, 'WeChat'], [/DingTalk/, 'DingTalk'], [/Edg(e|A|iOS)?\//, 'Edge'], [/Firefox\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'], [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Windows/, 'Windows'], [/(iPhone|iPad)/, 'iOS'], [/Mac OS X/, 'macOS'], [/Android/, 'Android'], [/Linux/, 'Linux'],
];

/** `Chrome on Windows`; a program that is no browser keeps the first word of its user agent. */
export function readDevice(userAgent: string | undefined): string | null {
  if (!userAgent) return null;
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? userAgent.split(' ')[0]!.slice(0, 60);
}
