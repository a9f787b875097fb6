import type { BusinessHours, Instant } from '@careline/kit/time';

export type TicketState = 'NEW' | 'OPEN' | 'PENDING' | 'ON_HOLD' | 'SOLVED' | 'CLOSED';
export const SLA_TARGETS = ['FIRST_RESPONSE', 'NEXT_RESPONSE', 'PERIODIC_UPDATE', 'RESOLUTION'] as const;
export type SlaTarget = (typeof SLA_TARGETS)[number];
export type PauseReason = 'WAITING_FOR_CUSTOMER' | 'ON_HOLD' | 'CLOSED_HOURS' | 'MERGED' | 'SOLVED';

/** What a policy version promises a ticket, with the hours version that counts for it. */
export interface Terms {
  /** Id of the policy version and number of the policy in it, for the proof. */
  policy: string;
  /** Working time promised, in milliseconds; targets without a promise are absent. */
  budgets: Readonly<Partial<Record<SlaTarget, number>>>;
  pauseStates: readonly TicketState[];
  hours: BusinessHours;
}

/**
 * One thing that happened to a ticket and that clocks heed. `seq` is the place of the ticket's entry.
 * REPLIED is a public word of a person of ours, never of the bot; ASKED is a word of the customer. JOINED says since when a
 * ticket that joined this one has waited. UNDONE takes back earlier facts by their seq: clocks count as if they had never been.
 */
export type SlaFact = { seq: number; at: Instant } & (
  | { kind: 'CREATED'; state: TicketState; terms: Terms | null }
  | { kind: 'STATE'; state: TicketState }
  | { kind: 'TERMS'; terms: Terms | null }
  | { kind: 'REPLIED' | 'ASKED' | 'MERGED' | 'UNMERGED' }
  | { kind: 'JOINED'; starts: Readonly<Partial<Record<SlaTarget, Instant>>> }
  | { kind: 'UNDONE'; seqs: readonly number[] }
);

/** A stretch in which a clock stands still whatever the hours are; `to` is null while it lasts. */
export interface Pause {
  from: Instant;
  to: Instant | null;
  reason: Exclude<PauseReason, 'CLOSED_HOURS'>;
  /** Seq of the entry that began it. */
  seq: number;
}

/** SLA 计时: one target running for one ticket, as the facts alone say. */
export interface Clock {
  target: SlaTarget;
  /** Seq of the entry that began it: with the target, its name among the ticket's clocks. */
  startSeq: number;
  startedAt: Instant;
  terms: Terms;
  budgetMs: number;
  pauses: Pause[];
  /** When the target was reached; null while not. */
  endedAt: Instant | null;
  /** Seq of the entry that reached it; null while not. */
  endSeq: number | null;
}

const REASON_OF: Partial<Record<TicketState, Pause['reason']>> = { PENDING: 'WAITING_FOR_CUSTOMER', ON_HOLD: 'ON_HOLD' };
const isOver = (state: TicketState) => state === 'SOLVED' || state === 'CLOSED';

/** A ticket's life as clocks see it, one fact after the other. */
class Life {
  clocks: Clock[] = [];
  #terms: Terms | null = null;
  #state: TicketState = 'NEW';
  /** What would pause clocks since when: kept whole, since other terms may heed other states. */
  readonly #states: { state: TicketState; at: Instant; seq: number }[] = [];
  readonly #merges: { from: Instant; to: Instant | null; seq: number }[] = [];
  #created: { seq: number; at: Instant } | null = null;
  #unsolvedSince: { seq: number; at: Instant } | null = null;
  #hasReplied = false;
  /** The customer's first word that nobody answered yet. */
  #asked: { seq: number; at: Instant } | null = null;
  /** Since when the customer has heard nothing. */
  #silentSince: { seq: number; at: Instant } | null = null;

  take(fact: SlaFact): void {
    switch (fact.kind) {
      case 'CREATED':
        this.#created = fact;
        this.#unsolvedSince = fact;
        this.#silentSince = fact;
        this.#terms = fact.terms;
        this.#enter(fact.state, fact);
        break;
      case 'STATE': this.#enter(fact.state, fact); break;
      case 'TERMS': this.#promise(fact.terms); break;
      case 'REPLIED': this.#reply(fact); break;
      case 'ASKED': this.#asked ??= fact; break;
      case 'MERGED': this.#merges.push({ from: fact.at, to: null, seq: fact.seq }); break;
      case 'UNMERGED': this.#merges.at(-1)!.to = fact.at; break;
      case 'JOINED': this.#join(fact.seq, fact.starts); break;
      case 'UNDONE': break;
    }
    if (!isOver(this.#state)) this.#startMissing();
    for (const clock of this.clocks) if (clock.endedAt === null) clock.pauses = this.#pausesOf(clock);
  }

  #reply(fact: SlaFact): void {
    this.#end(['FIRST_RESPONSE', 'NEXT_RESPONSE', 'PERIODIC_UPDATE'], fact);
    this.#hasReplied = true;
    this.#asked = null;
    this.#silentSince = fact;
  }

  /** What the other ticket had waited for longer, this one has waited for since then; each clock keeps the entry that names it. */
  #join(seq: number, starts: Readonly<Partial<Record<SlaTarget, Instant>>>): void {
    const since = (own: { seq: number; at: Instant } | null, at: Instant | undefined) => (at !== undefined && (own === null || at < own.at) ? { seq: own?.seq ?? seq, at } : own);
    this.#created = since(this.#created, starts.FIRST_RESPONSE);
    this.#unsolvedSince = since(this.#unsolvedSince, starts.RESOLUTION);
    this.#asked = since(this.#asked, starts.NEXT_RESPONSE);
    this.#silentSince = since(this.#silentSince, starts.PERIODIC_UPDATE);
    for (const clock of this.clocks) if (clock.endedAt === null) clock.startedAt = Math.min(clock.startedAt, starts[clock.target] ?? Infinity);
  }

