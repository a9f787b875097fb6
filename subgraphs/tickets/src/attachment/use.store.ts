import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, eq, sql } from 'drizzle-orm';
import { attachmentLinks, conversationPlaces } from './attachment.tables.ts';

/** One conversation whose message carries an attachment. */
export interface AttachmentUse {
  visibility: 'PUBLIC' | 'INTERNAL';
  customerId: string;
  queueId: string | null;
  agentId: string | null;
}

/** Where a conversation stands as an event tells it; `mark` orders events by time, then id. */
export interface Place {
  conversationId: string;
  customerId: string;
  queueId: string | null;
  mark: string;
}

/** Conversations by the attachments their messages carry. */
export async function usesOf(q: Queryable, attachmentIds: readonly string[]): Promise<Map<string, AttachmentUse[]>> {
  const rows = await q.orm.select().from(attachmentLinks)
    .innerJoin(conversationPlaces, eq(conversationPlaces.conversationId, attachmentLinks.conversationId))
    .where(inList(attachmentLinks.attachmentId, attachmentIds));
  const uses = new Map<string, AttachmentUse[]>();
  for (const { attachment_links: link, conversation_places: place } of rows) {
    const { customerId, queueId, agentId } = place;
    uses.set(link.attachmentId, [...(uses.get(link.attachmentId) ?? []), { visibility: link.visibility, customerId, queueId, agentId }]);
  }
  return uses;
}

/** Notes that a message carries attachments; again changes nothing. */
export async function insertLinks(tx: Tx, conversationId: string, attachmentIds: readonly string[], visibility: 'PUBLIC' | 'INTERNAL'): Promise<void> {
  if (attachmentIds.length === 0) return;
  await tx.orm.insert(attachmentLinks).ignore().values(attachmentIds.map((attachmentId) => ({ attachmentId, conversationId, visibility })));
}

export async function deleteLinks(tx: Tx, conversationId: string, attachmentIds: readonly string[]): Promise<void> {
  await tx.orm.delete(attachmentLinks).where(and(eq(attachmentLinks.conversationId, conversationId), inList(attachmentLinks.attachmentId, attachmentIds)));
}

/** Notes whose a conversation is and where it waits, unless a newer event was heard before. */
export async function notePlace(tx: Tx, place: Place): Promise<void> {
  const { conversationId, customerId, queueId, mark } = place;
  const isNewer = sql`VALUES(place_mark) > place_mark`;
  // The mark is set last: MySQL assigns from left to right, and the conditions must see the old one.
  await tx.orm.insert(conversationPlaces).values({ conversationId, customerId, queueId, agentId: null, placeMark: mark, agentMark: '' })
    .onDuplicateKeyUpdate({ set: {
      customerId: sql`IF(${isNewer}, VALUES(customer_id), customer_id)`,
      queueId: sql`IF(${isNewer}, VALUES(queue_id), queue_id)`,
      placeMark: sql`GREATEST(place_mark, VALUES(place_mark))`,
    } });
}

/** Notes who owns a conversation, unless a newer event said otherwise. The place must have been noted before. */
export async function noteAgent(tx: Tx, conversationId: string, agentId: string | null, mark: string): Promise<void> {
  await tx.orm.update(conversationPlaces).set({ agentId, agentMark: mark })
    .where(sql`${conversationPlaces.conversationId} = ${sql.param(conversationId, conversationPlaces.conversationId)} AND ${conversationPlaces.agentMark} < ${mark}`);
}
