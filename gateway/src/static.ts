import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { refuseMethod } from '@careline/kit/rest';
import type { GatewayConfig } from './config.ts';
import type { Embedding } from './embedding.ts';
import type { Arrival } from './facts.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.webmanifest': 'application/manifest+json', '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg',
  '.webp': 'image/webp', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.mp3': 'audio/mpeg', '.ogg': 'audio/ogg', '.wav': 'audio/wav', '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSIBLE = /^(text\/|application\/(json|manifest)|image\/svg)/;
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** `private`: a page opened by a link that is a secret. */
type Role = 'console' | 'frame' | 'widget' | 'demo' | 'private' | 'graphiql';
interface File {
  body: Buffer;
  type: string;
  etag: string;
  br: Buffer | null;
  gz: Buffer | null;
  changedAt: number;
}

export interface StaticDoor {
  /** Answers every path that nothing else answered: a file, the console, or 404. */
  handle(path: string, req: IncomingMessage, res: ServerResponse, arrival: Arrival): Promise<void>;
}

/**
 * Serves the built console at `/`, the widget at `/widget.js` and `/widget/…`, `/demo`, the pages of rating and tracking links,
 * and in development GraphiQL.
 * Only files that lie in the build folders exist; each is compressed once and kept.
 */
export function createStaticDoor(config: GatewayConfig, embedding: Embedding): StaticDoor {
  const files = new Map<string, File>();
  const known = { paths: Promise.resolve(new Set<string>()), readAt: 0 };
  const find = async (path: string): Promise<File | null> => {
    // The listing, not the file system, decides what exists: a path can never lead out of the folders.
    // Callers share one reading: the second of two at once must not take an unread folder for an empty one.
    if (!(await known.paths).has(path) && Date.now() - known.readAt > 2_000) {
      known.readAt = Date.now();
      known.paths = list(config.webRoot);
    }
    if (!(await known.paths).has(path)) return null;
    return load(join(config.webRoot, path), path, files, config.isProduction);
  };
  return {
    async handle(path, req, res, arrival) {
      if (req.method !== 'GET' && req.method !== 'HEAD') return refuseMethod(res, 'GET, HEAD', arrival);
      const { file: wanted, role } = resolve(path);
      let file = role === 'graphiql' && config.isProduction ? null : await find(wanted);
      let isFallback = false;
      if (!file && role === 'console' && extname(path) === '') {
        file = await find('console/index.html');
        isFallback = true;
      }
      if (!file) return sendText(res, 404, extname(wanted) === '.html' || !extname(path) ? 'Not here, or not built yet: npm run build' : 'Not found');
      if (role === 'frame') return sendFrame(res, file, await embedding.hostsOf(channelOf(req), arrival), config);
      const isPage = file.type.startsWith('text/html');
      for (const [name, value] of Object.entries(isPage ? pageHeaders(role, config) : assetHeaders(role))) res.setHeader(name, value);
      const isForEver = !isPage && !isFallback && /\/assets\//.test(wanted);
      const pageCaching = role === 'private' ? 'no-store' : 'no-cache';
      send(req, res, file, isForEver ? 'public, max-age=31536000, immutable' : isPage ? pageCaching : 'public, max-age=300, must-revalidate');
    },
  };
}

function resolve(path: string): { file: string; role: Role } {
  let clean = path;
  try {
    clean = decodeURIComponent(path);
  } catch {
    return { file: '', role: 'widget' };
  }
  if (clean === '/widget.js') return { file: 'widget/widget.js', role: 'widget' };
  if (clean === '/demo' || clean === '/demo/') return { file: 'widget/demo.html', role: 'demo' };
  if (clean === '/widget/' || clean === '/widget' || clean === '/widget/frame') return { file: 'widget/frame.html', role: 'frame' };
  if (clean === '/widget/frame.html') return { file: 'widget/frame.html', role: 'frame' };
  if (/^\/rate\/[^/]+$/.test(clean)) return { file: 'widget/rate.html', role: 'private' };
  if (/^\/track\/[^/]+$/.test(clean)) return { file: 'widget/track.html', role: 'private' };
  if (clean.startsWith('/graphiql/')) return { file: clean === '/graphiql/' ? 'graphiql/index.html' : clean.slice(1), role: 'graphiql' };
  if (clean.startsWith('/widget/')) return { file: clean.slice(1), role: 'widget' };
  return { file: clean === '/' ? 'console/index.html' : `console${clean}`, role: 'console' };
}

