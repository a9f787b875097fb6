import { defaultGrants } from '@careline/schema/permissions';
import type { Identity } from './viewer.ts';

/**
 * The identity under which one part of the system asks another: consumers, jobs, service look-ups.
 * It holds what the catalogue gives the role `service`, no more.
 */
export function systemIdentity(name: string, nowMs: number): Identity {
  return {
    kind: 'SYSTEM', id: name, agentId: null, name, signInId: null, grants: defaultGrants('service'),
    clearMasks: [], teamIds: [], queueIds: [], channelId: null, expiresAt: Math.floor(nowMs / 1000) + 60,
  };
}
