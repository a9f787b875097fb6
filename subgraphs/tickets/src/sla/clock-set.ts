import { newId, type Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { clocksOf, type Clock, type PauseReason, type SlaFact, type SlaTarget } from './clock.rules.ts';
import { clocksOfSubject, deleteClock, deleteStep, insertClocks, insertSteps, stepsOfSubject, updateClock, updateStep, type ClockSubject } from './clock.store.ts';
import { nextDueOf, untoldRiskAt, type DueClockRow } from './next-due.rules.ts';
import { readClock, riskAt, type Reading } from './reading.rules.ts';
import type { ClockRow, StepRow, TermsRef } from './sla.tables.ts';
import { fireAt, planSteps, rereadAt } from './step.rules.ts';
import { keyOfTerms, loadTerms, type KnownTerms } from './terms.store.ts';
import { tellClock, type ToldClock } from './told-clock.ts';

/** Whose clocks they are: a ticket's or a conversation's. */
export interface ClockOwner extends ClockSubject {
  priority: number;
  agentId: string | null;
  creatorAgentId: string | null;
  queueId: string | null;
  teamId: string | null;
}

/** What became of a clock, for the ticket's own record. */
export type ClockNews = { target: SlaTarget; clockId: string } & (
  | { kind: 'PAUSED'; pauseReason: PauseReason }
  | { kind: 'RESUMED'; dueAt: Instant | null }
  /** `wasMissed`: it was told of as missed before. */
  | { kind: 'MET'; usedMs: number; budgetMs: number; wasMissed: boolean }
  | { kind: 'AT_RISK'; dueAt: Instant | null }
  | { kind: 'BREACHED'; dueAt: Instant }
  | { kind: 'WARNED'; remainingMs: number; teamKey: string | null }
  | { kind: 'ESCALATED'; escalationId: string; teamKey: string; afterMs: number; latenessMs: number }
  | { kind: 'ESCALATION_CANCELLED'; teamKey: string; reason: 'REACHED' | 'TERMS_CHANGED' }
);

/** What happened to a ticket, with references in the place of terms. */
export type StoredFact = SlaFact extends infer Fact ? (Fact extends { terms: unknown } ? Omit<Fact, 'terms'> & { terms: TermsRef | null } : Fact) : never;

/**
 * The clocks of one ticket while its row is locked: fires what is due, follows what happens, and writes only what changed.
 *
 * Because every step and every fact passes through here under that lock, each step happens once, and one whose
 * time had not come when the reply was stored never happens.
 */
export class ClockSet {
  readonly #owner: ClockOwner;
  readonly #rows: ClockRow[];
  readonly #steps: StepRow[];
  readonly #facts: SlaFact[] = [];
  readonly #terms = new Map<string, KnownTerms>();
  readonly #fresh = new Set<ClockRow | StepRow>();
  readonly #dirty = new Set<ClockRow | StepRow>();
  readonly #gone = new Set<ClockRow | StepRow>();
  readonly #told = new Map<ClockRow, Clock>();

  private constructor(owner: ClockOwner, rows: ClockRow[], steps: StepRow[]) {
    this.#owner = owner;
    this.#rows = rows;
    this.#steps = steps;
  }

  /** The stored clocks of a ticket; `facts` is all that happened to it so far. */
  static async open(tx: Tx, owner: ClockOwner, facts: readonly StoredFact[]): Promise<ClockSet> {
    const set = new ClockSet(owner, await clocksOfSubject(tx, owner), await stepsOfSubject(tx, owner));
    for (const fact of facts) await set.#take(tx, fact);
    return set;
  }

  /** The clocks of a ticket that is being created. */
  static async begin(tx: Tx, owner: ClockOwner, created: StoredFact): Promise<ClockSet> {
    const set = new ClockSet(owner, [], []);
    await set.#take(tx, created);
    return set;
  }

  async #take(tx: Tx, fact: StoredFact): Promise<void> {
    if (!('terms' in fact)) return void this.#facts.push(fact);
    if (!fact.terms) return void this.#facts.push({ ...fact, terms: null });
    const key = keyOfTerms(fact.terms);
    if (!this.#terms.has(key)) this.#terms.set(key, (await loadTerms(tx, [fact.terms])).get(key)!);
    this.#facts.push({ ...fact, terms: this.#terms.get(key)! });
  }

  /** Something happened to the ticket; the clocks follow. What was due before must have been fired. */
  async happen(tx: Tx, fact: StoredFact): Promise<ClockNews[]> {
    await this.#take(tx, fact);
    return this.settle(fact.at);
  }

  /** Does, in the order of time, all that should have happened by now. While nobody knows the teams escalations wait: done now they would reach nobody. */
  fire(now: Instant, { areTeamsKnown }: { areTeamsKnown: boolean }): ClockNews[] {
    const due = this.#steps.filter(({ state, kind, fireAt: at }) => state === 'PLANNED' && at !== null && at <= now && (areTeamsKnown || kind !== 'ESCALATE')).sort((a, b) => a.fireAt! - b.fireAt! || a.usedMs - b.usedMs);
    return [...this.#noteRisks(now), ...due.flatMap((step) => this.#fireStep(step, now))];
  }

  /** Tells of each clock that has come to be at risk, once; not of one that is missed by now. */
  #noteRisks(now: Instant): ClockNews[] {
    return this.#rows.filter((row) => untoldRiskAt(row) !== null && row.riskAt! <= now).flatMap((row): ClockNews[] => {
      this.#change(row, { riskToldAt: row.riskAt });
      return row.dueAt !== null && row.dueAt < now ? [] : [{ kind: 'AT_RISK', clockId: row.id, target: row.target, dueAt: row.dueAt }];
    });
  }

  #fireStep(step: StepRow, now: Instant): ClockNews[] {
    const row = this.#rows.find(({ id }) => id === step.clockId)!;
    const latenessMs = now - step.fireAt!;
    this.#change(step, { state: 'DONE', doneAt: now, latenessMs });
    const { id: clockId, target } = row;
    if (step.kind === 'WARN') return [{ kind: 'WARNED', clockId, target, remainingMs: row.budgetMs - step.usedMs, teamKey: step.teamKey }];
    if (step.kind === 'ESCALATE') return [{ kind: 'ESCALATED', escalationId: step.id, clockId, target, teamKey: step.teamKey!, afterMs: step.usedMs - row.budgetMs, latenessMs }];
    return this.#miss(row, step.fireAt! - 1);
  }

  #miss(row: ClockRow, dueAt: Instant): ClockNews[] {
    if (row.breachedAt !== null) return [];
    this.#change(row, { state: 'BREACHED', breachedAt: dueAt });
    return [{ kind: 'BREACHED', clockId: row.id, target: row.target, dueAt }];
  }

  /** Brings every stored clock to what the facts say at `now`. */
  settle(now: Instant): ClockNews[] {
    const clocks = clocksOf(this.#facts);
    const news: ClockNews[] = [];
    for (const row of [...this.#rows]) {
      if (!clocks.some((clock) => isOf(clock, row))) this.#drop(row);
    }
    for (const clock of clocks) {
      const row = this.#rows.find((one) => isOf(clock, one));
      if (row) news.push(...this.#follow(row, clock, now));
      else this.#add(clock, now);
    }
    return news;
  }

  #add(clock: Clock, now: Instant): void {
    const { ref } = clock.terms as KnownTerms;
    const { ticketId, conversationId, priority, agentId, creatorAgentId, queueId, teamId } = this.#owner;
    const reading = readClock(clock, now);
    const row: ClockRow = {
      id: newId('clk'), ticketId, conversationId, target: clock.target, startSeq: clock.startSeq, terms: ref, budgetMs: clock.budgetMs, startedAt: clock.startedAt,
      riskToldAt: null, breachedAt: null, priority, agentId, creatorAgentId, queueId, teamId, isGoing: 1, ...this.#standing(clock, reading, now), nextAt: null,
    };
    this.#fresh.add(row);
    this.#rows.push(row);
    if (clock.endedAt !== null) this.#told.set(row, clock);
    this.#plan(row, clock, reading);
    this.#retime(row, clock, reading, now);
  }

  #standing(clock: Clock, { state, pauseReason, dueAt, usedMs }: Reading, now: Instant) {
    // The moment of missing is a step of its own; until it has fired the clock is still running.
    const shown = state === 'BREACHED' ? ('RUNNING' as const) : state;
    return { state: shown, pauseReason, dueAt, riskAt: riskAt(clock, now), usedMs, readAt: now, endedAt: clock.endedAt };
  }

  #follow(row: ClockRow, clock: Clock, now: Instant): ClockNews[] {
    const { ref } = clock.terms as KnownTerms;
    const isChanged = keyOfTerms(ref) !== keyOfTerms(row.terms);
    // It began earlier or later than was thought: another ticket joined, or was parted again.
    const isMoved = clock.startedAt !== row.startedAt;
    if (row.endedAt !== null && clock.endedAt === row.endedAt && !isChanged && !isMoved) return [];
    const news: ClockNews[] = [];
    const { id: clockId, target } = row;
    const reading = readClock(clock, now);
    const before = { state: row.state, pauseReason: row.pauseReason, isEnded: row.endedAt !== null };
    if (row.endedAt !== null || clock.endedAt !== null) this.#told.set(row, clock);
    const { state, ...standing } = this.#standing(clock, reading, now);
    this.#change(row, { ...standing, startedAt: clock.startedAt, terms: ref, budgetMs: clock.budgetMs, state: row.breachedAt === null ? state : 'BREACHED' });
    if (isChanged) news.push(...this.#cancel(row, 'TERMS_CHANGED'));
    else if (isMoved) this.#unplan(row);
    if (isChanged || isMoved) {
      // Counted anew it may not be missed any more, or be since another moment; if it is for the first time, its step comes at once.
      if (clock.endedAt === null && row.breachedAt !== null) this.#change(row, reading.state === 'BREACHED' ? { breachedAt: reading.breachedAt } : { state, breachedAt: null });
    }
    if (isChanged || isMoved || (before.isEnded && clock.endedAt === null)) this.#plan(row, clock, reading);
    if (clock.endedAt !== null) {
      // Its time had passed before this was heard of; what happened says that it was reached in time.
      const wasMissed = row.breachedAt !== null && reading.state === 'MET' && !before.isEnded;
      if (wasMissed) this.#change(row, { state: 'MET', breachedAt: null });
      if (reading.state === 'BREACHED') news.push(...this.#miss(row, reading.breachedAt!));
      else if (row.breachedAt === null && !before.isEnded) news.push({ kind: 'MET', clockId, target, usedMs: reading.usedMs, budgetMs: clock.budgetMs, wasMissed });
      news.push(...this.#cancel(row, 'REACHED'));
    } else if (row.breachedAt === null) {
      const was = before.state === 'PAUSED' && before.pauseReason !== 'CLOSED_HOURS';
      const is = reading.pauseReason !== null && reading.pauseReason !== 'CLOSED_HOURS';
      if (is && (!was || before.pauseReason !== reading.pauseReason)) news.push({ kind: 'PAUSED', clockId, target, pauseReason: reading.pauseReason! });
      if (was && !is) news.push({ kind: 'RESUMED', clockId, target, dueAt: reading.dueAt });
    }
    this.#retime(row, clock, reading, now);
    return news;
  }

  /** New steps for a clock that begins, goes on after its end, or runs under other terms. What is missed is not missed twice, and nobody is called or warned twice. */
  #plan(row: ClockRow, clock: Clock, reading: Reading): void {
    const own = this.#steps.filter(({ clockId }) => clockId === row.id);
    const taken = own.length === 0 ? 0 : Math.max(...own.map(({ place }) => place)) + 1;
    for (const [index, { kind, usedMs: at, teamKey }] of planSteps((clock.terms as KnownTerms).policyBody, clock).entries()) {
      if (kind === 'BREACH' && row.breachedAt !== null) continue;
      if (kind === 'WARN' && reading.usedMs >= at) continue;
      if (kind !== 'BREACH' && own.some((step) => step.state === 'DONE' && step.kind === kind && step.usedMs === at && step.teamKey === teamKey)) continue;
      const step: StepRow = {
        clockId: row.id, kind, place: taken + index, id: newId('esc'), ticketId: row.ticketId, conversationId: row.conversationId, usedMs: at, teamKey, fireAt: null, state: 'PLANNED',
        doneAt: null, latenessMs: null, cancelReason: null, actorKind: 'SYSTEM', actorId: null,
      };
      this.#fresh.add(step);
      this.#steps.push(step);
    }
  }

  #retime(row: ClockRow, clock: Clock, reading: Reading, now: Instant): void {
    const planned = this.#steps.filter(({ clockId, state }) => clockId === row.id && state === 'PLANNED');
    for (const step of planned) {
      const at = fireAt(clock, step as never, now);
      if (at !== step.fireAt) this.#change(step, { fireAt: at });
    }
    const times = [...planned.map(({ fireAt: at }) => at), rereadAt(clock, reading, now), untoldRiskAt(row)].filter((at) => at !== null);
    const nextAt = times.length > 0 ? Math.min(...times) : null;
    if (nextAt !== row.nextAt) this.#change(row, { nextAt });
  }

  #cancel(row: ClockRow, reason: 'REACHED' | 'TERMS_CHANGED'): ClockNews[] {
    const news: ClockNews[] = [];
    for (const step of this.#steps.filter(({ clockId, state }) => clockId === row.id && state === 'PLANNED')) {
      if (step.kind !== 'ESCALATE') {
        this.#remove(step);
        continue;
      }
      this.#change(step, { state: 'CANCELLED', cancelReason: reason, fireAt: null });
      // Nobody was waiting for a step whose deadline never came.
      if (row.breachedAt !== null) news.push({ kind: 'ESCALATION_CANCELLED', clockId: row.id, target: row.target, teamKey: step.teamKey!, reason });
    }
    return news;
  }

  /** Steps that had not come yet: they will be planned anew. */
  #unplan(row: ClockRow): void {
    for (const step of this.#steps.filter(({ clockId, state }) => clockId === row.id && state === 'PLANNED')) this.#remove(step);
  }

  #drop(row: ClockRow): void {
    for (const step of this.#steps.filter(({ clockId }) => clockId === row.id)) this.#remove(step);
    this.#remove(row);
  }

  #change<Row extends ClockRow | StepRow>(row: Row, changes: Partial<Row>): void {
    Object.assign(row, changes);
    this.#dirty.add(row);
  }

  #remove(row: ClockRow | StepRow): void {
    const list: (ClockRow | StepRow)[] = 'kind' in row ? this.#steps : this.#rows;
    list.splice(list.indexOf(row), 1);
    if (!this.#fresh.delete(row)) this.#gone.add(row);
    this.#dirty.delete(row);
  }

  /** The clock that runs out next, or did and goes on; null when none runs. */
  get next(): DueClockRow | null {
    return nextDueOf(this.#rows);
  }

  /** Whether one was missed and goes on; what was merged goes on in the ticket that took it in. */
  get isMissed(): boolean {
    return this.#rows.some(({ state, endedAt, pauseReason }) => state === 'BREACHED' && endedAt === null && pauseReason !== 'MERGED');
  }

  /** Since when each target has been waited for, of clocks that have not ended. */
  get starts(): Partial<Record<SlaTarget, Instant>> {
    const starts: Partial<Record<SlaTarget, Instant>> = {};
    for (const { target, startedAt, endedAt } of this.#rows) if (endedAt === null) starts[target] = Math.min(starts[target] ?? Infinity, startedAt);
    return starts;
  }

  /** Clocks that ended, or go on after their end, since the set was opened. */
  get told(): ToldClock[] {
    return [...this.#told].map(([row, clock]) => tellClock(row, clock, this.#steps));
  }

  /** The terms that hold at present. */
  get terms(): TermsRef | null {
    const last = this.#facts.flatMap((fact) => ('terms' in fact ? [fact.terms] : [])).at(-1);
    return last ? (last as KnownTerms).ref : null;
  }

  /** Rows to insert, for a caller that stores many sets at once. */
  get made(): { clocks: ClockRow[]; steps: StepRow[] } {
    const rows = [...this.#fresh];
    return { clocks: rows.filter((row): row is ClockRow => !('kind' in row)), steps: rows.filter((row): row is StepRow => 'kind' in row) };
  }

  async save(tx: Tx): Promise<void> {
    const { clocks, steps } = this.made;
    for (const row of this.#gone) await ('kind' in row ? deleteStep(tx, row) : deleteClock(tx, row.id));
    if (clocks.length > 0) await insertClocks(tx, clocks.map(({ isGoing: _generated, ...row }) => row));
    if (steps.length > 0) await insertSteps(tx, steps);
    for (const row of this.#dirty) if (!this.#fresh.has(row)) await ('kind' in row ? updateStep(tx, row) : updateClock(tx, row));
    for (const rows of [this.#fresh, this.#dirty, this.#gone, this.#told]) rows.clear();
  }
}

const isOf = (clock: Clock, row: ClockRow) => clock.target === row.target && clock.startSeq === row.startSeq;
