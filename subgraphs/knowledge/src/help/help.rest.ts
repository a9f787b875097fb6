import type { IncomingMessage, ServerResponse } from 'node:http';
import { parsePage, toConnection, type RequestFacts } from '@careline/kit/graphql';
import { refuseMethod } from '@careline/kit/rest';
import { SECOND } from '@careline/kit/time';
import { addDays, dayStart, localDay } from '@careline/kit/time';
import { publicArticle, publicArticles, type HelpDeps } from '../article/index.ts';
import { articlePage, listPage, missingPage, type HelpPlace } from './help-page.ts';
import { HELP_POLICY } from './help-style.ts';

const PAGE = 50;
const CACHE_SECONDS = 60;

/** Answers `/help` and what lies below it: pages for anybody, without scripts and without a sign-in. */
export async function handleHelp(deps: HelpDeps, req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void> {
  if (req.method !== 'GET' && req.method !== 'HEAD') return refuseMethod(res, 'GET, HEAD', facts);
  const url = new URL(req.url ?? '/help', 'http://careline.invalid');
  const place = placeOf(url, facts, deps.timeZone);
  const page = await pageAt(deps, url, place);
  res.writeHead(page.status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': HELP_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': `public, max-age=${page.status === 200 ? secondsToCache(deps) : 0}`,
    vary: 'accept-language',
  });
  res.end(req.method === 'HEAD' ? undefined : page.html);
}

async function pageAt(deps: HelpDeps, url: URL, place: HelpPlace): Promise<{ status: number; html: string }> {
  const number = /^\/help\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  if (number) {
    const article = await publicArticle(deps, number, null);
    return article ? { status: 200, html: articlePage(place, article) } : { status: 404, html: missingPage(place) };
  }
  if (!/^\/help\/?$/.test(url.pathname)) return { status: 404, html: missingPage(place) };
  const search = (url.searchParams.get('q') ?? '').trim().slice(0, 200);
  const page = readPage(url.searchParams.get('after'));
  const found = await publicArticles(deps, { search: search || null, locale: place.locale, isCounted: false }, page);
  const { nodes, pageInfo } = toConnection(found.rows, page, (article) => article.cursor);
  return { status: 200, html: listPage(place, { search, articles: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null }) };
}

/** The page behind a cursor; a damaged one leads to the first page, because a reader cannot mend it. */
function readPage(after: string | null) {
  try {
    return parsePage({ first: PAGE, after }, ['value', 'id']);
  } catch {
    return parsePage({ first: PAGE }, ['value', 'id']);
  }
}

function placeOf(url: URL, facts: RequestFacts, timeZone: string): HelpPlace {
  const wish = url.searchParams.get('lang')?.toLowerCase();
  const locale = wish?.startsWith('en') ? 'EN' : wish?.startsWith('zh') ? 'ZH_CN' : facts.locale;
  const rest = new URLSearchParams(url.searchParams);
  rest.delete('lang');
  return { locale, path: url.pathname + (rest.size > 0 ? `?${rest}` : ''), timeZone };
}

/** A kept copy must not outlive the day: at midnight articles come into force and run out. */
function secondsToCache(deps: HelpDeps): number {
  const now = deps.clock.now();
  const midnight = dayStart(addDays(localDay(now, deps.timeZone), 1), deps.timeZone);
  return Math.max(0, Math.min(CACHE_SECONDS, Math.floor((midnight - now) / SECOND)));
}
