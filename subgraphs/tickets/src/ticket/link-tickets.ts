import { refuse } from '@careline/kit/errors';
import { parseId } from '@careline/kit/db';
import type { TicketsContext } from '../context.ts';
import { changeLinked } from './change-tickets.ts';
import { countLinks, deleteLink, insertLink, linkBetween } from './link.store.ts';
import type { LinkKind } from './ticket.tables.ts';

export interface LinkTickets {
  ticketId: string;
  otherId: string;
  kind?: LinkKind | null;
}

const LINKS_MAX = 50;

/** Links two tickets, or takes their link away. Both tell of it; what is so already changes nothing. */
export async function linkTickets(ctx: TicketsContext, { ticketId, otherId, kind = null }: LinkTickets): Promise<string> {
  ctx.viewer.require('ticket:write');
  if (ticketId === otherId) throw refuse('INVALID', 'otherId', { zh: '不能关联工单自己。', en: 'A ticket cannot be linked with itself.' });
  if (kind === 'DUPLICATE' || kind === 'SPLIT_FROM') throw refuse('INVALID', 'kind', { zh: '这种关联由合并或拆分写入。', en: 'Merging and splitting write this kind.' });
  if (!parseId('tkt', otherId)) throw refuse('NOT_FOUND', 'otherId', { zh: '工单不存在或不可见。', en: 'The ticket does not exist or is not visible to you.' });
  await changeLinked(ctx, [{ ticketId, permission: 'ticket:write' }, { ticketId: otherId, permission: 'ticket:read' }], async ([life, other], tx) => {
    const before = await linkBetween(tx, ticketId, otherId);
    if ((before?.kind ?? null) === kind && (kind !== 'BLOCKED_BY' || before!.ticketId === ticketId)) return;
    if (kind && !before) for (const id of [ticketId, otherId]) requireRoom((await countLinks(tx, id)) < LINKS_MAX);
    await deleteLink(tx, ticketId, otherId);
    if (kind) await insertLink(tx, { ticketId, otherId, kind, linkedAt: life!.now });
    const isRemoved = kind === null;
    for (const [one, two] of [[life!, other!], [other!, life!]] as const) {
      await one.add('LINKED', { linkKind: kind ?? before!.kind, ticketId: two.row.id, number: String(two.row.number), conversationId: null, isRemoved, isReversed: one === other });
    }
  });
  return ticketId;
}

function requireRoom(isRoom: boolean): void {
  if (!isRoom) throw refuse('LIMIT_REACHED', 'otherId', { zh: `一个工单最多 ${LINKS_MAX} 个关联。`, en: `A ticket has at most ${LINKS_MAX} links.` });
}
