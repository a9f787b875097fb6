import { randomUUID } from 'node:crypto';
import { DAY, HOUR } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addNote } from './add-note.ts';
import { assignConversation } from './assign-conversation.ts';
import { closeConversation } from './close-conversation.ts';
import { openPlace, post, startTalk, type Place, type Talk } from './conversation.fixtures.ts';
import { selectConversations, selectOpenConversation } from './conversation.store.ts';
import { selectMessages } from './message.store.ts';
import { rateConversation } from './rate-conversation.ts';
import { signRatingToken } from './rating-token.ts';
import { reopenConversation } from './reopen-conversation.ts';
import { sendMessage } from './send-message.ts';
import { transferConversation } from './transfer-conversation.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const agentOf = (talk: Talk) => place.machine.contextOf(talk.crew.agent);
const customerOf = (talk: Talk) => place.machine.contextOf(talk.customer);
const row = async (talk: Talk) => (await selectConversations(place.machine.db, [talk.id])).get(talk.id)!;
const lines = async (talk: Talk) => (await selectMessages(place.machine.db, { conversationId: talk.id, isPublicOnly: false, limit: 100 })).map((line) => line.event ?? line.facts?.card ?? line.visibility);
const write = (talk: Talk, text: string) => sendMessage(customerOf(talk), { conversationId: talk.id, clientMessageId: randomUUID(), text });
const end = async (talk: Talk) => closeConversation(agentOf(talk), { conversationId: talk.id, lastSeenSeq: (await row(talk)).lastSeq });
const tokenOf = (talk: Talk) => signRatingToken(place.machine.keyring, talk.id, place.world.clock.now());

