import type { Queryable, Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import type { LockedConversation } from './conversation.types.ts';

/** What the conversation module must know of a channel; the channel module answers. */
export interface ChannelCard {
  id: string;
  kind: string;
  isEnabled: boolean;
  /** Units of an agent's capacity that one of its conversations takes. */
  units: number;
  /** Whether its messages can be taken back. */
  hasRecall: boolean;
}

/** One checked answer of the pre-chat form. `fact` does not depend on the language it was given in. */
export interface FormAnswer {
  label: string;
  value: string;
  key: string;
  fact: string | boolean;
}

export interface ChannelDoor {
  channel(ctx: ConversationsContext, channelId: string): Promise<ChannelCard | null>;
  /**
   * Checks the answers of the pre-chat form and gives them as label and value, for the card that opens the conversation,
   * and as key and fact, for the rules that choose its queue. Throws a Refusal FIELDS_MISSING or INVALID that names the field.
   */
  readForm(ctx: ConversationsContext, channelId: string, answers: unknown): Promise<FormAnswer[]>;
  /** Key and fact of each answer on a card that `readForm` made, by the form as it is now; what the form no longer has is left out. */
  readCard(ctx: ConversationsContext, channelId: string, text: string): Promise<Record<string, string | boolean>>;
}

export interface QueueDoor {
  /** Names of queues; unknown ids are absent. */
  queueNames(q: Queryable, queueIds: readonly string[]): Promise<Map<string, string>>;
}

/** How a conversation left its agent or ended; `agentId` is null when nobody owned it. */
export interface Release {
  agentId: string | null;
  because: 'CLOSED' | 'TRANSFERRED' | 'REQUEUED';
  /** Queue it waits in now: state and queue are already written, the hook makes the queue entry. Null when it does not wait. */
  queueId: string | null;
  /** The agent who owns it now. Null unless it went straight to a colleague. */
  toAgentId: string | null;
}

export type StartCause = 'STARTED' | 'REOPENED';
/** What the customer said before anybody was looked for. Personal: to choose by, never to be stored in clear. */
export interface Told {
  text: string | null;
  form: Readonly<Record<string, string | boolean>>;
}
export type StartedHook = (ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, cause: StartCause, told?: Told) => Promise<void>;
export type AssignedHook = (ctx: ConversationsContext, tx: Tx, conversation: LockedConversation) => Promise<void>;
export type ReleasedHook = (ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, release: Release) => Promise<void>;

const started: StartedHook[] = [];
const assigned: AssignedHook[] = [];
const released: ReleasedHook[] = [];
const prioritised: AssignedHook[] = [];
const doors: { channels?: ChannelDoor; queues?: QueueDoor } = {};

/**
 * What routing and channels hang into the conversation module, which may not import them; `wiring.ts` calls this once.
 * Hooks run inside the transaction of the verb: what they write appears with it or not at all.
 */
export const conversationHooks = {
  /**
   * Routes a conversation that nobody owns: must end in `putInQueue` or `assignOwner`.
   * REOPENED: a closed one waits again without an owner, `queueId` is still that of before.
   */
  onConversationStarted: (hook: StartedHook): void => void started.push(hook),
  /** An agent owns it now, by hand, by offer or by rule: its queue entry and offers are over. */
  onConversationAssigned: (hook: AssignedHook): void => void assigned.push(hook),
  /** An agent gave it up or it ended: capacity is free, and it may wait in another queue. */
  onConversationReleased: (hook: ReleasedHook): void => void released.push(hook),
  /** Its priority changed; it may stand elsewhere in its queue now. */
  onConversationPrioritised: (hook: AssignedHook): void => void prioritised.push(hook),
  /** Lends the answers of the channel and routing modules. */
  connect: (given: { channels?: ChannelDoor; queues?: QueueDoor }): void => void Object.assign(doors, given),
};

/** Calls the hooks in the order of their registration. */
export const callHooks = {
  started: async (...args: Parameters<StartedHook>) => {
    for (const hook of started) await hook(...args);
  },
  assigned: async (...args: Parameters<AssignedHook>) => {
    for (const hook of assigned) await hook(...args);
  },
  released: async (...args: Parameters<ReleasedHook>) => {
    for (const hook of released) await hook(...args);
  },
  prioritised: async (...args: Parameters<AssignedHook>) => {
    for (const hook of prioritised) await hook(...args);
  },
};

/** The connected doors; a missing one is a mistake of the composition and throws. */
export const connectedDoors = {
  get channels(): ChannelDoor {
    if (!doors.channels) throw new Error('nobody connected the channels of the conversation module');
    return doors.channels;
  },
  get queues(): QueueDoor {
    if (!doors.queues) throw new Error('nobody connected the queues of the conversation module');
    return doors.queues;
  },
};
