import type { DataKey } from '@careline/kit/crypto';
import { newId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvents } from '@careline/kit/events';
import type { EventDraft } from '@careline/schema/events';
import { chooseTerms, ClockSet, moveClocks, NO_DUE, holdPolicies, policiesInForce, type ClockNews, type SlaTarget, type TermsRef } from '../sla/index.ts';
import type { TicketsContext } from '../context.ts';
import { requireFields } from './change-fields.ts';
import { requireMove, slaFactsOf } from './life.rules.ts';
import { insertComment, insertEntries, lockTicket, selectLife, updateTicketRow } from './life.store.ts';
import { storeListed } from './store-listed.ts';
import { entryOfNews, eventOfEnd, eventOfNews, type TicketFacts } from './sla-news.ts';
import { commentPlace, reasonPlace, ticketsById } from './ticket.store.ts';
import { insertWords, type Words } from './ticket-words.ts';
import { tellFollowers } from './tell-followers.ts';
import type { ActingRule, Added, Around, Said } from './ticket-life.types.ts';
import { announceEntries } from './told-entries.ts';
import { belongings, policyFacts, priorityName } from './ticket.rules.ts';
import type { ActorKind, CategoryRow, CommentRow, EntryKind, EntryRow, TicketRow, TicketState, Visibility } from './ticket.tables.ts';

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
  readonly #teams: Around['teams'];
  readonly #categories: readonly CategoryRow[];
  readonly #entries: EntryRow[] = [];
  readonly #comments: CommentRow[] = [];
  readonly #words: Words[] = [];
  readonly #events: EventDraft[] = [];
  readonly #owners: string;
  readonly #wasMissed: boolean;
  /** The entry that tells of the last move from state to state; 0 while it stands where it was created. */
  readonly #movedAt: number;
  readonly #isLook: boolean;
  #key: DataKey | null = null;
  #rule: ActingRule | null = null;

  private constructor(ctx: TicketsContext, tx: Tx, { row, clocks, movedAt, isLook }: { row: TicketRow; clocks: ClockSet; movedAt: number; isLook: boolean }, { teams, categories }: Around) {
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
    this.#wasMissed = clocks.isMissed;
    this.#movedAt = movedAt;
    this.#isLook = isLook;
  }

  /** Locks the ticket and brings its clocks to now. Throws NOT_FOUND or FORBIDDEN as `permission` says; null: the system acts. `isBegun`: it has just been made, and its clocks are not brought to now. */
  static async open(ctx: TicketsContext, tx: Tx, ticketId: string, permission: string | null, around: Around, isBegun = false): Promise<TicketLife> {
    const life = await TicketLife.#read(ctx, tx, await lockTicket(tx, ticketId), permission, around, false);
    if (!isBegun) await life.#fire(life.now);
    return life;
  }

  /** The same of a ticket that is only looked at: nothing is locked, nobody is waited for, and what is tried with it is never saved. */
  static async look(ctx: TicketsContext, tx: Tx, ticketId: string, permission: string, around: Around): Promise<TicketLife> {
    const [row] = await ticketsById(tx, [ticketId]);
    const life = await TicketLife.#read(ctx, tx, row ?? null, permission, around, true);
    await life.#fire(life.now);
    return life;
  }

  static async #read(ctx: TicketsContext, tx: Tx, row: TicketRow | null, permission: string | null, around: Around, isLook: boolean): Promise<TicketLife> {
    if (!row) throw appError('NOT_FOUND');
    if (permission) ctx.viewer.requireOn(permission, belongings(row), 'ticket:read');
    const lines = await selectLife(tx, row.id);
    const { id: ticketId, priority, agentId, creatorAgentId, queueId, teamId } = row;
    const clocks = await ClockSet.open(tx, { ticketId, conversationId: null, priority, agentId, creatorAgentId, queueId, teamId }, lines.flatMap(slaFactsOf));
    return new TicketLife(ctx, tx, { row, clocks, movedAt: lines.findLast(isMove)?.seq ?? 0, isLook }, around);
  }

  /** The ticket as it stands while nothing of this is saved: what who is refused is shown. */
  get stored(): TicketRow {
    return this.#stored;
  }

  /** From here on a rule acts: lines name it, and what follows from them knows the rules before it. */
  actAs(rule: ActingRule): void {
    this.#rule = rule;
  }

  async #fire(at: number): Promise<void> {
    await this.#record(this.#clocks.fire(at, { areTeamsKnown: this.#teams !== null }));
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
  async add(kind: EntryKind, facts: Record<string, unknown> | null, { terms, said, reason, isSystem, retold }: Added = {}): Promise<EntryRow> {
    const identity = this.#ctx.viewer.identity!;
    const actor = retold ?? (isSystem ? SYSTEM : this.#rule ? { actorKind: 'SYSTEM' as ActorKind, actorId: this.#rule.id } : { actorKind: identity.kind as ActorKind, actorId: identity.kind === 'AGENT' ? identity.agentId : identity.id });
    this.row.lastSeq += 1;
    const id = newId('ten');
    const why = reason?.trim();
    const sealedReason = why ? (await this.key()).seal(reasonPlace(id), why) : null;
    const entry: EntryRow = { ticketId: this.row.id, seq: this.row.lastSeq, id, kind, actorKind: actor.actorKind, actorId: actor.actorId, facts, at: retold?.at ?? this.now, sealedReason, terms: terms ?? null };
    this.#entries.push(entry);
    if (said) await this.#say(entry, said);
    for (const fact of slaFactsOf({ ...entry, visibility: said?.visibility ?? null })) await this.#record(await this.#clocks.happen(this.#tx, fact));
    return entry;
  }

  async #say(entry: EntryRow, { clientCommentId, visibility, text, attachmentIds, mentionIds }: Said): Promise<void> {
    const id = newId('cmt');
    const sealedText = (await this.key()).seal(commentPlace(id), text);
    this.#words.push({ ticketId: this.row.id, seq: entry.seq, text });
    this.#comments.push({ ticketId: this.row.id, seq: entry.seq, id, clientCommentId, visibility, sealedText, attachmentIds, mentionIds: mentionIds?.length ? mentionIds : null });
    this.row.lastWordSeq = entry.seq;
  }

  #visibilityOf({ seq }: EntryRow): Visibility | null {
    return this.#comments.find((comment) => comment.seq === seq)?.visibility ?? null;
  }

  get comments(): readonly CommentRow[] {
    return this.#comments;
  }

  /** Moves the ticket and gives the seq of the entry that says so; refuses WRONG_STATE where it can't go. */
  async moveTo(state: TicketState, reason: string | null | undefined = null, isSystem = false): Promise<number> {
    const from = this.row.state;
    requireMove(from, state);
    if (state === 'SOLVED') await requireFields(this);
    this.#stand(state);
    return (await this.add('CHANGED', { field: 'state', from, to: state }, { isSystem, reason })).seq;
  }

  #stand(state: TicketState): void {
    this.row.state = state;
    this.row.solvedAt = state === 'SOLVED' ? (this.row.solvedAt ?? this.now) : state === 'CLOSED' ? this.row.solvedAt : null;
    this.row.closedAt = state === 'CLOSED' ? this.now : null;
  }

  /** Joins another ticket: closed from now on, its clocks stand still. Gives the seq of the entry that says so. */
  async mergeInto(survivor: { id: string; number: number }): Promise<number> {
    const from = this.row.state;
    this.row.mergedIntoId = survivor.id;
    this.#stand('CLOSED');
    const { seq } = await this.add('LINKED', { linkKind: 'MERGED', ticketId: survivor.id, number: String(survivor.number) });
    await this.add('CHANGED', { field: 'state', from, to: 'CLOSED', isMerge: true });
    return seq;
  }

  /** Is parted again from the ticket it had joined, and stands where it stood. */
  async part(survivor: { id: string; number: number }, state: TicketState): Promise<void> {
    this.row.mergedIntoId = null;
    this.#stand(state);
    await this.add('LINKED', { linkKind: 'UNMERGED', ticketId: survivor.id, number: String(survivor.number) });
    await this.add('CHANGED', { field: 'state', from: 'CLOSED', to: state, isMerge: true });
  }

  /** Since when each promise has been waited for that is not kept yet. */
  get starts(): Partial<Record<SlaTarget, number>> {
    return this.#clocks.starts;
  }

  /** What was said elsewhere, in the order in which it was said: the clocks live through that time. */
  async retell(said: Said, retold: Pick<EntryRow, 'actorKind' | 'actorId' | 'at'>): Promise<void> {
    await this.#fire(retold.at);
    await this.add('COMMENT', null, { said, retold });
  }

  /** Brings the clocks of a ticket that has just been made to now. */
  async catchUp(): Promise<void> {
    await this.#fire(this.now);
    await this.tick();
  }

  /** Takes back the move that entry `seq` tells of, wherever the ticket came from: for its clocks that move never was. False when it has moved since. */
  async undoMove(seq: number, from: TicketState): Promise<boolean> {
    if (this.#movedAt !== seq) return false;
    const to = this.row.state;
    this.#stand(from);
    await this.add('CHANGED', { field: 'state', from: to, to: from, undoes: [seq] });
    return true;
  }

  /** Moves the ticket by a verb that is about something else: only one that is not solved. Refuses WRONG_STATE; null when it stands there already. */
  async moveAlong(state: TicketState, reason: string | null | undefined = null): Promise<number | null> {
    if (state === this.row.state) return null;
    if (this.row.state === 'SOLVED') throw refuse('WRONG_STATE', 'state', { zh: '工单已解决，请用“重新打开”。', en: 'The ticket is solved: use reopenTicket.' });
    return this.moveTo(state, reason);
  }

  /** Its category as it is now. */
  get category(): CategoryRow {
    return this.#categories.find(({ id }) => id === this.row.categoryId)!;
  }

  /** The terms that hold at present; null when nothing is promised. */
  get terms(): TermsRef | null {
    return this.#clocks.terms;
  }

  /** Chooses the policy anew, after something it depends on has changed; null when another would hold now as before. */
  async chooseTerms(): Promise<{ ref: TermsRef | null }> {
    return { ref: chooseTerms(await (this.#isLook ? policiesInForce : holdPolicies)(this.#tx), policyFacts(this.row), this.#categories) };
  }

  announce(make: (facts: TicketFacts, by: { kind: ActorKind; id: string | null }) => EventDraft): void {
    const { kind, id, agentId } = this.#ctx.viewer.identity!;
    if (this.#rule) return void this.#events.push(make(this.#facts(), { kind: 'SYSTEM', id: this.#rule.id }));
    this.#events.push(make(this.#facts(), { kind: kind as ActorKind, id: kind === 'AGENT' ? agentId : id }));
  }

  #facts(): TicketFacts {
    const { id: ticketId, number, customerId, agentId, teamId, queueId, priority, categoryId } = this.row;
    const categoryKey = this.#categories.find(({ id }) => id === categoryId)?.key ?? '';
    return { ticketId, number: String(number), customerId, agentId, teamId, queueId, priority: priorityName(priority), categoryKey, ...(this.#rule && { rules: [...this.#rule.chain, this.#rule.id] }) };
  }

  async #record(news: readonly ClockNews[]): Promise<void> {
    for (const one of news) {
      if (one.kind === 'ESCALATED') this.escalateTo(one.teamKey);
      const line = entryOfNews(one);
      if (line) await this.add(line.kind, line.facts, { isSystem: true });
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
    if (this.#isLook) throw new Error('a ticket that is only looked at is not saved');
    const tx = this.#tx;
    const { id, priority, agentId, queueId, teamId, lastSeq } = this.row;
    const ends = this.#clocks.told.map((clock) => eventOfEnd(clock, this.#facts(), lastSeq));
    await this.#clocks.save(tx);
    if (ownersOf(this.row) !== this.#owners) await moveClocks(tx, { ticketId: id, conversationId: null }, { priority, agentId, queueId, teamId });
    if (this.#entries.length > 0) {
      await insertEntries(tx, this.#entries);
      for (const comment of this.#comments) await insertComment(tx, comment);
      await insertWords(this.#ctx.keyring, tx, this.#words);
      const row = { ...this.row, nextDueAt: this.#clocks.next?.dueAt ?? NO_DUE, version: this.row.version + 1, updatedAt: this.now };
      await updateTicketRow(tx, row);
      await storeListed(this.#ctx, tx, [{ before: { ...this.#stored, isMissed: this.#wasMissed }, after: { ...row, isMissed: this.#clocks.isMissed } }], this.now);
      const notice = await tellFollowers(tx, id, { entries: this.#entries, comments: this.#comments, me: this.#ctx.viewer.agentId });
      if (notice) this.#events.push(notice);
    }
    await appendEvents(tx, [...this.#events, ...ends], this.now);
    if (this.#entries.length > 0) {
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

const isMove = ({ kind, facts }: { kind: EntryKind; facts: Record<string, unknown> | null }) => kind === 'CHANGED' && facts?.field === 'state';
const ownersOf = ({ priority, agentId, queueId, teamId }: TicketRow) => [priority, agentId, queueId, teamId].join();
