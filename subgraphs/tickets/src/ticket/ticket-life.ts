import type { DataKey } from '@careline/kit/crypto';
import { newId, parseId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvents } from '@careline/kit/events';
import type { EventDraft } from '@careline/schema/events';
import { chooseTerms, ClockSet, moveClocks, NO_DUE, policiesInForce, type ClockNews, type TermsRef } from '../sla/index.ts';
import type { TicketsContext } from '../context.ts';
import { requireMove, slaFactsOf } from './life.rules.ts';
import { insertComment, insertEntries, lockTicket, selectLife, updateTicketRow } from './life.store.ts';
import { entryOfNews, eventOfEnd, eventOfNews, type TicketFacts } from './sla-news.ts';
import { storeTags } from './tag.store.ts';
import { commentPlace, reasonPlace } from './ticket.store.ts';
import { insertWords, type Words } from './ticket-words.ts';
import type { TeamIds } from './teams.ts';
import { announceEntries } from './told-entries.ts';
import { belongings, policyFacts, priorityName } from './ticket.rules.ts';
import type { ActorKind, CategoryRow, CommentRow, EntryKind, EntryRow, TicketRow, TicketState, Visibility } from './ticket.tables.ts';

/** The words of a comment that goes with an entry. */
export interface Said {
  clientCommentId: string;
  visibility: Visibility;
  text: string;
  attachmentIds: string[];
}

interface Added {
  /** Terms that hold from here on; absent: the same as before. */
  terms?: { ref: TermsRef | null };
  said?: Said;
  /** Why, in the words of who does it; kept sealed. */
  reason?: string | null | undefined;
  /** The system acts, not the caller. */
  isSystem?: boolean;
}

/** What a change needs to know besides the ticket. */
interface Around {
  /** Null while nobody knows. */
  teams: TeamIds | null;
  categories: readonly CategoryRow[];
}

const SYSTEM = { actorKind: 'SYSTEM' as ActorKind, actorId: null };

/**
 * A ticket while it is being changed: its row is locked, its clocks are at the present moment.
 *
 * What is added gets the next seq, moves the clocks, and is stored by `save` with all that followed from it.
 */
export class TicketLife {
  readonly row: TicketRow;
  readonly now: number;
  readonly #stored: TicketRow;
  readonly #ctx: TicketsContext;
  readonly #tx: Tx;
  readonly #clocks: ClockSet;
  readonly #teams: TeamIds | null;
  readonly #categories: readonly CategoryRow[];
  readonly #entries: EntryRow[] = [];
  readonly #comments: CommentRow[] = [];
  readonly #words: Words[] = [];
  readonly #events: EventDraft[] = [];
  readonly #owners: string;
  #key: DataKey | null = null;

  private constructor(ctx: TicketsContext, tx: Tx, row: TicketRow, clocks: ClockSet, { teams, categories }: Around) {
    this.#ctx = ctx;
    this.#tx = tx;
    this.row = row;
    // Machines differ by moments: what a ticket has lived through is never before what comes next.
    this.now = Math.max(ctx.clock.now(), row.updatedAt);
    this.#stored = { ...row };
    this.#clocks = clocks;
    this.#teams = teams;
    this.#categories = categories;
    this.#owners = ownersOf(row);
  }

  /** Locks the ticket and brings its clocks to now. Throws NOT_FOUND or FORBIDDEN as `permission` says; null: the system acts. */
  static async open(ctx: TicketsContext, tx: Tx, ticketId: string, permission: string | null, { teams, categories }: Around): Promise<TicketLife> {
    const row = await lockTicket(tx, ticketId);
    if (!row) throw appError('NOT_FOUND');
    if (permission) ctx.viewer.requireOn(permission, belongings(row), 'ticket:read');
    const facts = (await selectLife(tx, ticketId)).flatMap(slaFactsOf);
    const { priority, agentId, creatorAgentId, queueId, teamId } = row;
    const clocks = await ClockSet.open(tx, { ticketId, priority, agentId, creatorAgentId, queueId, teamId }, facts);
    const life = new TicketLife(ctx, tx, row, clocks, { teams, categories });
    await life.#record(clocks.fire(life.now, { areTeamsKnown: teams !== null }));
    return life;
  }

