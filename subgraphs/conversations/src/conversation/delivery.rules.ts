import type { MessageRow, ReadMarkRow } from './conversation.types.ts';

export type Delivery = 'SENT' | 'DELIVERED' | 'READ';

/**
 * How far a message to the customer got, told by the customer's marks. Null for what is not on its way to a customer:
 * the customer's own words, notes and service lines.
 */
export function deliveryOf(
  message: Pick<MessageRow, 'seq' | 'kind' | 'visibility' | 'authorKind'>, mark: Pick<ReadMarkRow, 'seq' | 'deliveredSeq'> | undefined,
): Delivery | null {
  if (message.kind === 'EVENT' || message.visibility === 'INTERNAL' || message.authorKind === 'CUSTOMER') return null;
  if (mark && mark.seq >= message.seq) return 'READ';
  return mark && mark.deliveredSeq >= message.seq ? 'DELIVERED' : 'SENT';
}
