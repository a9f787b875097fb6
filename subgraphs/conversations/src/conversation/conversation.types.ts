export type ConversationState = 'BOT' | 'QUEUED' | 'ACTIVE' | 'CLOSED';
export type Priority = 'P0' | 'P1' | 'P2';
export type Visibility = 'PUBLIC' | 'INTERNAL';
export type MessageKind = 'TEXT' | 'EVENT' | 'CARD';
export type ActorKind = 'CUSTOMER' | 'AGENT' | 'BOT' | 'SYSTEM' | 'API';
export type ServiceLine =
  | 'STARTED' | 'QUEUED' | 'ASSIGNED' | 'TRANSFERRED' | 'CHANGED' | 'IDENTIFIED' | 'TICKET_LINKED' | 'SNOOZED' | 'CLOSED' | 'REOPENED' | 'RATED'
  | 'WARNED' | 'BREACHED' | 'CORRECTED' | 'ESCALATED';
export type NoticeKind = 'SENDING_STOPPED' | 'CONVERSATION_OFFERED' | 'CONVERSATION_ASSIGNED' | 'MENTIONED' | 'QUEUE_ENTERED' | 'LOW_RATING' | 'FOLLOWED' | 'SLA_WARNING' | 'ESCALATED' | 'TEAM_TOLD';
export type RatingReason = 'SPEED' | 'SOLUTION' | 'MANNER' | 'BOT' | 'OTHER';

/** Flat, non-personal values that fill the sentence of a service line. */
export type Facts = Record<string, string | number | boolean | null>;

/** Who acts: `id` is an agent's, customer's or access token's id; a rule's name for SYSTEM; null for the bot. */
export interface ActorRef {
  kind: ActorKind;
  id: string | null;
}

/** A promise that runs out. `riskAt` is when it comes to be at risk; null while it stands still. */
export interface DueFacts {
  target: string;
  dueAt: number;
  state: 'RUNNING' | 'PAUSED' | 'MET' | 'BREACHED';
  riskAt: number | null;
}

/** One row of `conversations`. `agentId` stays after the end (scope and statistics); the API shows it only while ACTIVE. */
export interface ConversationRow {
  id: string;
  number: string;
  customerId: string;
  /** The customer whose data key seals this conversation; unlike `customerId` it never changes, not even by a merge. */
  keyOwnerId: string;
  channelId: string;
  channelKind: string;
  /** Null only between the insert and the routing in the same transaction. */
  queueId: string | null;
  agentId: string | null;
  /** Units of its agent's capacity that it takes, as its channel said when it began. */
  units: number;
  state: ConversationState;
  priority: Priority;
  subject: Buffer | null;
  tags: string[];
  lastSeq: number;
  /** Seq of the last message customers may see. */
  lastPublicSeq: number;
  /** Seq of the last message that a person or the bot wrote, notes included. */
  lastTextSeq: number;
  lastMessageAt: number;
  startedAt: number;
  /** Since when it waits or waited last; the begin of the present QUEUED state. */
  waitingSince: number;
  firstRespondedAt: number | null;
  closedAt: number | null;
  /** The promise that runs out next, as the clocks of tickets told it; null while none runs. */
  due: DueFacts | null;
  version: number;
}

/** What lists are counted and ordered by beside the row itself. */
export type ListedFacts = Pick<ConversationRow, 'state' | 'agentId' | 'queueId' | 'priority' | 'channelKind' | 'tags' | 'lastTextSeq' | 'lastMessageAt'>;

/**
 * A conversation whose row is locked until the transaction ends. Its fields follow what the transaction writes;
 * `before` keeps whose it was, so that those who lose it are told too. `stored` is what the table holds at the moment.
 */
export type LockedConversation = ConversationRow & { readonly before: { agentId: string | null; queueId: string | null }; stored: ListedFacts };

/** One file of a message as it was when sent. */
export interface MessageFile {
  attachmentId: string;
  fileName: string;
  contentType: string;
  bytes: number;
  /** It was still being scanned when it was sent: `attachment_scans` knows more. */
  isUnscanned?: true;
}

/** What of a message is personal: sealed as one cell under the customer's key. */
export interface MessageContent {
  text: string;
  /** Name colleagues see. */
  name: string;
  /** Name customers see. */
  publicName: string;
  files: MessageFile[];
}

/** One row of `messages`, still sealed. */
export interface MessageRow {
  id: string;
  conversationId: string;
  keyOwnerId: string;
  seq: number;
  previousPublicSeq: number;
  clientMessageId: string | null;
  kind: MessageKind;
  visibility: Visibility;
  authorKind: ActorKind;
  authorId: string | null;
  content: Buffer | null;
  event: ServiceLine | null;
  facts: Facts | null;
  mentionIds: string[];
  replyToSeq: number | null;
  sentAt: number;
  /** When and by whom (an agent's or access token's id) it was taken back; null while it stands. */
  recalledAt: number | null;
  recalledBy: string | null;
}

export interface ReadMarkRow {
  conversationId: string;
  actorKind: 'AGENT' | 'CUSTOMER';
  actorId: string;
  seq: number;
  /** How far the customer's device has received; equal to `seq` for agents. */
  deliveredSeq: number;
  at: number;
}

/** Whose inboxes one change or notice concerns. */
export interface InboxTargets {
  agentIds: string[];
  queueIds: string[];
  /** Only the agents named are told, not their team mates: own drafts, own read marks. */
  isPrivate?: boolean;
  /** The ticket a notice is about; absent when it is about a conversation. */
  ticketId?: string;
}
