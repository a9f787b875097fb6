import { defaultGrants, type RoleKey } from '@careline/schema';
import type { Identity } from '../auth/index.ts';
import { newId } from '../db/index.ts';

// Far beyond every test clock.
const NEVER = 4_102_444_800;

export interface AgentOptions {
  id?: string;
  name?: string;
  /** Built-in role whose grants it gets; `agent` unless `grants` are given. */
  role?: RoleKey;
  grants?: Identity['grants'];
  teamIds?: string[];
  queueIds?: string[];
  clearMasks?: string[];
  signInId?: string;
}

/** A signed-in agent. */
export function agentIdentity(options: AgentOptions = {}): Identity {
  const id = options.id ?? newId('agt');
  return {
    kind: 'AGENT', id, agentId: id, name: options.name ?? 'Agent',
    signInId: options.signInId ?? newId('sgn'),
    grants: options.grants ?? defaultGrants(options.role ?? 'agent'),
    clearMasks: options.clearMasks ?? [], teamIds: options.teamIds ?? [], queueIds: options.queueIds ?? [],
    channelId: null, expiresAt: NEVER,
  };
}

/** A customer or visitor who came through a channel. */
export function customerIdentity(options: { id?: string; channelId?: string | null; name?: string; grants?: Identity['grants'] } = {}): Identity {
  return {
    kind: 'CUSTOMER', id: options.id ?? newId('cus'), agentId: null, name: options.name ?? 'Customer', signInId: newId('vst'),
    grants: options.grants ?? defaultGrants('customer'), clearMasks: [], teamIds: [], queueIds: [],
    channelId: options.channelId ?? newId('chn'), expiresAt: NEVER,
  };
}
