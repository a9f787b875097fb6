import type { Viewer } from '@careline/kit/auth';

/** Whose rows a caller sees: those it owns or made, of its queues and of its teams. */
export interface Reach {
  agentId: string | null;
  queueIds: readonly string[];
  teamIds: readonly string[];
}

/** How far the caller's grant of `permission` reaches in lists; null: everywhere. Throws like `Viewer.require`. */
export function reachOf(viewer: Viewer, permission: string): Reach | null {
  const scope = viewer.require(permission);
  if (scope === 'ALL') return null;
  const { queueIds, teamIds } = scope === 'TEAM' ? viewer.identity! : { queueIds: [], teamIds: [] };
  return { agentId: viewer.agentId, queueIds, teamIds };
}
