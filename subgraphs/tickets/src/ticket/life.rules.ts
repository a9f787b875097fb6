import { refuse } from '@careline/kit/errors';
import type { SlaTarget, StoredFact, TermsRef } from '../sla/index.ts';
import type { ActorKind, EntryKind, TicketState, Visibility } from './ticket.tables.ts';

/** What an entry tells the clocks, as it is stored. */
export interface LifeLine {
  seq: number;
  at: number;
  kind: EntryKind;
  actorKind: ActorKind;
  facts: Record<string, unknown> | null;
  terms: { ref: TermsRef | null } | null;
  /** Null for what is no comment. */
  visibility: Visibility | null;
}

/** The facts that clocks heed in one entry; most entries hold none. A token speaks for the agent who made it; the bot is nobody. */
export function slaFactsOf({ seq, at, kind, actorKind, facts, terms, visibility }: LifeLine): StoredFact[] {
  // A ticket that was split off has waited since the customer said it elsewhere.
  if (kind === 'CREATED') return [{ seq, at: typeof facts?.startedAt === 'number' ? facts.startedAt : at, kind: 'CREATED', state: 'NEW', terms: terms?.ref ?? null }];
  const found: StoredFact[] = terms ? [{ seq, at, kind: 'TERMS', terms: terms.ref }] : [];
  if (Array.isArray(facts?.undoes)) return [...found, { seq, at, kind: 'UNDONE', seqs: facts.undoes as number[] }];
  if (kind === 'LINKED' && facts?.linkKind === 'MERGED') found.push({ seq, at, kind: 'MERGED' });
  if (kind === 'LINKED' && facts?.linkKind === 'UNMERGED') found.push({ seq, at, kind: 'UNMERGED' });
  if (kind === 'LINKED' && facts?.starts) found.push({ seq, at, kind: 'JOINED', starts: facts.starts as Partial<Record<SlaTarget, number>> });
  // A merged ticket is closed, but nobody solved it: its clocks stand still.
  if (kind === 'CHANGED' && facts?.field === 'state' && !facts.isMerge) found.push({ seq, at, kind: 'STATE', state: facts.to as TicketState });
  if (kind === 'COMMENT' && visibility === 'PUBLIC') {
    if (actorKind === 'AGENT' || actorKind === 'API') found.push({ seq, at, kind: 'REPLIED' });
    if (actorKind === 'CUSTOMER') found.push({ seq, at, kind: 'ASKED' });
  }
  return found;
}

/** Where a ticket may go from where it stands; everything else is WRONG_STATE. */
const MOVES: Readonly<Record<TicketState, readonly TicketState[]>> = {
  NEW: ['OPEN', 'PENDING', 'ON_HOLD', 'SOLVED'],
  OPEN: ['PENDING', 'ON_HOLD', 'SOLVED'],
  PENDING: ['OPEN', 'ON_HOLD', 'SOLVED'],
  ON_HOLD: ['OPEN', 'PENDING', 'SOLVED'],
  SOLVED: ['OPEN', 'CLOSED'],
  CLOSED: [],
};

const ZH: Readonly<Record<TicketState, string>> = { NEW: '新建', OPEN: '处理中', PENDING: '待客户', ON_HOLD: '挂起', SOLVED: '已解决', CLOSED: '已关闭' };

/** Refuses WRONG_STATE unless the ticket may go there from where it stands. */
export function requireMove(from: TicketState, to: TicketState): void {
  if (MOVES[from].includes(to)) return;
  throw refuse('WRONG_STATE', 'state', {
    zh: `工单现在是“${ZH[from]}”，不能变为“${ZH[to]}”。`, en: `The ticket is ${from} and cannot become ${to}.`,
  });
}

/** States that `updateTicket` and comments may set; the others have verbs of their own. */
export function requireSettable(state: TicketState): void {
  if (state === 'OPEN' || state === 'PENDING' || state === 'ON_HOLD') return;
  throw refuse('WRONG_STATE', 'state', { zh: '这个状态请用解决、关闭或重新打开来设置。', en: 'Use solveTicket, closeTicket or reopenTicket for this state.' });
}
