import type { Tx } from '@careline/kit/db';
import { appendEvents } from '@careline/kit/events';
import type { Instant } from '@careline/kit/time';
import { conversationBreachCorrected, conversationBreached, conversationClockEnded, conversationClockResumed, conversationDueChanged, conversationEscalated, conversationWarned, type EventDraft } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { chooseConversationTerms } from './choose-terms.ts';
import { moveClocks } from './clock.store.ts';
import { ClockSet, type ClockNews, type StoredFact } from './clock-set.ts';
import type { TicketState } from './clock.rules.ts';
import { insertFacts, lockPromised, selectFacts, updatePromised } from './promised.store.ts';
import type { ConversationFactRow, PromisedRow, TermsRef, ToldDue } from './sla.tables.ts';
import { isSameTerms, holdPolicies } from './terms.store.ts';
import type { ToldClock } from './told-clock.ts';

type Teams = ReadonlyMap<string, string> | null;

/** What a conversation may become beside what is said in it. */
export type PromisedChange = Partial<Pick<PromisedRow, 'priority' | 'agentId' | 'queueId'>>;

/** What conversations tells of the past of one that is taken in. */
export interface TakenPast extends Pick<PromisedRow, 'priority' | 'agentId' | 'queueId' | 'channelKind'> {
  /** How far it was read. */
  lastSeq: number;
  turns: readonly { seq: number; at: Instant; authorKind: string; event: 'CLOSED' | 'REOPENED' | null }[];
}

/**
 * A conversation as its clocks see it, while its row is locked: what was heard of it, in the order in which it happened,
 * goes to the same clocks as the life of a ticket. `save` stores it with all that followed from it.
 */
export class ConversationLife {
  readonly row: PromisedRow;
  readonly #ctx: TicketsContext;
  readonly #tx: Tx;
  readonly #clocks: ClockSet;
  readonly #teams: Teams;
  readonly #facts: ConversationFactRow[] = [];
  readonly #events: EventDraft[] = [];
  readonly #owners: string;
  #hasBegun: boolean;
  #isTouched = false;
  #isPast = false;

  private constructor(ctx: TicketsContext, tx: Tx, teams: Teams, { row, clocks, hasBegun }: { row: PromisedRow; clocks: ClockSet; hasBegun: boolean }) {
    this.#ctx = ctx;
    this.#tx = tx;
    this.#teams = teams;
    this.row = row;
    this.#clocks = clocks;
    this.#hasBegun = hasBegun;
    this.#owners = ownersOf(row);
  }

  /** Locks the conversation; null when nothing was ever to be promised to it. `teams`: null while nobody knows them, then escalations wait. */
  static async open(ctx: TicketsContext, tx: Tx, conversationId: string, teams: Teams): Promise<ConversationLife | null> {
    const row = await lockPromised(tx, conversationId);
    if (!row) return null;
    const facts = await selectFacts(tx, conversationId);
    const { priority, agentId, queueId, teamId } = row;
    const clocks = await ClockSet.open(tx, { ticketId: null, conversationId, priority, agentId, creatorAgentId: null, queueId, teamId }, facts.map(factOf));
    return new ConversationLife(ctx, tx, teams, { row, clocks, hasBegun: facts.length > 0 });
  }

  /** The terms that hold at present; null when nothing is promised. */
  get terms(): TermsRef | null {
    return this.#clocks.terms;
  }

  /** Whether what line or message `seq` tells is to be heeded: not when the past has told it, and not while that is still to be read, when it is only counted. */
  isNews(seq: number | undefined): boolean {
    const { heardMeanwhile, takenSeq } = this.row;
    if (heardMeanwhile === null) return seq === undefined || seq > takenSeq;
    this.row.heardMeanwhile = heardMeanwhile + 1;
    this.#isTouched = true;
    return false;
  }