describe('closeConversation', () => {
  it('does not end what the customer has just gone on with', async () => {
    const talk = await startTalk(place.machine);
    await write(talk, 'one more thing');
    await expect(closeConversation(agentOf(talk), { conversationId: talk.id, lastSeenSeq: 1 })).rejects.toMatchObject({
      code: 'CONFLICT_NEW_MESSAGES', payload: { conflict: { lastSeenSeq: 1, lastSeq: 2, messages: [{ seq: 2 }] } },
    });
    expect((await row(talk)).state).toBe('ACTIVE');
    expect((await closeConversation(agentOf(talk), { conversationId: talk.id, lastSeenSeq: 1, confirm: true })).state).toBe('CLOSED');
  });

  it('invites to rate once, and ending twice changes nothing', async () => {
    const talk = await startTalk(place.machine);
    await end(talk);
    const { version } = await row(talk);
    await end(talk);
    expect((await row(talk)).version).toBe(version);
    expect(await lines(talk)).toEqual(['STARTED', 'rating', 'CLOSED']);
  });

  it('refuses an agent who does not own it, and one who may not see it as if it did not exist', async () => {
    const [talk, other] = [await startTalk(place.machine), await startTalk(place.machine)];
    const by = (identity: Talk['customer']) => closeConversation(place.machine.contextOf(identity), { conversationId: talk.id, lastSeenSeq: 1 });
    await expect(by(talk.crew.colleague)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(by(other.crew.agent)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('reopening', () => {
  it('happens by itself when the customer writes within 24 h, and waits in its queue', async () => {
    const talk = await startTalk(place.machine);
    await end(talk);
    place.world.clock.advance(24 * HOUR);
    expect((await write(talk, 'still broken')).message.seq).toBe((await row(talk)).lastTextSeq);
    expect(await row(talk)).toMatchObject({ state: 'QUEUED', agentId: null, queueId: talk.crew.queueId, closedAt: null });
  });

  it('is refused a millisecond later: the customer starts a new one', async () => {
    const talk = await startTalk(place.machine);
    await end(talk);
    place.world.clock.advance(24 * HOUR + 1);
    await expect(write(talk, 'too late')).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(reopenConversation(agentOf(talk), { conversationId: talk.id })).rejects.toMatchObject({ code: 'WINDOW_CLOSED' });
  });

  it('gives the conversation to the agent who reopens it', async () => {
    const talk = await startTalk(place.machine);
    await end(talk);
    expect(await reopenConversation(agentOf(talk), { conversationId: talk.id })).toMatchObject({ state: 'ACTIVE', agentId: talk.crew.agent.id });
    expect((await lines(talk)).at(-1)).toBe('REOPENED');
  });

  it('is refused while the customer has another open conversation on the channel', async () => {
    const talk = await startTalk(place.machine);
    await end(talk);
    await startTalk(place.machine, { customer: talk.customer, crew: talk.crew });
    await expect(reopenConversation(agentOf(talk), { conversationId: talk.id })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(startTalk(place.machine, { customer: talk.customer, crew: talk.crew })).rejects.toMatchObject({ errno: 1062 });
    expect((await selectOpenConversation(place.machine.db, talk.customer.id, talk.customer.channelId))!.id).not.toBe(talk.id);
  });
});

describe('rateConversation', () => {
  const rating = (token: string, score = 2) => rateConversation(place.machine.contextOf(null), { token, score, reasons: ['SPEED'], comment: '太慢了' });

  it('takes one rating, of two at the same moment and ever', async () => {
    const talk = await startTalk(place.machine);
    await end(talk);
    const fates = await Promise.allSettled([rating(tokenOf(talk)), rating(tokenOf(talk), 5)]);
    expect(fates.map((fate) => fate.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(rating(tokenOf(talk))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect((await lines(talk)).filter((line) => line === 'RATED')).toHaveLength(1);
  });

  it('refuses a forged token, one of another conversation and one that ran out', async () => {
    const [talk, other] = [await startTalk(place.machine), await startTalk(place.machine)];
    const token = tokenOf(talk);
    await expect(rating(token.replace(talk.id, other.id))).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await expect(rating(`${token.slice(0, -2)}xx`)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    place.world.clock.advance(14 * DAY);
    await expect(rating(token)).rejects.toMatchObject({ code: 'EXPIRED' });
  });
});

describe('owners', () => {
  it('lets exactly one of two racing agents take a waiting conversation', async () => {
    const talk = await startTalk(place.machine, { isWaiting: true });
    const claim = (identity: Talk['customer']) => assignConversation(place.machine.contextOf(identity), { conversationId: talk.id });
    const fates = await Promise.allSettled([claim(talk.crew.agent), claim(talk.crew.colleague)]);
    expect(fates.map((fate) => fate.status).sort()).toEqual(['fulfilled', 'rejected']);
    const { reason } = fates.find((fate) => fate.status === 'rejected') as PromiseRejectedResult;
    expect(reason).toMatchObject({ code: 'ALREADY_ASSIGNED', payload: { conversation: { agentId: (await row(talk)).agentId } } });
    expect(await lines(talk)).toEqual(['STARTED', 'ASSIGNED']);
  });

  it('leaves an audit entry of an assignment, and none of a lost race', async () => {
    const talk = await startTalk(place.machine, { isWaiting: true });
    await assignConversation(agentOf(talk), { conversationId: talk.id });
    await expect(assignConversation(place.machine.contextOf(talk.crew.colleague), { conversationId: talk.id })).rejects.toMatchObject({ code: 'ALREADY_ASSIGNED' });
    const events = await place.machine.db.query<{ envelope: unknown }>("SELECT envelope FROM outbox WHERE JSON_EXTRACT(envelope, '$.type') = 'audit.recorded'");
    expect(events.filter((event) => JSON.stringify(event.envelope).includes(talk.id))).toHaveLength(1);
  });

  it('transfers with a note that the customer never sees, in one transaction with the new owner', async () => {
    const talk = await startTalk(place.machine);
    await transferConversation(agentOf(talk), { conversationId: talk.id, agentId: talk.crew.colleague.id, note: 'knows payments' });
    expect(await row(talk)).toMatchObject({ state: 'ACTIVE', agentId: talk.crew.colleague.id, lastPublicSeq: 3 });
    expect(await lines(talk)).toEqual(['STARTED', 'INTERNAL', 'TRANSFERRED']);
  });

  it('lets a mention be no way into a conversation', async () => {
    const [talk, other] = [await startTalk(place.machine), await startTalk(place.machine)];
    const note = addNote(agentOf(talk), { conversationId: talk.id, clientMessageId: 'n1', text: 'look', mentionIds: [other.crew.agent.id] });
    await expect(note).rejects.toMatchObject({ code: 'NOT_ALLOWED', field: ['mentionIds'] });
    expect(await lines(talk)).toEqual(['STARTED']);
  });
});

describe('firstRespondedAt', () => {
  it('is set by the first public words of a person, not by notes or the customer', async () => {
    const talk = await startTalk(place.machine);
    await post(customerOf(talk), talk.id, 'hello');
    await post(agentOf(talk), talk.id, 'note', { visibility: 'INTERNAL' });
    expect((await row(talk)).firstRespondedAt).toBeNull();
    place.world.clock.advance(1_000);
    await post(agentOf(talk), talk.id, 'hi', { lastSeenSeq: 3 });
    const first = (await row(talk)).firstRespondedAt;
    place.world.clock.advance(1_000);
    await post(agentOf(talk), talk.id, 'again', { lastSeenSeq: 4 });
    expect(first).toBe(place.world.clock.now() - 1_000);
    expect((await row(talk)).firstRespondedAt).toBe(first);
  });
});