  #enter(state: TicketState, fact: SlaFact): void {
    const wasOver = isOver(this.#state);
    this.#state = state;
    this.#states.push({ state, at: fact.at, seq: fact.seq });
    if (isOver(state) && !wasOver) {
      this.#end(SLA_TARGETS, fact);
      this.#hasReplied = true;
      this.#asked = null;
    }
    if (wasOver && !isOver(state)) {
      this.#silentSince = fact;
      const resolution = this.clocks.find(({ target }) => target === 'RESOLUTION');
      if (resolution) Object.assign(resolution, { endedAt: null, endSeq: null, ...this.#presentTerms(resolution) });
    }
  }

  /** Other terms: what still runs is counted anew from its own start; what ended keeps its verdict. */
  #promise(terms: Terms | null): void {
    this.#terms = terms;
    this.clocks = this.clocks.filter(({ endedAt, target }) => endedAt !== null || terms?.budgets[target] !== undefined);
    for (const clock of this.clocks) if (clock.endedAt === null) Object.assign(clock, this.#presentTerms(clock));
  }

  #presentTerms({ target, terms, budgetMs }: Clock): Pick<Clock, 'terms' | 'budgetMs'> {
    const promised = this.#terms?.budgets[target];
    return promised === undefined ? { terms, budgetMs } : { terms: this.#terms!, budgetMs: promised };
  }

  #end(targets: readonly SlaTarget[], { at, seq }: SlaFact): void {
    for (const clock of this.clocks) {
      if (clock.endedAt !== null || !targets.includes(clock.target)) continue;
      clock.pauses = this.#pausesOf(clock).map((pause) => ({ ...pause, to: pause.to ?? at })).filter(({ from, to }) => from < to!);
      Object.assign(clock, { endedAt: at, endSeq: seq });
    }
  }

  #startMissing(): void {
    this.#start('FIRST_RESPONSE', this.#hasReplied ? null : this.#created);
    this.#start('NEXT_RESPONSE', this.#hasReplied ? this.#asked : null);
    this.#start('PERIODIC_UPDATE', this.#silentSince);
    this.#start('RESOLUTION', this.#unsolvedSince);
  }

  #start(target: SlaTarget, since: { seq: number; at: Instant } | null): void {
    const budgetMs = this.#terms?.budgets[target];
    if (!since || budgetMs === undefined || this.clocks.some((clock) => clock.target === target && (clock.endedAt === null || clock.startSeq === since.seq))) return;
    this.clocks.push({ target, startSeq: since.seq, startedAt: since.at, terms: this.#terms!, budgetMs, pauses: [], endedAt: null, endSeq: null });
  }

  #pausesOf({ startedAt, terms }: Clock): Pause[] {
    const pauses: Pause[] = [];
    for (const [index, { state, at, seq }] of this.#states.entries()) {
      const reason = isOver(state) ? 'SOLVED' : terms.pauseStates.includes(state) ? (REASON_OF[state] ?? 'ON_HOLD') : null;
      if (reason) pauses.push({ from: at, to: this.#states[index + 1]?.at ?? null, reason, seq });
    }
    return [...beside(pauses, this.#merges), ...this.#merges.map((merge): Pause => ({ ...merge, reason: 'MERGED' }))]
      .map((pause) => ({ ...pause, from: Math.max(pause.from, startedAt) })).filter(lasts).sort((a, b) => a.from - b.from);
  }
}

const lasts = ({ from, to }: Pause) => to === null || from < to;

/** What is left of pauses outside of merges: whatever a merged ticket waited for before, it waits for the one that took it in. */
function beside(pauses: readonly Pause[], merges: readonly { from: Instant; to: Instant | null }[]): readonly Pause[] {
  return merges.reduce((left, merge) => left.flatMap((pause) => [
    { ...pause, to: Math.min(pause.to ?? Infinity, merge.from) }, { ...pause, from: Math.max(pause.from, merge.to ?? Infinity) },
  ].filter(lasts)), pauses);
}

/** The facts that hold. The last is looked at first: taking back what took something back brings that back. */
function withoutUndone(facts: readonly SlaFact[]): SlaFact[] {
  const undone = new Set<number>();
  for (const fact of facts.toReversed()) if (fact.kind === 'UNDONE' && !undone.has(fact.seq)) for (const seq of fact.seqs) undone.add(seq);
  return undone.size === 0 ? [...facts] : facts.filter(({ seq }) => !undone.has(seq));
}

/**
 * The clocks of a ticket: a pure function of what happened to it, in the order of seq, and of the terms that the facts carry.
 *
 * FIRST_RESPONSE runs from creation to the first public word of a person; NEXT_RESPONSE from the customer's first
 * unanswered word to the answer; PERIODIC_UPDATE from one public word to the next; RESOLUTION from creation until
 * solved, and goes on where it stood when the ticket is opened again. Solving ends them all.
 */
export function clocksOf(facts: readonly SlaFact[]): Clock[] {
  const life = new Life();
  for (const fact of withoutUndone(facts)) life.take(fact);
  return life.clocks;
}
