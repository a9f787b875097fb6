import type { Viewer } from '@careline/kit/auth';
import type { Shared } from './macro.types.ts';

/** Which rows a caller sees: its own, those of these teams, those of everybody. */
export interface Sight {
  agentId: string | null;
  /** Null: of every team. */
  teamIds: readonly string[] | null;
}

/** What `macro:read` lets the caller see. Own ones stay one's own whatever the grant. */
export function sightOf(viewer: Viewer): Sight {
  const scope = viewer.require('macro:read');
  return { agentId: viewer.agentId, teamIds: scope === 'ALL' ? null : scope === 'TEAM' ? viewer.identity!.teamIds : [] };
}

export function isInSight({ agentId, teamIds }: Sight, shared: Shared): boolean {
  if (shared.sharing === 'ALL') return true;
  if (shared.sharing === 'ME') return shared.authorId === agentId;
  return teamIds === null || teamIds.includes(shared.teamId!);
}

/** Whether the caller may write what these people see: each scope of `macro:write` reaches as far as its name says. */
export function mayShare(viewer: Viewer, shared: Shared): boolean {
  const scope = viewer.scopeOf('macro:write');
  if (scope === null || viewer.agentId === null) return false;
  if (shared.sharing === 'ME') return shared.authorId === viewer.agentId;
  if (shared.sharing === 'ALL') return scope === 'ALL';
  return scope === 'ALL' || (scope === 'TEAM' && viewer.identity!.teamIds.includes(shared.teamId!));
}
