import { describe, expect, it } from 'vitest';
import type { TicketFacts } from './automation.types.ts';
import { momentsOf, placesOf, type ReplayedLine } from './replay.rules.ts';

const line = (at: number, kind: string, facts: Record<string, unknown> | null = null): ReplayedLine => ({ at, kind, facts });
const LIFE = [
  line(0, 'CREATED', { priority: 'P2' }), line(100, 'COMMENT'), line(100, 'CHANGED', { field: 'state', from: 'NEW', to: 'OPEN' }),
  line(200, 'PRIORITISED', { from: 'P2', to: 'P0' }), line(200, 'CHANGED', { field: 'tags', from: [], to: ['vip'] }),
  line(300, 'CLOCK_BREACHED'), line(300, 'ESCALATED', { teamKey: 'above' }), line(900, 'COMMENT'), line(900, 'CHANGED', { field: 'state', from: 'OPEN', to: 'SOLVED' }),
];
const NOW: Omit<TicketFacts, 'clocks'> = { state: 'SOLVED', priority: 'P0', categoryId: 'c', customerId: null, agentId: null, teamId: 'tem_above', tags: ['vip'] };
const NAMED = { teamId: () => 'tem_above', categoryId: () => undefined };
const moments = (trigger: 'TICKET_CREATED' | 'TICKET_UPDATED' | 'TICKET_COMMENTED' | 'SLA_BREACHED', risks: number[] = []) => momentsOf({ trigger, since: null, afterMs: null }, LIFE, risks, 2_000).map(({ at, line: last }) => [at, last]);

it('placesOf tells what a ticket was after each line', () => {
  const places = placesOf(NOW, LIFE, NAMED);
  expect([places[0], places[2], places[4], places[8]].map((place) => [place!.state, place!.priority, place!.tags.join(), place!.teamId])).toEqual([
    ['NEW', 'P2', '', null], ['OPEN', 'P2', '', null], ['OPEN', 'P0', 'vip', null], ['SOLVED', 'P0', 'vip', 'tem_above'],
  ]);
});

describe('momentsOf', () => {
  it('finds creation, comments and missed clocks', () => {
    expect(moments('TICKET_CREATED')).toEqual([[0, 0]]);
    expect(moments('TICKET_COMMENTED')).toEqual([[100, 2], [900, 8]]);
    expect(moments('SLA_BREACHED')).toEqual([[300, 5]]);
  });

  it('finds a change once however many fields it had, none where a comment moved the state, and the solving', () => {
    expect(moments('TICKET_UPDATED')).toEqual([[200, 4], [300, 6], [900, 8]]);
  });

  it('finds when a ticket had been quiet so long, and not what is still to come', () => {
    const quiet = (afterMs: number, now: number) => momentsOf({ trigger: 'TIME_SINCE', since: 'UPDATED', afterMs }, LIFE, [], now).map(({ at }) => at);
    expect(quiet(500, 1_399)).toEqual([800]);
    expect(quiet(500, 1_400)).toEqual([800, 1_400]);
    expect(quiet(600, 2_000)).toEqual([1_500]);
    expect(momentsOf({ trigger: 'TIME_SINCE', since: 'CREATED', afterMs: 250 }, LIFE, [], 2_000)).toEqual([{ at: 250, line: 4 }]);
  });
});
