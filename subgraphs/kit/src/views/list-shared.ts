import type { Viewer } from '../auth/index.ts';
import { parseId, type Queryable } from '../db/index.ts';
import { appError } from '../errors/index.ts';
import { parsePage, type Page, type PageArgs } from '../graphql/index.ts';
import { NAME_MAX } from './save-view.ts';
import type { Sharing } from './view-rights.ts';
import type { SavedView, SharedWhere, ViewStore } from './view-store.ts';

export interface ListSharedViews extends PageArgs {
  search?: string | null;
  sharing?: Sharing | null;
  teamId?: string | null;
}

/**
 * One page of the shared views in the caller's sight, by name: those of everybody and those of teams. With `view:write` for all
 * that is every team, else the caller's own. Throws BAD_USER_INPUT for a search longer than a name.
 */
export async function pageShared<Content extends object>(
  { viewer, db, store }: { viewer: Viewer; db: Queryable; store: ViewStore<Content> }, { search, sharing, teamId, ...args }: ListSharedViews, isCounted: boolean,
): Promise<{ rows: SavedView<Content>[]; page: Page<'name' | 'id'>; total: number | null }> {
  viewer.require('view:write');
  const page = parsePage(args, ['name', 'id']);
  const part = search?.trim() || null;
  if (part && [...part].length > NAME_MAX) throw appError('BAD_USER_INPUT', { words: { zh: `名称最多 ${NAME_MAX} 个字符。`, en: `A name has at most ${NAME_MAX} characters.` } });
  const where = whereOf(viewer, part, sharing ?? null, teamId ?? null);
  if (!where) return { rows: [], page, total: isCounted ? 0 : null };
  const [rows, total] = await Promise.all([store.sharedPage(db, where, page), isCounted ? store.countShared(db, where) : null]);
  return { rows, page, total };
}

/** Null: there can be none. */
function whereOf(viewer: Viewer, search: string | null, sharing: Sharing | null, teamId: string | null): SharedWhere | null {
  const reach = viewer.scopeOf('view:write') === 'ALL' ? null : viewer.identity!.teamIds;
  if (teamId === null) return sharing === 'ME' ? null : { teamIds: reach, sharing, search };
  const isAsked = sharing === null || sharing === 'TEAM';
  return isAsked && parseId('tem', teamId) && (reach === null || reach.includes(teamId)) ? { teamIds: [teamId], sharing: 'TEAM', search } : null;
}
