import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, markOf, saysMore, type Change, type ConversationFacts, type Heard } from './facts.rules.ts';

const base = { conversationId: 'cnv_1', channelKind: 'WEB' };
const heard = (at: number, change: Change, queueId: string | null = 'que_1'): Heard => ({ ...base, at, mark: markOf({ at, id: `evt_${at}` }), queueId, change });
const foldAll = (events: Heard[]) => events.reduce<ConversationFacts | null>((facts, event) => fold(facts, event), null)!;

const life: Heard[] = [
  heard(1, { kind: 'STARTED' }), heard(2, { kind: 'MOVED' }, 'que_2'), heard(3, { kind: 'ASSIGNED', agentId: 'agt_1' }, 'que_2'), heard(4, { kind: 'SAID', agentId: null }, 'que_2'),
  heard(5, { kind: 'SAID', agentId: 'agt_1' }, 'que_2'), heard(6, { kind: 'CLOSED', by: 'AGENT', agentId: 'agt_1' }, 'que_2'), heard(7, { kind: 'REOPENED' }, 'que_2'),
  heard(8, { kind: 'ASSIGNED', agentId: 'agt_2' }, 'que_3'), heard(9, { kind: 'SAID', agentId: 'agt_2' }, 'que_3'), heard(10, { kind: 'CLOSED', by: 'CUSTOMER', agentId: 'agt_2' }, 'que_3'),
  heard(11, { kind: 'RATED', score: 3, agentId: 'agt_2' }, 'que_3'), heard(12, { kind: 'RATED', score: 5, agentId: 'agt_2' }, 'que_3'),
];

describe('fold', () => {
  it('knows where a conversation stands after its whole life', () => {
    expect(foldAll(life)).toMatchObject({
      startedAt: 1, queueId: 'que_3', agentId: 'agt_2', closedAt: 10, closedBy: 'CUSTOMER', rating: 5, ratedAt: 12, ratedAgentId: 'agt_2', repliedAt: 5, repliedAgentId: 'agt_1',
    });
  });

  it('knows the same whatever the order in which events are heard, and however often', () => {
    const expected = foldAll(life);
    fc.assert(fc.property(fc.array(fc.constantFrom(...life), { maxLength: 20 }), fc.integer(), (again, seed) => {
      const events = [...life, ...again].map((event, index) => ({ event, place: Math.imul(index + 1, seed ^ 0x9e3779b9) >>> 0 })).sort((a, b) => a.place - b.place).map(({ event }) => event);
      expect(foldAll(events)).toEqual(expected);
    }));
  });

  it('takes the event with the later id when two share a millisecond', () => {
    const [a, b] = ['evt_a', 'evt_b'].map((id) => ({ ...heard(5, { kind: 'ASSIGNED', agentId: id }), mark: markOf({ at: 5, id }) }));
    expect(foldAll([a!, b!]).agentId).toBe('evt_b');
    expect(foldAll([b!, a!]).agentId).toBe('evt_b');
  });
});

it('sees no difference in a message that changes nothing but a mark', () => {
  const before = foldAll(life);
  expect(saysMore(before, fold(before, heard(13, { kind: 'SAID', agentId: 'agt_2' }, 'que_3')))).toBe(false);
  expect(saysMore(before, fold(before, heard(13, { kind: 'MOVED' }, 'que_4')))).toBe(true);
  expect(saysMore(null, before)).toBe(true);
});
