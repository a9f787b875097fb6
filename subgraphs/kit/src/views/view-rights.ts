import type { Viewer } from '../auth/index.ts';

export type Sharing = 'ME' | 'TEAM' | 'ALL';

/** Whose a saved view is, and who sees it. */
export interface Shared {
  ownerAgentId: string;
  sharing: Sharing;
  /** Null unless sharing is TEAM. */
  teamId: string | null;
}

/** Whether the caller's `view:write` reaches so far. */
export function mayShareView(viewer: Viewer, sharing: Sharing, teamId: string | null): boolean {
  const scope = viewer.scopeOf('view:write');
  if (scope === 'ALL' || sharing === 'ME') return scope !== null;
  return scope === 'TEAM' && sharing === 'TEAM' && teamId !== null && viewer.identity!.teamIds.includes(teamId);
}

/** Whether the caller may change a saved view: one's own, and shared ones as far as the scope of `view:write` reaches. */
export function mayEditView(viewer: Viewer, { ownerAgentId, sharing, teamId }: Shared): boolean {
  return sharing === 'ME' ? ownerAgentId === viewer.agentId && viewer.scopeOf('view:write') !== null : mayShareView(viewer, sharing, teamId);
}

/** Whether the view is there for the caller at all. */
export function seesView(viewer: Viewer, view: Shared): boolean {
  if (view.sharing === 'ALL') return true;
  if (view.sharing === 'ME') return view.ownerAgentId === viewer.agentId;
  return viewer.identity!.teamIds.includes(view.teamId!) || mayEditView(viewer, view);
}
