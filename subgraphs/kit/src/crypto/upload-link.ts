import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring } from './keyring.ts';

export type LinkVerb = 'GET' | 'PUT';

export interface UploadLink {
  attachmentId: string;
  verb: LinkVerb;
  /** Who may use it: the id of the viewer it was made for. */
  viewerId: string;
  /** Milliseconds; rounded down to the second in the link. */
  expiresAt: number;
}

function sign(keyring: Keyring, link: Omit<UploadLink, 'expiresAt'>, seconds: string): Buffer {
  return createHmac('sha256', keyring.secret('links')).update([link.verb, link.attachmentId, link.viewerId, seconds].join('|')).digest();
}

/** The address under which one viewer may read (GET) or fill (PUT) one attachment until it runs out. */
export function signUploadLink(keyring: Keyring, link: UploadLink & { publicUrl: string }): string {
  const seconds = String(Math.floor(link.expiresAt / 1000));
  const query = new URLSearchParams({ exp: seconds, who: link.viewerId, sig: sign(keyring, link, seconds).toString('base64url') });
  return `${link.publicUrl.replace(/\/$/, '')}/uploads/${link.attachmentId}?${query}`;
}

/**
 * What a requested `/uploads/…` address allows; null when it is forged, run out or made for another method.
 * HEAD counts as GET. Whether the viewer still may see the attachment is asked elsewhere.
 */
export function readUploadLink(keyring: Keyring, request: { url: string; method: string; now: number }): UploadLink | null {
  const url = new URL(request.url, 'http://careline.invalid');
  const attachmentId = /^\/uploads\/([a-z]+_[0-9a-z]+)$/.exec(url.pathname)?.[1];
  const verb = request.method === 'HEAD' ? 'GET' : request.method;
  const seconds = url.searchParams.get('exp');
  const viewerId = url.searchParams.get('who');
  const signature = Buffer.from(url.searchParams.get('sig') ?? '', 'base64url');
  if (!attachmentId || !viewerId || !seconds || !/^\d{1,12}$/.test(seconds) || (verb !== 'GET' && verb !== 'PUT')) return null;
  const expected = sign(keyring, { attachmentId, verb, viewerId }, seconds);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return null;
  const expiresAt = Number(seconds) * 1000;
  return expiresAt > request.now ? { attachmentId, verb, viewerId, expiresAt } : null;
}
