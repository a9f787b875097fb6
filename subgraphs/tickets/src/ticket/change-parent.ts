import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { hasChildren } from './link.store.ts';
import type { TicketLife } from './ticket-life.ts';

export const NO_PARENT_WORDS = { zh: '父工单不存在或不可见。', en: 'The incident does not exist or is not visible to you.' };
export const PARENT_STATE_WORDS = { zh: '父工单已关闭，或本身是子工单。', en: 'The incident is closed, or itself a child of another.' };

/**
 * Makes a ticket a child of an incident, or takes it out of the one it is in; both tell of it. `parents` are the incidents
 * that are locked: the new one and the one before. True when something is different now.
 */
export async function changeParent(tx: Tx, life: TicketLife, parents: readonly TicketLife[], parentId: string | null): Promise<boolean> {
  const { row } = life;
  if (row.parentId === parentId) return false;
  const parent = parents.find((one) => one.row.id === parentId);
  if (parentId === row.id) throw refuse('INVALID', 'parentId', { zh: '工单不能是自己的子工单。', en: 'A ticket cannot be its own incident.' });
  if (parent && (parent.row.state === 'CLOSED' || parent.row.parentId)) throw refuse('WRONG_STATE', 'parentId', PARENT_STATE_WORDS);
  if (parent && (await hasChildren(tx, row.id))) throw refuse('WRONG_STATE', 'parentId', { zh: '这个工单自己有子工单。', en: 'This ticket has children of its own.' });
  const before = row.parentId;
  row.parentId = parentId;
  for (const [id, isRemoved] of [[before, true], [parentId, false]] as const) {
    if (!id) continue;
    const other = parents.find((one) => one.row.id === id);
    await life.add('LINKED', { linkKind: 'PARENT', ticketId: id, number: other ? String(other.row.number) : null, conversationId: null, isRemoved });
    await other?.add('LINKED', { linkKind: 'CHILD', ticketId: row.id, number: String(row.number), conversationId: null, isRemoved });
  }
  return true;
}
