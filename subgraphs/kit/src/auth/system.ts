import { defaultGrants } from '@careline/schema/permissions';
import { MINUTE } from '../time/index.ts';
import type { Identity } from './viewer.ts';

/** Longer than a question takes by far: the clocks of two machines may stand minutes apart, and everybody's sign-in goes through here. */
const TRUSTED_MS = 15 * MINUTE;

/**
 * The identity under which one part of the system asks another: consumers, jobs, service look-ups.
 * It holds what the catalogue gives the role `service`, no more.
 */
export function systemIdentity(name: string, nowMs: number): Identity {
  return {
    kind: 'SYSTEM', id: name, agentId: null, name, signInId: null, grants: defaultGrants('service'),
    clearMasks: [], teamIds: [], queueIds: [], channelId: null, expiresAt: Math.floor((nowMs + TRUSTED_MS) / 1000),
  };
}
