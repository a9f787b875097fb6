import type { RouteLocationNormalized } from 'vue-router';

/** Where somebody wanted to go before being asked for something else: a place of this console, else the inbox. */
export function nextPlace(route: Pick<RouteLocationNormalized, 'query'>): string {
  const next = String(route.query['next'] ?? '');
  return next.startsWith('/') && !next.startsWith('//') ? next : '/inbox';
}