  /** The ticket as it stands while nothing of this is saved: what who is refused is shown. */
  get stored(): TicketRow {
    return this.#stored;
  }

  /** Reads the clocks again at the present moment; hours may have opened or closed. */
  async tick(): Promise<void> {
    await this.#record(this.#clocks.settle(this.now));
  }

  async key(): Promise<DataKey> {
    if (!this.row.customerId) throw appError('PRECONDITION_FAILED', { words: { zh: '客户的数据已擦除，工单不能再写入文字。', en: 'The customer was erased; nothing can be written to this ticket any more.' } });
    return (this.#key ??= await this.#ctx.vault.keyFor(this.#tx, this.row.customerId));
  }

  /** One more line of the ticket's life. */
  async add(kind: EntryKind, facts: Record<string, unknown> | null, { terms, said, reason, isSystem }: Added = {}): Promise<EntryRow> {
    const identity = this.#ctx.viewer.identity!;
    const actor = isSystem ? SYSTEM : { actorKind: identity.kind as ActorKind, actorId: identity.kind === 'AGENT' ? identity.agentId : identity.id };
    this.row.lastSeq += 1;
    const id = newId('ten');
    const why = reason?.trim();
    const sealedReason = why ? (await this.key()).seal(reasonPlace(id), why) : null;
    const entry: EntryRow = { ticketId: this.row.id, seq: this.row.lastSeq, id, kind, ...actor, facts, at: this.now, sealedReason, terms: terms ?? null };
    this.#entries.push(entry);
    if (said) await this.#say(entry, said);
    for (const fact of slaFactsOf({ ...entry, visibility: said?.visibility ?? null })) await this.#record(await this.#clocks.happen(this.#tx, fact));
    return entry;
  }

  async #say(entry: EntryRow, { clientCommentId, visibility, text, attachmentIds }: Said): Promise<void> {
    const id = newId('cmt');
    const sealedText = (await this.key()).seal(commentPlace(id), text);
    this.#words.push({ ticketId: this.row.id, seq: entry.seq, text });
    this.#comments.push({ ticketId: this.row.id, seq: entry.seq, id, clientCommentId, visibility, sealedText, attachmentIds });
    this.row.lastWordSeq = entry.seq;
  }

