import type { Belongings, Viewer } from '@careline/kit/auth';
import type { Queryable, Tx } from '@careline/kit/db';
import type { Locale } from '@careline/kit/errors';
import type { ConversationsContext } from './context.ts';

/** What a visit must know of the channel it comes through. */
export interface ChannelFacts {
  id: string;
  kind: string;
  isEnabled: boolean;
  locale: Locale | null;
  /** Whether a page of this origin, not our own, may speak through it. */
  admitsPage(origin: string): boolean;
  /** Secret with which the host application signs identity tokens; null: the channel takes none. */
  identitySecret: Buffer | string | null;
}

/** A condition that another module writes about its own tables. */
export interface SqlCondition {
  sql: string;
  params: unknown[];
}

/**
 * Questions that customer and agent ask of modules which stand above them. Imports run
 * channel, routing → conversation → customer, agent; answers against that direction are lent here
 * and wired in `wiring.ts`.
 */
export interface Ports {
  /** Queues that these teams serve (routing). */
  queuesOfTeams(q: Queryable, teamIds: readonly string[]): Promise<string[]>;
  /** The channel of a public key; null when unknown (channel). */
  channelByKey(ctx: ConversationsContext, key: string): Promise<ChannelFacts | null>;
  /** The channel of an id; null when unknown (channel). */
  channelById(ctx: ConversationsContext, id: string): Promise<ChannelFacts | null>;
  /** Whose customers these are: agents and queues of their conversations (conversation). Absent: no conversation yet. */
  belongingsOfCustomers(q: Queryable, customerIds: readonly string[]): Promise<Map<string, Belongings>>;
  /** True for rows whose customer, named by `column`, is by its conversations within this scope of the caller (conversation). */
  customersInReach(viewer: Viewer, scope: 'OWN' | 'TEAM', column: string): SqlCondition;
  /**
   * Called in the transaction of a merge or its undoing: gives what hangs on the merged customer to the survivor, or exactly that back.
   * Not by event: the customer's next request must already find it.
   */
  onCustomersMerged: ((ctx: ConversationsContext, tx: Tx, merge: MergeFacts) => Promise<void>)[];
  /** Of these agents, those to whom the conversation may be assigned (routing). */
  mayTake(ctx: ConversationsContext, conversationId: string, agentIds: readonly string[]): Promise<Set<string>>;
  /** Called in the set-up's transaction: default queue, web channel and the like. */
  onSetUp: ((ctx: ConversationsContext, tx: Tx, made: SetUpFacts) => Promise<void>)[];
  /** Called in the transaction in which an agent becomes OFFLINE: returns work to its queue. */
  onPresenceLost: ((ctx: ConversationsContext, tx: Tx, agentId: string) => Promise<void>)[];
  /** Called in the transaction in which an agent becomes ONLINE: waiting work may be given out after the commit. */
  onPresenceGained: ((ctx: ConversationsContext, tx: Tx, agentId: string) => Promise<void>)[];
}

/** Which customers were joined or separated. */
export interface MergeFacts {
  mergeId: string;
  survivorId: string;
  mergedId: string;
  isUndone: boolean;
}

/** What exists when `onSetUp` is called. */
export interface SetUpFacts {
  organisationName: string;
  /** The first administrator. */
  agentId: string;
  /** The team `supervisor_group`. */
  supervisorTeamId: string;
}