async function list(root: string): Promise<Set<string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const base = root.endsWith(sep) ? root : root + sep;
  return new Set(entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name).slice(base.length).split(sep).join('/')));
}

async function load(full: string, path: string, files: Map<string, File>, isProduction: boolean): Promise<File | null> {
  const before = files.get(path);
  if (before && isProduction) return before;
  const changedAt = await stat(full).then((found) => found.mtimeMs, () => null);
  if (changedAt === null) return null;
  if (before?.changedAt === changedAt) return before;
  const body = await readFile(full);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const isCompressed = COMPRESSIBLE.test(type) && body.length > 512;
  const file: File = {
    body, type, changedAt,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    br: isCompressed ? await brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }) : null,
    gz: isCompressed ? await zip(body) : null,
  };
  files.set(path, file);
  return file;
}

function send(req: IncomingMessage, res: ServerResponse, file: File, caching: string): void {
  res.setHeader('cache-control', caching);
  res.setHeader('etag', file.etag);
  if (file.br) res.setHeader('vary', 'accept-encoding');
  if (req.headers['if-none-match'] === file.etag) {
    res.writeHead(304).end();
    return;
  }
  const accepted = String(req.headers['accept-encoding'] ?? '');
  const encoding = file.br && /\bbr\b/.test(accepted) ? 'br' : file.gz && /\bgzip\b/.test(accepted) ? 'gzip' : null;
  const body = encoding === 'br' ? file.br! : encoding === 'gzip' ? file.gz! : file.body;
  if (encoding) res.setHeader('content-encoding', encoding);
  res.writeHead(200, { 'content-type': file.type, 'content-length': body.length });
  res.end(req.method === 'HEAD' ? undefined : body);
}

const channelOf = (req: IncomingMessage) => new URL(req.url!, 'http://gateway').searchParams.get('channel');

/** The chat, shown by browsers only inside pages that may embed it; it reads from `careline-hosts` with whom it may talk. */
function sendFrame(res: ServerResponse, file: File, hosts: readonly string[], config: GatewayConfig): void {
  const isAnywhere = hosts.includes('*');
  const page = file.body.toString('utf8').replace('name="careline-hosts" content=""', `name="careline-hosts" content="${hosts.join(' ')}"`);
  // Not kept: an answer from a cache would bring the header of another day.
  res.writeHead(200, { ...pageHeaders('frame', config, isAnywhere ? ['http:', 'https:'] : ["'self'", ...hosts]), 'content-type': file.type, 'cache-control': 'no-store' });
  res.end(page);
}

/** Who may frame the page and what it may load. Uploads and links go to the public address, which may differ from the page's. */
function pageHeaders(role: Role, config: GatewayConfig, ancestors: readonly string[] = ["'none'"]): Record<string, string> {
  const publicOrigin = new URL(config.publicUrl).origin;
  const socketOrigin = publicOrigin.replace(/^http/, 'ws');
  const policy = [
    "default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", `img-src 'self' data: blob: ${publicOrigin}`,
    `media-src 'self' data: blob: ${publicOrigin}`, "font-src 'self' data:", `connect-src 'self' ${publicOrigin} ${socketOrigin}${config.isProduction ? '' : ' ws: wss:'}`,
    "frame-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", `frame-ancestors ${ancestors.join(' ')}`,
  ].join('; ');
  return {
    'content-security-policy': policy,
    'referrer-policy': role === 'private' ? 'no-referrer' : 'strict-origin',
    ...(role === 'private' ? { 'x-robots-tag': 'noindex' } : {}),
    ...(role === 'frame' ? {} : { 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin' }),
  };
}

// The embed script and its files are loaded by pages of other origins.
const assetHeaders = (role: Role): Record<string, string> => (role === 'widget' ? { 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' } : {});

function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  res.end(`${text}\n`);
}
