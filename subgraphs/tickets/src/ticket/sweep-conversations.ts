import { MINUTE, SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { heardOf, tickConversation, type DueClock } from '../sla/index.ts';
import { askEach } from './directory.ts';

/** After this long a clock goes on although something that was said never arrived. */
const HOLD_MS = MINUTE;
/** And after this long although nobody can be asked: while conversations is away nobody answers either. */
const AWAY_MS = 5 * SECOND;

/** Since when clocks of a conversation have waited. What a restarted worker finds overdue waits as long as anything else. */
const waitingSince = new Map<string, number>();

/**
 * Lets happen what is due on the clocks of conversations.
 *
 * What is said there is heard of a moment later. So before anything is missed conversations is asked what was said last:
 * while a word is on its way its clocks wait for it, because an answer given in time must not be called late.
 */
export async function sweepConversations(ctx: TicketsContext, due: readonly DueClock[]): Promise<void> {
  const ids = [...new Set(due.map(({ conversationId }) => conversationId!))];
  if (ids.length === 0) return;
  const now = ctx.clock.now();
  const [teams, behind] = await Promise.all([ctx.teamIds(), behindAmong(ctx, ids)]);
  for (const id of ids) {
    if (behind === null || behind.has(id)) {
      const since = waitingSince.get(id) ?? now;
      waitingSince.set(id, since);
      if (now - since < (behind ? HOLD_MS : AWAY_MS)) continue;
    }
    waitingSince.delete(id);
    await tickConversation(ctx, id, teams).catch((error: unknown) => ctx.log.error({ err: error, conversationId: id }, 'the clocks of a conversation could not go on'));
  }
}

/** Ends the waiting of every conversation that a whole sweep did not meet as due: what it waited for has come, and what is due next waits anew. */
export function endWaitsExcept(met: ReadonlySet<string>): void {
  for (const id of waitingSince.keys()) if (!met.has(id)) waitingSince.delete(id);
}

interface Present {
  state: string;
  lastSaid: { seq: number } | null;
}

/** Conversations of which more was said than was heard of yet; null while nobody can be asked. */
async function behindAmong(ctx: TicketsContext, ids: string[]): Promise<Set<string> | null> {
  try {
    const present = await askEach<Present>(ctx.services, ids, 'ID!', (argument) => `conversation(id: ${argument}) { state lastSaid { seq } }`);
    // Read after the question: what arrived meanwhile counts.
    const heard = await heardOf(ctx, ids);
    return new Set(ids.filter((id) => {
      const is = present.get(id);
      const row = heard.get(id);
      return is && row && ((is.lastSaid?.seq ?? 0) > row.saidSeq || (is.state === 'CLOSED') !== (row.isOver === 1));
    }));
  } catch (error) {
    ctx.log.warn({ err: error }, 'conversations could not be asked what was said last');
    return null;
  }
}
