import { Viewer } from '@careline/kit/auth';
import { agentIdentity, customerIdentity } from '@careline/kit/testing';
import { describe, expect, it } from 'vitest';
import { canReopen, factsFor, isClientId, lengthOf, previousSeqFor, REOPEN_WITHIN_MS, seesInternal } from './conversation.rules.ts';
import { deliveryOf } from './delivery.rules.ts';
import { viewsOf } from './view.rules.ts';

describe('factsFor', () => {
  const assigned = { agentName: '李雷', agentPublicName: '小李', queueName: 'VIP', waitedSeconds: 80, because: 'LEAST_LOAD' };
  it('shows people who work here everything but the doubled names', () => {
    expect(factsFor(true, 'ASSIGNED', assigned)).toEqual({ agentName: '李雷', queueName: 'VIP', waitedSeconds: 80, because: 'LEAST_LOAD' });
  });
  it('shows customers of an assignment the public name alone', () => {
    expect(factsFor(false, 'ASSIGNED', assigned)).toEqual({ agentName: '小李' });
  });
  it('shows customers public names of a transfer, and a queue by its own', () => {
    expect(factsFor(false, 'TRANSFERRED', { fromName: '李雷', fromPublicName: '小李', toName: 'VIP' })).toEqual({ fromName: '小李', toName: 'VIP' });
  });
});

describe('canReopen', () => {
  it.each([
    ['right at the end', 0, true], ['on the last millisecond', REOPEN_WITHIN_MS, true], ['a millisecond later', REOPEN_WITHIN_MS + 1, false],
  ])('%s', (_name, after, expected) => {
    expect(canReopen({ state: 'CLOSED', closedAt: 1_000 }, 1_000 + after)).toBe(expected);
  });
  it('is not for what is open', () => expect(canReopen({ state: 'ACTIVE', closedAt: null }, 0)).toBe(false));
});

describe('seesInternal', () => {
  const talk = { agentId: 'agt_1', queueId: 'que_1', customerId: 'cus_1' };
  it.each([
    ['the owner', agentIdentity({ id: 'agt_1' }), true],
    ['a colleague of the queue', agentIdentity({ id: 'agt_2', queueIds: ['que_1'] }), true],
    ['an agent of another queue', agentIdentity({ id: 'agt_2', queueIds: ['que_2'] }), false],
    ['who may read but not inspect', agentIdentity({ id: 'agt_1', grants: { 'conversation:read': 'ALL' } }), false],
    ['the customer, whatever the grants', customerIdentity({ id: 'cus_1', grants: { 'conversation:inspect': 'ALL' } }), false],
  ])('%s', (_name, identity, expected) => {
    expect(seesInternal(new Viewer(identity), talk)).toBe(expected);
  });
});

describe('viewsOf', () => {
  const owner = { agentId: 'a', queueIds: ['q'], teamMateIds: new Set(['a', 'b']) };
  it.each([
    ['own', { state: 'ACTIVE', agentId: 'a', queueId: 'q' }, [], ['MINE', 'TEAM']],
    ['a team mate\'s', { state: 'ACTIVE', agentId: 'b', queueId: 'x' }, [], ['TEAM']],
    ['waiting in a served queue', { state: 'QUEUED', agentId: null, queueId: 'q' }, [], ['UNASSIGNED']],
    ['waiting elsewhere', { state: 'QUEUED', agentId: null, queueId: 'x' }, [], []],
    ['ended, with its owner kept', { state: 'CLOSED', agentId: 'a', queueId: 'q' }, [], []],
    ['own and snoozed', { state: 'ACTIVE', agentId: 'a', queueId: 'q' }, [], ['SNOOZED', 'TEAM'], ['a']],
    ['own and snoozed by somebody else', { state: 'ACTIVE', agentId: 'a', queueId: 'q' }, [], ['MINE', 'TEAM'], ['b']],
    ['ended, mentioned', { state: 'CLOSED', agentId: 'z', queueId: 'x' }, ['a'], ['MENTIONED']],
  ] as [string, Parameters<typeof viewsOf>[0], string[], string[], string[]?][])('%s', (_name, conversation, mentioned, expected, snoozers = []) => {
    expect(viewsOf(conversation, owner, new Set(mentioned), new Set(snoozers))).toEqual(expected);
  });
});

describe('deliveryOf', () => {
  const reply = { seq: 5, kind: 'TEXT', visibility: 'PUBLIC', authorKind: 'AGENT' } as const;
  it.each([
    ['without a mark', undefined, 'SENT'], ['not yet there', { seq: 0, deliveredSeq: 4 }, 'SENT'],
    ['there', { seq: 4, deliveredSeq: 5 }, 'DELIVERED'], ['read', { seq: 5, deliveredSeq: 5 }, 'READ'],
  ] as const)('%s', (_name, mark, expected) => {
    expect(deliveryOf(reply, mark)).toBe(expected);
  });
  it.each([
    ['the customer\'s words', { ...reply, authorKind: 'CUSTOMER' }], ['a note', { ...reply, visibility: 'INTERNAL' }], ['a service line', { ...reply, kind: 'EVENT' }],
  ] as const)('says nothing of %s', (_name, message) => {
    expect(deliveryOf(message, { seq: 9, deliveredSeq: 9 })).toBeNull();
  });
});

describe('small rules', () => {
  it('closes hidden numbers for who does not see them', () => {
    expect([previousSeqFor(true, { seq: 5, previousPublicSeq: 2 }), previousSeqFor(false, { seq: 5, previousPublicSeq: 2 })]).toEqual([4, 2]);
  });
  it('counts an emoji as one character', () => expect(lengthOf('好👍')).toBe(2));
  it.each([['a', true], ['x'.repeat(64), true], ['x'.repeat(65), false], ['', false], ['a b', false], ['é', false]])('client id %j', (text, expected) => {
    expect(isClientId(text)).toBe(expected);
  });
});
