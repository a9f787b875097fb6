import { permissionCatalogue } from '@careline/schema/permissions';
import type { ConversationsContext } from '../context.ts';
import { countRoles, selectRolePage, type RolePage, type RoleRow } from './role.store.ts';
import { selectAccessTokenPage, selectSignInPage, type AccessTokenRow, type IdPage, type SignInRow } from './sign-in.store.ts';

/** Sign-ins that are alive, newest first: the caller's own, or with scope all those of the agent asked for. */
export async function listSignIns(ctx: ConversationsContext, agentId: string | null, page: IdPage): Promise<SignInRow[]> {
  const scope = ctx.viewer.require('signin:read');
  const ownId = ctx.viewer.agentId;
  const wanted = agentId ?? ownId;
  if (!wanted || (scope !== 'ALL' && wanted !== ownId)) return [];
  return selectSignInPage(ctx.db, wanted, ctx.clock.now(), page);
}

/** Access tokens, newest first: the caller's own, or with scope all everybody's. */
export async function listAccessTokens(ctx: ConversationsContext, page: IdPage): Promise<AccessTokenRow[]> {
  const scope = ctx.viewer.require('token:read');
  if (scope === 'ALL') return selectAccessTokenPage(ctx.db, null, page);
  return ctx.viewer.agentId ? selectAccessTokenPage(ctx.db, ctx.viewer.agentId, page) : [];
}

/** Roles, the built-in ones first. */
export async function listRoles(ctx: ConversationsContext, page: RolePage): Promise<{ rows: RoleRow[]; total: number }> {
  ctx.viewer.requireAll('role:read');
  return { rows: await selectRolePage(ctx.db, page), total: await countRoles(ctx.db) };
}

/** The catalogue of permissions in the caller's language. */
export function readPermissions(ctx: ConversationsContext) {
  return permissionCatalogue.map(({ name, zh, en, isAudited, defaults }) => ({
    name, isAudited, meaning: ctx.locale === 'EN' ? en : zh,
    defaults: Object.entries(defaults).map(([role, scope]) => ({ role, scope: scope.toUpperCase() })),
  }));
}
