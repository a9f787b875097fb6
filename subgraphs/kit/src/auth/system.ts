import { permissionCatalogue } from '@careline/schema/permissions';
import type { Identity } from './viewer.ts';

/** The identity under which one part of the system asks another: consumers, jobs, service look-ups. */
export function systemIdentity(name: string, nowMs: number): Identity {
  const grants: Identity['grants'] = {};
  for (const permission of permissionCatalogue) grants[permission.name] = 'ALL';
  return {
    kind: 'SYSTEM', id: name, agentId: null, name, signInId: null, grants,
    clearMasks: [], teamIds: [], queueIds: [], channelId: null, expiresAt: Math.floor(nowMs / 1000) + 60,
  };
}