  #visibilityOf({ seq }: EntryRow): Visibility | null {
    return this.#comments.find((comment) => comment.seq === seq)?.visibility ?? null;
  }

  get comments(): readonly CommentRow[] {
    return this.#comments;
  }

  /** Moves the ticket; refuses WRONG_STATE where it can't go. */
  async moveTo(state: TicketState, reason: string | null | undefined = null, isSystem = false): Promise<void> {
    const from = this.row.state;
    requireMove(from, state);
    this.row.state = state;
    this.row.solvedAt = state === 'SOLVED' ? this.now : state === 'CLOSED' ? this.row.solvedAt : null;
    this.row.closedAt = state === 'CLOSED' ? this.now : null;
    await this.add('CHANGED', { field: 'state', from, to: state }, { isSystem, reason });
  }

  /** Moves the ticket by a verb that is about something else: only one that is not solved. Refuses WRONG_STATE. */
  async moveAlong(state: TicketState, reason: string | null | undefined = null): Promise<void> {
    if (state === this.row.state) return;
    if (this.row.state === 'SOLVED') throw refuse('WRONG_STATE', 'state', { zh: '工单已解决，请用“重新打开”。', en: 'The ticket is solved: use reopenTicket.' });
    await this.moveTo(state, reason);
  }

  /** The terms that hold at present; null when nothing is promised. */
  get terms(): TermsRef | null {
    return this.#clocks.terms;
  }

  /** Chooses the policy anew, after something it depends on has changed; null when another would hold now as before. */
  async chooseTerms(): Promise<{ ref: TermsRef | null }> {
    return { ref: chooseTerms(await policiesInForce(this.#tx), policyFacts(this.row), this.#categories) };
  }

  announce(make: (facts: TicketFacts, by: { kind: ActorKind; id: string | null }) => EventDraft): void {
    const { kind, id, agentId } = this.#ctx.viewer.identity!;
    this.#events.push(make(this.#facts(), { kind: kind as ActorKind, id: kind === 'AGENT' ? agentId : id }));
  }

  #facts(): TicketFacts {
    const { id: ticketId, number, customerId, agentId, teamId, queueId, priority, categoryId } = this.row;
    const categoryKey = this.#categories.find(({ id }) => id === categoryId)?.key ?? '';
    return { ticketId, number: String(number), customerId, agentId, teamId, queueId, priority: priorityName(priority), categoryKey };
  }

  async #record(news: readonly ClockNews[]): Promise<void> {
    for (const one of news) {
      if (one.kind === 'ESCALATED') this.escalateTo(one.teamKey);
      const { kind, facts } = entryOfNews(one);
      await this.add(kind, facts, { isSystem: true });
      const event = eventOfNews(one, this.#facts());
      if (event) this.#events.push(event);
    }
  }

  /** Passes the ticket to a team; one whose key nobody knows leaves it where it is. */
  escalateTo(teamKey: string): void {
    this.row.teamId = this.#teams?.get(teamKey) ?? this.row.teamId;
  }

  /** Stores what was added and all that followed, and tells whoever watches. */
  async save(): Promise<void> {
    const tx = this.#tx;
    const { id, priority, agentId, queueId, teamId, lastSeq } = this.row;
    const ends = this.#clocks.told.map((clock) => eventOfEnd(clock, this.#facts(), lastSeq));
    await this.#clocks.save(tx);
    if (ownersOf(this.row) !== this.#owners) await moveClocks(tx, id, { priority, agentId, queueId, teamId });
    if (this.#entries.length > 0) {
      await insertEntries(tx, this.#entries);
      for (const comment of this.#comments) await insertComment(tx, comment);
      await insertWords(this.#ctx.keyring, tx, this.#words);
      const row = { ...this.row, nextDueAt: this.#clocks.nextDue ?? NO_DUE, version: this.row.version + 1, updatedAt: this.now };
      await updateTicketRow(tx, row);
      await storeTags(tx, this.#stored, row);
      await appendEvents(tx, [...this.#events, ...ends], this.now);
      await announceEntries(tx, this.#entries.map((entry) => ({ ticket: this.row, entry, visibility: this.#visibilityOf(entry) })), this.now);
    }
    const { live, loaders } = this.#ctx;
    loaders.ticket.clear(id);
    tx.afterCommit(() => {
      live.publish(`ticket:${id}`, { seq: lastSeq });
      live.publish('sla-board', { ticketId: id });
    });
  }
}

const ownersOf = ({ priority, agentId, queueId, teamId }: TicketRow) => [priority, agentId, queueId, teamId].join();

/**
 * Changes one ticket in one transaction. Throws NOT_FOUND for who may not read it and FORBIDDEN for who may not do this;
 * what `fn` refuses leaves nothing behind.
 */
export async function changeTicket<Result>(ctx: TicketsContext, ticketId: string, permission: string | null, fn: (life: TicketLife, tx: Tx) => Promise<Result>): Promise<Result> {
  if (permission) ctx.viewer.require(permission);
  if (!parseId('tkt', ticketId)) throw appError('NOT_FOUND');
  // Read before: a transaction that asks the pool for a second connection waits for ever once all of them do.
  const around = { teams: await ctx.teamIds(), categories: await ctx.loaders.categories() };
  return ctx.db.transaction(async (tx) => {
    const life = await TicketLife.open(ctx, tx, ticketId, permission, around);
    const result = await fn(life, tx);
    await life.save();
    return result;
  });
}
