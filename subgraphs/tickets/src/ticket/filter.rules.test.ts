import { describe, expect, it } from 'vitest';
import { joinFilters, meetsFilter, type FilteredTicket } from './filter.rules.ts';
import type { TicketFilter } from './list.types.ts';

const NOW = 1_000_000;
const running = { target: 'RESOLUTION' as const, state: 'RUNNING' as const, pauseReason: null, endedAt: null, riskAt: NOW, dueAt: NOW + 500 };
const ticket = (changes: Partial<FilteredTicket> = {}): FilteredTicket => ({
  id: 'tkt_1', state: 'OPEN', priority: 0, categoryId: 'cat_1', customerId: 'cus_1', agentId: 'agt_1', teamId: 'tem_1', tags: ['vip'], createdAt: NOW - 10, clocks: [running], ...changes,
});

describe('meetsFilter', () => {
  it.each<[string, TicketFilter, Partial<FilteredTicket>, boolean]>([
    ['nothing is asked', { states: [], tags: [] }, {}, true],
    ['the state is among those asked', { states: ['NEW', 'OPEN'] }, {}, true],
    ['the state is another', { states: ['NEW'] }, {}, false],
    ['the priority is asked', { priorities: ['P0'] }, {}, true],
    ['somebody owns it and nobody should', { isUnassigned: true }, {}, false],
    ['nobody owns it', { isUnassigned: true }, { agentId: null }, true],
    ['it has no tags', { tags: ['vip'] }, { tags: null }, false],
    ['it was made at the instant asked from', { createdAfter: NOW - 10 }, {}, true],
    ['it was made at the instant asked until', { createdBefore: NOW - 10 }, {}, false],
    ['its clock comes to be at risk now', { isAtRisk: true }, {}, true],
    ['its clock comes to be at risk a moment later', { isAtRisk: true }, { clocks: [{ ...running, riskAt: NOW + 1 }] }, false],
    ['it was missed and goes on', { clockStates: ['BREACHED'] }, { clocks: [{ ...running, state: 'BREACHED' }] }, true],
    ['it was missed and has ended', { clockStates: ['BREACHED'] }, { clocks: [{ ...running, state: 'BREACHED', endedAt: NOW }] }, false],
    ['it was missed and has ended, and ended ones are asked for too', { clockStates: ['BREACHED', 'MET'] }, { clocks: [{ ...running, state: 'BREACHED', endedAt: NOW }] }, true],
    ['one clock has the target and another the state', { clockStates: ['PAUSED'], clockTarget: 'RESOLUTION' }, { clocks: [running, { ...running, target: 'FIRST_RESPONSE', state: 'PAUSED' }] }, false],
    ['it is due at the instant asked until', { dueBefore: NOW + 500 }, {}, false],
    ['it is due at the instant asked from', { dueAfter: NOW + 500 }, {}, true],
    ['it is due before the instant asked from', { dueAfter: NOW + 501 }, {}, false],
    ['it would be due then and waits for the customer', { dueAfter: NOW }, { clocks: [{ ...running, state: 'PAUSED', pauseReason: 'WAITING_FOR_CUSTOMER' }] }, false],
    ['it was due then and has ended', { dueAfter: NOW }, { clocks: [{ ...running, state: 'MET', endedAt: NOW }] }, false],
    ['it was missed and ended at the instant asked from', { clockStates: ['BREACHED'], clockEndedAfter: NOW }, { clocks: [{ ...running, state: 'BREACHED', endedAt: NOW }] }, true],
    ['it was missed and ended before the instant asked from', { clockStates: ['BREACHED'], clockEndedAfter: NOW }, { clocks: [{ ...running, state: 'BREACHED', endedAt: NOW - 1 }] }, false],
    ['it was missed and goes on, and ended ones are asked for', { clockStates: ['BREACHED'], clockEndedAfter: NOW }, { clocks: [{ ...running, state: 'BREACHED' }] }, false],
  ])('when %s', (_name, filter, changes, expected) => expect(meetsFilter(ticket(changes), filter, NOW)).toBe(expected));
});

describe('joinFilters', () => {
  it.each<[string, TicketFilter, TicketFilter, unknown]>([
    ['takes what only one asks', { states: ['NEW'] }, { tags: ['vip'] }, { filter: { states: ['NEW'], tags: ['vip'] }, also: null }],
    ['takes what both lists have in common', { states: ['NEW', 'OPEN'] }, { states: ['OPEN', 'CLOSED'] }, { filter: { states: ['OPEN'] }, also: null }],
    ['takes the narrower of two ranges', { createdAfter: 1, createdBefore: 9 }, { createdAfter: 2 }, { filter: { createdAfter: 2, createdBefore: 9 }, also: null }],
    ['asks for two tags twice', { tags: ['a'] }, { tags: ['b'] }, { filter: { tags: ['a'] }, also: { tags: ['b'] } }],
    ['asks for two clocks twice', { isAtRisk: true }, { clockStates: ['PAUSED'] }, { filter: { isAtRisk: true, clockStates: null }, also: { clockStates: ['PAUSED'] } }],
  ])('%s', (_name, one, other, expected) => expect(joinFilters(one, other)).toMatchObject(expected as object));

  it.each<[string, TicketFilter, TicketFilter]>([
    ['states exclude each other', { states: ['NEW'] }, { states: ['OPEN'] }], ['customers do', { customerId: 'cus_1' }, { customerId: 'cus_2' }],
  ])('gives nothing when %s', (_name, one, other) => expect(joinFilters(one, other)).toBeNull());
});
