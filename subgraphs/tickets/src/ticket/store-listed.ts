import type { Tx } from '@careline/kit/db';
import type { TicketsContext } from '../context.ts';
import { deleteListEventsBefore, insertListChanges, type Holders } from './list-log.store.ts';
import { storeTags } from './tag.store.ts';
import { insertTallyChanges, type TallyFacts } from './tally.store.ts';
import type { TicketRow } from './ticket.tables.ts';

type Listed = TallyFacts & Pick<TicketRow, 'id' | 'tags' | 'nextDueAt'>;

const BATCH = 1_000;
const holdersOf = ({ agentId, creatorAgentId, queueId, teamId }: Holders): Holders => ({ agentId, creatorAgentId, queueId, teamId });

/** Brings tags, counters and the log of lists in line with tickets that were just written, in their transaction; `before` null: they are new. */
export async function storeListed(ctx: TicketsContext, tx: Tx, changes: readonly { before: Listed | null; after: Listed }[], at: number): Promise<void> {
  for (const { before, after } of changes) if (before) await storeTags(tx, before, after);
  await insertTallyChanges(tx, changes);
  await insertListChanges(tx, changes.map(({ before, after }) => ({ ticketId: after.id, was: before && holdersOf(before), at })));
  tx.afterCommit(() => ctx.listTail.wake());
}

/** Forgets what nobody may resume from any more. */
export async function trimLists({ db }: TicketsContext, before: number): Promise<void> {
  while ((await deleteListEventsBefore(db, before, BATCH)) === BATCH);
}
