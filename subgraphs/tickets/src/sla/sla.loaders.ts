import type { Db } from '@careline/kit/db';
import { DAY } from '@careline/kit/time';
import DataLoader from 'dataloader';
import { clocksOfConversations, clocksOfTickets, stepsOfTickets } from './clock.store.ts';
import { viewClock, type ClockView } from './clock-view.ts';
import { countTicketsOf } from './policy.store.ts';
import type { ClockRow, StepRow } from './sla.tables.ts';
import { keyOfTerms, loadTerms } from './terms.store.ts';

export interface SlaLoaders {
  /** Clocks of a ticket, the next to run out first, then those that ended. */
  clocksOfTicket: DataLoader<string, ClockView[]>;
  clocksOfConversation: DataLoader<string, ClockView[]>;
  stepsOfTicket: DataLoader<string, StepRow[]>;
  /** How many tickets of the last 30 days each policy of a version matched, by its place. */
  policyUse: DataLoader<string, Map<number, number>>;
}

/** Stored clocks as they stand at `now`. */
export async function viewClocks(db: Db, rows: readonly ClockRow[], now: number): Promise<ClockView[]> {
  const terms = await loadTerms(db, rows.map((row) => row.terms));
  return rows.map((row) => viewClock(row, terms.get(keyOfTerms(row.terms))!, now));
}

const inOrder = (a: ClockView, b: ClockView) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || a.dueAt - b.dueAt || a.startedAt - b.startedAt;

/** One look-up per kind and tick of a request. */
export function slaLoaders(db: Db, now: () => number): SlaLoaders {
  return {
    clocksOfTicket: new DataLoader(async (ticketIds) => {
      const found = await clocksOfTickets(db, ticketIds);
      const views = await viewClocks(db, [...found.values()].flat(), now());
      return ticketIds.map((id) => views.filter(({ ticketId }) => ticketId === id).sort(inOrder));
    }, { cache: false }),
    clocksOfConversation: new DataLoader(async (ids) => {
      const views = await viewClocks(db, await clocksOfConversations(db, ids), now());
      return ids.map((id) => views.filter(({ conversationId }) => conversationId === id).sort(inOrder));
    }, { cache: false }),
    stepsOfTicket: new DataLoader(async (ticketIds) => {
      const found = await stepsOfTickets(db, ticketIds);
      return ticketIds.map((id) => found.get(id)!);
    }, { cache: false }),
    policyUse: new DataLoader((versionIds) => Promise.all(versionIds.map((id) => countTicketsOf(db, id, now() - 30 * DAY)))),
  };
}
