import { describe, expect, it } from 'vitest';
import { countConditions, filterOf, orderOf, placeOf, queryOf, type Query } from './ticket-filter.ts';

const SELF = { agentId: 'agt_1', teamIds: ['tem_1', 'tem_2'] };
const UNFINISHED = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];
const asked = (query: Query) => filterOf(placeOf(query), SELF);

describe('the address of a list', () => {
  it.each<[string, Query, object]>([
    ['is one\'s own unfinished tickets when it says nothing', {}, { agentIds: ['agt_1'], states: UNFINISHED }],
    ['names unassigned ones', { view: 'unassigned' }, { isUnassigned: true, states: UNFINISHED }],
    ['names those of one\'s teams', { view: 'team' }, { teamIds: ['tem_1', 'tem_2'], states: UNFINISHED }],
    ['names those at risk', { view: 'risk' }, { isAtRisk: true, states: UNFINISHED }],
    ['names all, finished ones too', { view: 'all' }, {}],
    ['asks all of them when it names a condition but no view', { priority: 'P0', clock: 'BREACHED' }, { priorities: ['P0'], clockStates: ['BREACHED'] }],
    ['narrows a view by the states it names', { view: 'mine', state: 'SOLVED,CLOSED' }, { agentIds: ['agt_1'], states: ['SOLVED', 'CLOSED'] }],
    ['narrows clocks by target and risk', { clock: 'RUNNING', risk: '1', target: 'RESOLUTION' }, { clockStates: ['RUNNING'], isAtRisk: true, clockTarget: 'RESOLUTION' }],
    ['narrows clocks by when they run out', { clock: 'RUNNING', due: '2026-11-30T10:00:00.000Z/2026-11-30T10:15:00.000Z' }, { clockStates: ['RUNNING'], dueAfter: '2026-11-30T10:00:00.000Z', dueBefore: '2026-11-30T10:15:00.000Z' }],
    ['narrows clocks by when they ended', { clock: 'MET', ended: '2026-11-30T00:00:00.000Z' }, { clockStates: ['MET'], clockEndedAfter: '2026-11-30T00:00:00.000Z' }],
    ['leaves out a span of time that is none', { priority: 'P0', due: 'soon/later', ended: 'never' }, { priorities: ['P0'] }],
    ['names the tickets responsible for a warning, finished ones too', { ids: 'tkt_1,tkt_2,tkt_1' }, { ids: ['tkt_1', 'tkt_2'] }],
    ['names tags, which may hold commas', { tag: ['退款', 'a,b', ' 退款 '] }, { tags: ['退款', 'a,b'] }],
    ['leaves out words nobody knows', { view: 'nothing', state: 'GONE', priority: 'P9', order: 'up' }, { agentIds: ['agt_1'], states: UNFINISHED }],
    ['reads a word given twice once', { priority: ['P1', 'P0,P1'] }, { priorities: ['P0', 'P1'] }],
  ])('%s', (_name, query, filter) => {
    expect(asked(query)).toEqual(filter);
  });

  it('comes back the same from what was read of it', () => {
    const query = { view: 'team', order: 'updated', state: 'NEW,OPEN', priority: 'P0', category: 'cat_1', clock: 'PAUSED', target: 'RESOLUTION', risk: '1', due: '2026-11-30T10:00:00.000Z/', ended: '2026-11-30T00:00:00.000Z', ids: 'tkt_1,tkt_2', tag: ['退款', 'a,b'] };
    expect(queryOf(placeOf(query))).toEqual(query);
    expect(queryOf(placeOf({}))).toEqual({ view: 'mine' });
  });

  it('shows who is in no team their own tickets under that view, never everybody\'s', () => {
    expect(filterOf(placeOf({ view: 'team' }), { agentId: 'agt_1', teamIds: [] })).toEqual({ agentIds: ['agt_1'], states: UNFINISHED });
  });

  it('counts what was asked beyond the view', () => {
    expect(countConditions(placeOf({ view: 'mine' }))).toBe(0);
    expect(countConditions(placeOf({ state: 'NEW,OPEN', priority: 'P0', risk: '1', ids: 'tkt_1,tkt_2', tag: '退款' }))).toBe(6);
  });
});

it('orders by deadline and urgency upwards, by days downwards', () => {
  expect(orderOf('due')).toEqual({ field: 'DUE', direction: 'ASC' });
  expect(orderOf('created')).toEqual({ field: 'CREATED', direction: 'DESC' });
});
