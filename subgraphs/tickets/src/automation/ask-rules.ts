import { recordAudit } from '@careline/kit/audit';
import { newId, parseId } from '@careline/kit/db';
import { AppError } from '@careline/kit/errors';
import { DAY, MINUTE, SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { clocksOfTickets } from '../sla/index.ts';
import { askDirectory, changeTicket, lastActors, requireTeamIds, ticketsById, withDescendants, type CategoryRow, type TeamIds } from '../ticket/index.ts';
import type { EventRow, TraceRow } from './automation.tables.ts';
import type { ClockFacts, Outcome, TicketFacts } from './automation.types.ts';
import { failedCondition, pendingSteps } from './conditions.rules.ts';
import { factsOf } from './ticket-facts.ts';
import { activeRules, type ActiveRule } from './rule.store.ts';
import { RefusedStep, runSteps } from './run-steps.ts';
import { dueEvents, insertTrace, isTraced, keepTrace, postponeEvent, removeEvent, removeExpired } from './trace.store.ts';

const BATCH = 100;
/** Tickets that are worked on at once; more would take the connections of those who ask. */
const LANES = 4;
/** A chain of rules that set each other off is cut after so many. */
const DEPTH_MAX = 5;
const KEPT_MS: Readonly<Record<Outcome, number>> = { RAN: 30 * DAY, REFUSED: 30 * DAY, LOOP_STOPPED: 30 * DAY, UNCHANGED: 7 * DAY, SKIPPED: 7 * DAY };
const RETRY_MAX_MS = 10 * MINUTE;
const LINES_LOOKED_BACK = 50;
const EXPIRED_BATCH = 1_000;

/**
 * Asks every rule in force about each event that waits; those of one ticket one after the other, the oldest first.
 *
 * What a rule does and the trace of it are one transaction under the lock of the ticket, so however often an event is begun
 * anew and by however many workers, each rule acts on it once. An event that cannot be finished comes again later and keeps
 * no other waiting.
 */
export async function askRules(ctx: TicketsContext): Promise<void> {
  for (let isMore = true; isMore;) {
    const events = await dueEvents(ctx.db, ctx.clock.now(), BATCH);
    const byTicket = ofEachTicket(events).values();
    await Promise.all(Array.from({ length: LANES }, async () => {
      for (const ofTicket of byTicket) await askInOrder(ctx, ofTicket);
    }));
    isMore = events.length === BATCH;
  }
}

function ofEachTicket(events: readonly EventRow[]): Map<string, EventRow[]> {
  const found = new Map<string, EventRow[]>();
  for (const event of events) found.set(event.ticketId, [...(found.get(event.ticketId) ?? []), event]);
  return found;
}

async function askInOrder(ctx: TicketsContext, events: readonly EventRow[]): Promise<void> {
  for (const event of events) {
    try {
      await askAbout(ctx, event);
      await removeEvent(ctx.db, event.place);
    } catch (error) {
      const { place, tries, eventId } = event;
      ctx.log.error({ err: error, eventId, tries }, 'rules could not be asked about an event');
      await postponeEvent(ctx.db, place, tries + 1, ctx.clock.now() + Math.min(2 ** tries * SECOND, RETRY_MAX_MS));
    }
  }
}

async function askAbout(ctx: TicketsContext, event: EventRow): Promise<void> {
  const asked = (await activeRules(ctx.db)).filter(({ rule, version }) => (event.ruleId ? rule.id === event.ruleId : true) && version.trigger === event.trigger && version.activatedAt! <= event.at);
  if (asked.length === 0) return;
  const around = { teams: await requireTeamIds(ctx), categories: await ctx.loaders.categories(), chain: event.quietSince === null ? event.chain : await rulesSincePeople(ctx, event.ticketId) };
  for (const one of asked) await ask(ctx, event, one, around);
}

/** Rules that changed a quiet ticket since a person did, in their order: what they did must not set them off for ever. */
async function rulesSincePeople(ctx: TicketsContext, ticketId: string): Promise<string[]> {
  const actors = await lastActors(ctx.db, ticketId, LINES_LOOKED_BACK);
  const people = actors.findIndex(({ actorKind }) => actorKind !== 'SYSTEM');
  const since = actors.slice(0, people < 0 ? actors.length : people);
  return [...new Set(since.flatMap(({ actorId }) => (actorId && parseId('aut', actorId) ? [actorId] : [])).reverse())];
}

interface Around {
  teams: TeamIds;
  categories: readonly CategoryRow[];
  chain: readonly string[];
}

/** What a rule makes of a ticket, before anything is done. */
function verdictOn(ticket: TicketFacts, { rule, version }: ActiveRule, { teams, categories, chain }: Around): { outcome: Outcome; failed: string | null; pending: number[] } {
  const failed = failedCondition(version.conditions, ticket, (ids) => withDescendants(categories, ids));
  if (failed) return { outcome: 'SKIPPED', failed, pending: [] };
  const pending = pendingSteps(version.steps, ticket, teams);
  if (pending.length === 0) return { outcome: 'UNCHANGED', failed: null, pending };
  return { outcome: chain.includes(rule.id) || chain.length >= DEPTH_MAX ? 'LOOP_STOPPED' : 'RAN', failed: null, pending };
}

async function ask(ctx: TicketsContext, event: EventRow, one: ActiveRule, around: Around): Promise<void> {
  const [row] = await ticketsById(ctx.db, [event.ticketId]);
  if (!row || (event.quietSince !== null && row.updatedAt !== event.quietSince)) return;
  const clocks = await clockFacts(ctx, row.id);
  const { outcome, failed } = verdictOn(factsOf(row, clocks), one, around);
  const trace = traceOf(ctx, event, one, around.chain);
  if (outcome === 'RAN') await run(ctx, event, one, { around, clocks, trace });
  else await keepTrace(ctx.db, trace(outcome, { failedCondition: failed }));
}

type MakeTrace = (outcome: Outcome, more?: Partial<TraceRow>) => TraceRow;

function traceOf(ctx: TicketsContext, event: EventRow, { rule, version }: ActiveRule, chain: readonly string[]): MakeTrace {
  const at = ctx.clock.now();
  return (outcome, more = {}) => ({
    id: newId('rtr'), ticketId: event.ticketId, eventId: event.eventId, ruleId: rule.id, versionNumber: version.number, trigger: event.trigger, at, outcome,
    failedCondition: null, refusal: null, changes: null, depth: chain.length + 1, expiresAt: at + KEPT_MS[outcome], ...more,
  });
}

/** Does what a rule says, all of it or, when a step is refused, nothing. The ticket is looked at once more under its lock. */
async function run(ctx: TicketsContext, event: EventRow, one: ActiveRule, { around, clocks, trace }: { around: Around; clocks: ClockFacts[]; trace: MakeTrace }): Promise<void> {
  const { rule, version } = one;
  const { agents } = await askDirectory(ctx.services, { conversationIds: [], customerIds: [], lookups: [], agentIds: version.steps.flatMap(({ verb, value }) => (verb === 'ASSIGN_AGENT' ? [value] : [])) });
  const commentIdOf = (place: number) => `${event.eventId}_${rule.id.slice(4)}_${place}`;
  try {
    await changeTicket(ctx, event.ticketId, null, async (life, tx) => {
      if (await isTraced(tx, event.eventId, rule.id)) return;
      const { outcome, failed, pending } = verdictOn(factsOf(life.row, clocks), one, around);
      if (outcome === 'RAN') {
        life.actAs({ id: rule.id, chain: around.chain });
        await runSteps(life, pending.map((place) => ({ place, step: version.steps[place]! })), { ...around, agents, commentIdOf });
        const verbs = pending.map((place) => version.steps[place]!.verb);
        await recordAudit(tx, ctx, { verb: 'ticket:write', subjectId: event.ticketId, after: { ruleId: rule.id, version: version.number, eventId: event.eventId, steps: verbs } });
      }
      await insertTrace(tx, trace(outcome, { failedCondition: failed, changes: outcome === 'RAN' ? pending : null }));
    });
  } catch (error) {
    if (error instanceof RefusedStep) return keepTrace(ctx.db, trace('REFUSED', { refusal: { step: error.step, code: error.refusal.code, words: error.refusal.words } }));
    if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
  }
}

async function clockFacts(ctx: TicketsContext, ticketId: string): Promise<ClockFacts[]> {
  const now = ctx.clock.now();
  const rows = (await clocksOfTickets(ctx.db, [ticketId])).get(ticketId)!;
  return rows.map(({ target, state, endedAt, riskAt }) => ({
    target, state, isEnded: endedAt !== null, isAtRisk: endedAt === null && (state === 'BREACHED' || (state === 'RUNNING' && riskAt !== null && riskAt <= now)),
  }));
}

/** Lets go of traces whose time is over. */
export async function forgetTraces(ctx: TicketsContext): Promise<void> {
  while ((await removeExpired(ctx.db, ctx.clock.now(), EXPIRED_BATCH)) === EXPIRED_BATCH);
}
