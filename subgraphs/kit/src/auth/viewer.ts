import { appError } from '../errors/index.ts';

export type GrantScope = 'OWN' | 'TEAM' | 'ALL';
export type IdentityKind = 'AGENT' | 'CUSTOMER' | 'API' | 'SYSTEM';

/**
 * Who speaks, as the gateway found it and signed it over to the subgraphs.
 * `queueIds` are the queues that the caller's teams serve: with them TEAM scope needs no look-up.
 */
export interface Identity {
  kind: IdentityKind;
  /** `agt_…` for agents, `cus_…` for customers, `tok_…` for access tokens, the subgraph's name for SYSTEM. */
  id: string;
  /** The agent behind an agent or access token; null otherwise. */
  agentId: string | null;
  name: string;
  signInId: string | null;
  grants: Record<string, GrantScope>;
  clearMasks: string[];
  teamIds: string[];
  queueIds: string[];
  /** Channel a visitor came through; null for everybody else. */
  channelId: string | null;
  /** Seconds since 1970; the identity is void afterwards. */
  expiresAt: number;
}

/** What a permission check must know of an object. Absent means: nobody, none. */
export interface Belongings {
  agentIds?: readonly (string | null | undefined)[];
  queueIds?: readonly (string | null | undefined)[];
  teamIds?: readonly (string | null | undefined)[];
  customerId?: string | null;
}

/** The caller, and every question about what it may do. */
export class Viewer {
  readonly identity: Identity | null;

  constructor(identity: Identity | null) {
    this.identity = identity;
  }

  get isCustomer(): boolean {
    return this.identity?.kind === 'CUSTOMER';
  }

  get isSystem(): boolean {
    return this.identity?.kind === 'SYSTEM';
  }

  /** Works here: an agent, or an access token issued by one. */
  get isStaff(): boolean {
    return this.identity?.kind === 'AGENT' || this.identity?.kind === 'API';
  }

  get agentId(): string | null {
    return this.identity?.agentId ?? null;
  }

  get customerId(): string | null {
    return this.isCustomer ? this.identity!.id : null;
  }

  /** The scope in which the caller holds `permission`; null: not at all. */
  scopeOf(permission: string): GrantScope | null {
    return this.identity?.grants[permission] ?? null;
  }

  /** Throws UNAUTHENTICATED without an identity, FORBIDDEN without the permission. Returns its scope. */
  require(permission: string): GrantScope {
    if (!this.identity) throw appError('UNAUTHENTICATED');
    const scope = this.scopeOf(permission);
    if (!scope) throw appError('FORBIDDEN', { internal: `lacks ${permission}` });
    return scope;
  }

  requireAll(permission: string): void {
    if (this.require(permission) !== 'ALL') throw appError('FORBIDDEN', { internal: `holds ${permission}, but not for all` });
  }

  /** Whether the grant of `permission` reaches an object with these belongings. */
  covers(permission: string, object: Belongings): boolean {
    const scope = this.scopeOf(permission);
    if (!scope || !this.identity) return false;
    if (scope === 'ALL') return true;
    if (this.isCustomer) return object.customerId === this.identity.id;
    const agentId = this.identity.agentId;
    if (agentId && object.agentIds?.includes(agentId)) return true;
    if (scope === 'OWN') return false;
    const meets = (mine: readonly string[], theirs: Belongings['queueIds']) => theirs?.some((id) => id && mine.includes(id)) ?? false;
    return meets(this.identity.queueIds, object.queueIds) || meets(this.identity.teamIds, object.teamIds);
  }

  /**
   * The object check of a verb: NOT_FOUND for who may not even read the object
   * (`read` permission), FORBIDDEN for who may read but not do this.
   */
  requireOn(permission: string, object: Belongings, read: string): void {
    this.require(permission);
    if (this.covers(permission, object)) return;
    throw appError(this.covers(read, object) ? 'FORBIDDEN' : 'NOT_FOUND', { internal: `${permission} does not reach the object` });
  }

  /** Whether a mask is lifted for this caller: a role that reads it in clear, or one's own data. */
  readsInClear(mask: string, customerId: string): boolean {
    return this.isSystem || this.customerId === customerId || (this.identity?.clearMasks.includes(mask) ?? false);
  }
}
