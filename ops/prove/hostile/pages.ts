import { randomUUID } from 'node:crypto';
import { asker, tell } from '../../harness/people.ts';
import type { Arena } from './arena.ts';
import type { Attack, Family } from './attack.ts';
import { send } from './wire.ts';

const XSS = [
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\'"><svg/onload=alert(1)>', '[a](javascript:alert(1))', '[a](java&#10;script:alert(1))',
  '[a](data:text/html,<script>alert(1)</script>)', '![a](x" onerror="alert(1))', '<javascript:alert(1)>', '{{constructor.constructor("alert(1)")()}}', '<iframe srcdoc="<script>alert(1)</script>">',
  '[a](vbscript:alert(1))', '[a](\u0001javascript:alert(1))', '</title><script>alert(1)</script>', '<a href="jav\tascript:alert(1)">a</a>', '```"><script>alert(1)</script>\nx\n```',
];
/** Markup that would run: tags of ours never carry these. */
const RUNS = /<(script|iframe|object|embed|svg|base|form action="[^/])|<[a-z][^>]*\s(on[a-z]+|srcdoc|style)\s*=|(href|src)="?\s*(javascript|data|vbscript):/i;
const locked = (policy: unknown) => /script-src|default-src 'none'/.test(String(policy)) && !/unsafe-eval|script-src[^;]*(\*|unsafe-inline)/.test(String(policy));

let article: Promise<string> | null = null;

/** An article with everything in it, in force; gives its number. */
async function publish({ url, staff }: Arena): Promise<string> {
  const admin = asker(url, () => staff.adminToken);
  const input = { title: XSS[0]!.slice(0, 100), category: '<b onclick=alert(1)>', content: XSS.join('\n\n'), similarQuestions: XSS.slice(0, 3), keywords: [XSS[1]!.slice(0, 20)], visibility: 'PUBLIC', effectiveDate: '2026-01-01', locale: 'EN' };
  const saved = await tell<{ article: { number: string; draftVersion: { id: string } } }>(admin, 'saveArticle', input, 'article { number draftVersion { id } }');
  await tell(admin, 'publishArticle', { versionId: saved.article.draftVersion.id, idempotencyKey: randomUUID() }, 'article { number }');
  return saved.article.number;
}

const HELP: [name: string, path: (number: string) => string][] = [
  ['an article', (number) => `/help/${number}?lang=en`],
  ['the list', () => '/help?lang=en'],
  ['a search', () => `/help?lang=en&q=${encodeURIComponent(XSS[1]!)}`],
  ['a search with an article', () => `/help?lang=en&q=alert`],
  ['a language', () => `/help?lang=${encodeURIComponent(XSS[1]!)}&x=${encodeURIComponent(XSS[0]!)}`],
  ['a cursor', () => `/help?after=${encodeURIComponent(XSS[1]!)}`],
  ['an address that is none', () => `/help/${encodeURIComponent(XSS[1]!)}`],
];

const scripts: Attack[] = HELP.map(([name, path]) => ({
  name: `scripts in ${name} of the help centre`, expected: 'never run', door: 'http',
  async run(arena) {
    const number = await (article ??= publish(arena));
    const { text, headers, ms } = await send(arena.url, { path: path(number) });
    // What stands in quotes is the value of an attribute; that none of them is left open, the rest would show.
    const bare = text.replace(/\s(value|content|placeholder)="[^"<>]*"/g, '');
    return { code: RUNS.exec(bare)?.[0] ?? (locked(headers['content-security-policy']) ? 'never run' : 'no policy'), ms };
  },
}));

const FRAMED = ['/', '/login', '/inbox', '/rate/clr_x', '/demo', '/help', '/widget/rate.html', '/widget/frame.html?channel=demo'];

const frames: Attack[] = FRAMED.map((path) => ({
  name: `${path} in the frame of a foreign page`, expected: 'not framed', door: 'http',
  async run(arena) {
    const { headers, status, ms } = await send(arena.url, { path });
    const ancestors = /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy']))?.[1] ?? 'anybody';
    return { code: status !== 200 ? `${status}` : ["'none'", "'self'"].includes(ancestors) ? 'not framed' : ancestors, ms };
  },
}));

const AWAY: [name: string, path: string][] = [
  ['//evil.example', '//evil.example/'], ['/\\evil.example', '/\\evil.example/'], ['/%5Cevil.example', '/%5Cevil.example/'], ['/help//evil.example', '/help//evil.example'],
  ['next=', '/login?next=//evil.example'], ['next= of another scheme', '/login?next=https:evil.example'], ['a line break', '/login%0d%0aLocation:%20https://evil.example'],
];

const redirects: Attack[] = AWAY.map(([name, path]) => ({
  name: `sent away by ${name}`, expected: 'stays', door: 'http',
  async run(arena) {
    const { headers, status, ms } = await send(arena.url, { path });
    return { code: (status >= 300 && status < 400) || status >= 500 ? `${status}` : headers.location ? String(headers.location) : 'stays', ms };
  },
}));

const HEADERS: [name: string, path: string, headers: Record<string, string>][] = [
  ['the language', '/help?lang=%0d%0aset-cookie:a=b', {}],
  ['the search', '/help?q=%0d%0aset-cookie:a=b', {}],
  ['the request id', '/healthz', { 'x-request-id': 'a;b="c" <script>' }],
  ['the origin', '/graphql', { origin: 'https://evil.example' }],
  ['the channel', '/widget/frame.html?channel=%0d%0aset-cookie:a=b', {}],
  ['the file name', '/uploads/att_x%0d%0aset-cookie:a=b', {}],
];

const injected: Attack[] = HEADERS.map(([name, path, headers]) => ({
  name: `a header out of ${name}`, expected: 'none', door: 'http',
  async run(arena) {
    const reply = await send(arena.url, { path, headers });
    const echo = String(reply.headers['x-request-id']).includes('<') || reply.headers['set-cookie'] || reply.headers['access-control-allow-origin'];
    return { code: echo ? 'injected' : reply.status >= 500 ? `${reply.status}` : 'none', ms: reply.ms };
  },
}));

export const pages: Family = { name: 'pages', attacks: [...scripts, ...frames, ...redirects, ...injected] };
