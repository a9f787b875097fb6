import type { Belongings, Viewer } from '@careline/kit/auth';
import { HOUR } from '@careline/kit/time';
import type { ActorRef, ConversationRow, Facts, MessageRow, ServiceLine } from './conversation.types.ts';

/** How long after its end a conversation can be opened again; later a new one is started. */
export const REOPEN_WITHIN_MS = 24 * HOUR;
export const TEXT_MAX = 10_000;
export const FILES_MAX = 10;

type Owned = Pick<ConversationRow, 'agentId' | 'queueId' | 'customerId'>;

/** What a permission check must know of a conversation. */
export function belongingsOf(conversation: Owned): Belongings {
  return { agentIds: [conversation.agentId], queueIds: [conversation.queueId], customerId: conversation.customerId };
}

export function canRead(viewer: Viewer, conversation: Owned): boolean {
  return viewer.covers('conversation:read', belongingsOf(conversation));
}

/** Whether the caller reads notes and other INTERNAL lines: never a customer, and only with `conversation:inspect`. */
export function seesInternal(viewer: Viewer, conversation: Owned): boolean {
  return !viewer.isCustomer && viewer.covers('conversation:inspect', belongingsOf(conversation));
}

/** The last seq there is for this caller. */
export function lastSeqFor(viewer: Viewer, conversation: ConversationRow): number {
  return seesInternal(viewer, conversation) ? conversation.lastSeq : conversation.lastPublicSeq;
}

/** Seq of the message before `message` that the caller may see; 0 for the first. */
export function previousSeqFor(readsInternal: boolean, message: Pick<MessageRow, 'seq' | 'previousPublicSeq'>): number {
  return readsInternal ? message.seq - 1 : message.previousPublicSeq;
}

/** Who the caller is as an author of words and service lines. */
export function actorOf(viewer: Viewer): ActorRef {
  const identity = viewer.identity!;
  return { kind: identity.kind, id: identity.id };
}

/** Whether these are words of the caller; an agent and the access token it issued are two authors. */
export function isOwn(viewer: Viewer, message: Pick<MessageRow, 'authorKind' | 'authorId'>): boolean {
  return viewer.identity !== null && message.authorKind === viewer.identity.kind && message.authorId === viewer.identity.id;
}

/** Whether a read mark of this caller is kept: agents and customers have one, access tokens share their agent's. */
export function markHolder(viewer: Viewer): { kind: 'AGENT' | 'CUSTOMER'; id: string } | null {
  if (viewer.isCustomer) return { kind: 'CUSTOMER', id: viewer.identity!.id };
  return viewer.agentId ? { kind: 'AGENT', id: viewer.agentId } : null;
}

export function canReopen(conversation: Pick<ConversationRow, 'state' | 'closedAt'>, now: number): boolean {
  return conversation.state === 'CLOSED' && conversation.closedAt !== null && now - conversation.closedAt <= REOPEN_WITHIN_MS;
}

const PUBLIC_NAMES: Record<string, string> = { agentPublicName: 'agentName', fromPublicName: 'fromName', toPublicName: 'toName' };

/**
 * The facts of a service line as the reader may know them. Customers get public names only, and of an
 * assignment nothing but the agent's; people who work here get the names colleagues use.
 */
export function factsFor(isInside: boolean, event: ServiceLine, facts: Facts): Facts {
  const shown: Facts = {};
  for (const [key, value] of Object.entries(facts)) {
    const plain = PUBLIC_NAMES[key];
    if (plain && !isInside) shown[plain] = value;
    if (!plain && (isInside || !(`${key.replace(/Name$/, '')}PublicName` in facts))) shown[key] = value;
  }
  if (isInside || event !== 'ASSIGNED') return shown;
  return { agentName: shown.agentName ?? null };
}

/** `[A-Za-z0-9._:-]`, 1 to 64: what a client may choose as the id of its message. */
export function isClientId(text: string): boolean {
  return /^[\w.:-]{1,64}$/.test(text);
}

/** Length as people count it: code points, so an emoji is not two. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _letter of text) count += 1;
  return count;
}