  /**
   * Takes in what happened before anything was promised to it, and promises from now on what the policy in force does. What still
   * waits is counted from its own start; what was answered before was never promised.
   */
  async takeIn({ lastSeq, turns, ...place }: TakenPast): Promise<void> {
    this.#isTouched = true;
    this.#isPast = true;
    Object.assign(this.row, { ...place, heardMeanwhile: null, takenSeq: lastSeq });
    for (const { seq, at, authorKind, event } of turns) await (event ? this.end(event === 'CLOSED', seq, at) : this.say(seq, authorKind, at));
    this.#isPast = false;
    await this.rechoose(this.#ctx.clock.now());
  }

  /** Somebody spoke. The customer's first word is what everything is promised from; the bot is heard, but answers for nobody. */
  async say(seq: number, authorKind: string, at: Instant): Promise<void> {
    this.row.saidSeq = Math.max(this.row.saidSeq, seq);
    this.#isTouched = true;
    if (authorKind === 'CUSTOMER') {
      if (this.#hasBegun) await this.#happen({ kind: 'ASKED', toldSeq: seq }, at);
      else await this.#begin(seq, at);
    } else if (this.#hasBegun && (authorKind === 'AGENT' || authorKind === 'API')) await this.#happen({ kind: 'REPLIED', toldSeq: seq }, at);
  }

  async #begin(toldSeq: number, at: Instant): Promise<void> {
    this.#hasBegun = true;
    await this.#happen({ kind: 'CREATED', state: 'OPEN', terms: { ref: this.#isPast ? null : await this.#choose() }, toldSeq }, at);
  }

  /** It ended, or was opened again; `toldSeq` is the line that tells of it. */
  async end(isOver: boolean, toldSeq: number | null, at: Instant): Promise<void> {
    if ((this.row.isOver === 1) === isOver) return;
    this.row.isOver = isOver ? 1 : 0;
    this.#isTouched = true;
    if (this.#hasBegun) await this.#happen({ kind: 'STATE', state: isOver ? 'CLOSED' : 'OPEN', toldSeq }, at);
  }

  /** It is another's, or more urgent. Another priority may promise something else. */
  async become(change: PromisedChange, at: Instant): Promise<void> {
    const { priority } = this.row;
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined || this.row[key as keyof PromisedChange] === value) continue;
      Object.assign(this.row, { [key]: value });
      this.#isTouched = true;
    }
    if (this.row.priority !== priority) await this.retarget(await this.#choose(), at);
  }

  /** Counts what runs by other terms, from its own start; nothing happens when they are the same. */
  async retarget(ref: TermsRef | null, at: Instant): Promise<void> {
    if (!this.#hasBegun || isSameTerms(ref, this.terms)) return;
    await this.#happen({ kind: 'TERMS', terms: { ref } }, at);
  }

  /** Chooses the policy anew. */
  async rechoose(at: Instant): Promise<void> {
    await this.retarget(await this.#choose(), at);
  }

  async #choose(): Promise<TermsRef | null> {
    const { priority, channelKind } = this.row;
    return chooseConversationTerms(await holdPolicies(this.#tx), { priority: `P${priority as 0 | 1 | 2}`, channelKind });
  }

  async #happen(what: Pick<ConversationFactRow, 'kind'> & Partial<Pick<ConversationFactRow, 'state' | 'terms' | 'toldSeq'>>, happenedAt: Instant): Promise<void> {
    // Machines differ by moments: what a conversation has lived through is never before what comes next.
    const at = Math.max(happenedAt, this.row.changedAt);
    this.#fire(at);
    this.row.lastPlace += 1;
    this.row.changedAt = at;
    const fact: ConversationFactRow = { conversationId: this.row.conversationId, place: this.row.lastPlace, at, state: null, terms: null, toldSeq: null, ...what };
    this.#facts.push(fact);
    this.#note(await this.#clocks.happen(this.#tx, factOf(fact)));
  }

  #fire(at: Instant): void {
    this.#note(this.#clocks.fire(at, { areTeamsKnown: this.#teams !== null }));
  }

  /** Lets happen what is due by now, and reads the clocks again: hours may have opened or closed. */
  tick(): void {
    const now = Math.max(this.#ctx.clock.now(), this.row.changedAt);
    this.#fire(now);
    this.#note(this.#clocks.settle(now));
  }

  #note(news: readonly ClockNews[]): void {
    const { conversationId } = this.row;
    for (const one of news) {
      const promise = { conversationId, clockId: one.clockId, target: one.target };
      if (one.kind === 'BREACHED') this.#events.push(conversationBreached.make(conversationId, { ...promise, dueAt: one.dueAt }));
      if (one.kind === 'MET' && one.wasMissed) this.#events.push(conversationBreachCorrected.make(conversationId, { ...promise, usedMs: one.usedMs }));
      if (one.kind === 'WARNED') this.#events.push(conversationWarned.make(conversationId, { ...promise, remainingSeconds: Math.floor(one.remainingMs / 1000), teamKey: one.teamKey }));
      if (one.kind === 'ESCALATED') {
        const { escalationId, teamKey, latenessMs } = one;
        this.row.teamId = this.#teams?.get(teamKey) ?? this.row.teamId;
        this.#isTouched = true;
        this.#events.push(conversationEscalated.make(conversationId, { ...promise, escalationId, teamKey, latenessMs }));
      }
    }
  }

  /** Stores what was heard and all that followed, and tells conversations of the promise that runs out next. */
  async save(): Promise<void> {
    const tx = this.#tx;
    const { conversationId, priority, agentId, queueId, teamId } = this.row;
    for (const clock of this.#clocks.told) this.#events.push(this.#eventOfEnd(clock));
    await this.#clocks.save(tx);
    if (ownersOf(this.row) !== this.#owners) await moveClocks(tx, { ticketId: null, conversationId }, { priority, agentId, queueId, teamId });
    await insertFacts(tx, this.#facts);
    const due = this.#due();
    if (JSON.stringify(due) !== JSON.stringify(inOrder(this.row.toldDue))) {
      this.row.toldDue = due;
      this.#isTouched = true;
      this.#events.push(conversationDueChanged.make(conversationId, { conversationId, due: due && shownDue(due) }));
    }
    if (this.#isTouched || this.#facts.length > 0) await updatePromised(tx, this.row);
    await appendEvents(tx, this.#events, this.#ctx.clock.now());
    tx.afterCommit(() => this.#ctx.live.publish('sla-board', { conversationId }));
  }

  /** The event by which facts hear of a clock that ended, or goes on after its end. */
  #eventOfEnd(clock: ToldClock): EventDraft {
    const { conversationId, priority, agentId, queueId, teamId, lastPlace: seq } = this.row;
    const definition = clock.endedAt === null ? conversationClockResumed : conversationClockEnded;
    return definition.make(conversationId, { conversationId, priority: `P${priority as 0 | 1 | 2}`, agentId, queueId, teamId, ...clock, seq });
  }

  #due(): ToldDue | null {
    const next = this.#clocks.next;
    // A clock that has come to be at risk is told of again: nobody looks at the others meanwhile.
    return next && { target: next.target, dueAt: next.dueAt, state: next.state, riskAt: next.riskAt, isTold: next.riskToldAt !== null };
  }
}

const shownDue = ({ target, dueAt, state, riskAt }: ToldDue) => ({ target, dueAt, state, riskAt });
/** An engine may give the parts back in another order. */
const inOrder = (due: ToldDue | null) => due && { target: due.target, dueAt: due.dueAt, state: due.state, riskAt: due.riskAt, isTold: due.isTold };
const ownersOf = ({ priority, agentId, queueId, teamId }: PromisedRow) => [priority, agentId, queueId, teamId].join();

/** What happened to a conversation, as clocks take it. */
export function factOf({ place, at, kind, state, terms }: ConversationFactRow): StoredFact {
  if (kind === 'CREATED') return { seq: place, at, kind, state: state as TicketState, terms: terms?.ref ?? null };
  if (kind === 'STATE') return { seq: place, at, kind, state: state as TicketState };
  return kind === 'TERMS' ? { seq: place, at, kind, terms: terms?.ref ?? null } : { seq: place, at, kind };
}
