import { randomUUID } from 'node:crypto';
import type { Refusal } from '@careline/kit/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPlace, post, startTalk, type Place, type Talk } from './conversation.fixtures.ts';
import { readContent } from './message-content.ts';
import { selectMessages } from './message.store.ts';
import { selectConversations, selectLocked } from './conversation.store.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const everything = (talk: Talk) => selectMessages(place.machine.db, { conversationId: talk.id, isPublicOnly: false, limit: 10_000 });
const customerOf = (talk: Talk) => place.machine.contextOf(talk.customer);
const refusalsOf = (fates: PromiseSettledResult<unknown>[]) =>
  fates.filter((fate) => fate.status === 'rejected').map((fate) => (fate as PromiseRejectedResult).reason as { code: string; retryAfterMs: number });
const agentOf = (talk: Talk) => place.machine.contextOf(talk.crew.agent);

describe('the group committer', () => {
  it('gives 64 concurrent writers who retry on two processes a gap-free order and stores each message once', async () => {
    const talk = await startTalk(place.machine);
    const processes = [place.machine, await place.other()];
    const ids = Array.from({ length: 64 * 5 }, () => randomUUID());
    const writer = async (mine: readonly string[]) => {
      for (const clientMessageId of mine) {
        const attempts = processes.map((machine) => post(machine.contextOf(talk.customer), talk.id, clientMessageId, { clientMessageId }));
        const [first, retry] = await Promise.all(attempts);
        const later = await post(customerOf(talk), talk.id, clientMessageId, { clientMessageId });
        expect([retry!.message.seq, later.message.seq]).toEqual([first!.message.seq, first!.message.seq]);
      }
    };
    await Promise.all(Array.from({ length: 64 }, (_, place) => writer(ids.slice(place * 5, place * 5 + 5))));
    const stored = await everything(talk);
    expect(stored.map((message) => message.seq)).toEqual(stored.map((_, place) => place + 1));
    expect(stored.filter((message) => message.clientMessageId).map((message) => message.clientMessageId).sort()).toEqual([...ids].sort());
    expect((await selectConversations(place.machine.db, [talk.id])).get(talk.id)!.lastSeq).toBe(stored.length);
  });

  it('makes one row of a thousand deliveries of one message at the same moment, on two processes', async () => {
    const talk = await startTalk(place.machine);
    const processes = [place.machine, await place.other()];
    const clientMessageId = randomUUID();
    const deliveries = Array.from({ length: 1_000 }, (_, index) => post(processes[index % 2]!.contextOf(talk.customer), talk.id, 'redelivered', { clientMessageId }));
    const results = new Set((await Promise.all(deliveries)).map(({ message }) => `${message.id} ${message.seq}`));
    expect(results.size).toBe(1);
    expect((await everything(talk)).filter((message) => message.clientMessageId === clientMessageId)).toHaveLength(1);
  });

  it('stores the neighbours of a message that the table refuses', async () => {
    const talk = await startTalk(place.machine);
    const sends = ['one', 'two', 'poison', 'three'].map((text) =>
      post(customerOf(talk), talk.id, text, text === 'poison' ? { clientMessageId: 'x'.repeat(200) } : {}));
    const fates = await Promise.allSettled(sends);
    expect(fates.map((fate) => fate.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    const texts = await Promise.all((await everything(talk)).slice(1).map(async (row) => (await readContent(customerOf(talk), row))?.text));
    expect(texts).toEqual(['one', 'two', 'three']);
  });

  it('lets exactly one of two replies on two processes pass unseen, 1,000 times', async () => {
    const talk = await startTalk(place.machine);
    const elsewhere = (await place.other()).contextOf(talk.crew.supervisor);
    let replies = 0;
    for (let round = 0; round < 1_000; round += 1) {
      const { lastSeq } = (await selectConversations(place.machine.db, [talk.id])).get(talk.id)!;
      const race = round % 2 === 0 ? [agentOf(talk), elsewhere] : [elsewhere, agentOf(talk)];
      const fates = await Promise.allSettled(race.map((ctx) => post(ctx, talk.id, `round ${round}`, { lastSeenSeq: lastSeq })));
      const refused = fates.filter((fate) => fate.status === 'rejected').map((fate) => (fate as PromiseRejectedResult).reason as Refusal);
      expect(refused.map((refusal) => refusal.code)).toEqual(['CONFLICT_NEW_MESSAGES']);
      const conflict = refused[0]!.payload.conflict as { lastSeq: number; messages: { seq: number }[] };
      expect(conflict).toMatchObject({ lastSeq: lastSeq + 1, messages: [{ seq: lastSeq + 1 }] });
      replies += 1;
    }
    expect((await everything(talk)).filter((message) => message.kind === 'TEXT')).toHaveLength(replies);
    expect(replies).toBe(1_000);
  }, 60_000);

  it('gives a retried reply its first result although the customer spoke since', async () => {
    const talk = await startTalk(place.machine);
    const clientMessageId = randomUUID();
    const first = await post(agentOf(talk), talk.id, 'reply', { clientMessageId, lastSeenSeq: 1 });
    await post(customerOf(talk), talk.id, 'answer');
    const again = await post(agentOf(talk), talk.id, 'reply', { clientMessageId, lastSeenSeq: 1 });
    expect(again).toMatchObject({ isReplay: true, message: { id: first.message.id, seq: first.message.seq } });
  });

  it('does not show another author\'s message to who guesses its client id', async () => {
    const talk = await startTalk(place.machine);
    const note = await post(agentOf(talk), talk.id, 'secret', { visibility: 'INTERNAL' });
    const guess = post(customerOf(talk), talk.id, 'guess', { clientMessageId: note.message.clientMessageId! });
    await expect(guess).rejects.toMatchObject({ code: 'INVALID', field: ['clientMessageId'] });
  });

  it('refuses a writer outside the conversation as if it did not exist', async () => {
    const talk = await startTalk(place.machine);
    const stranger = await startTalk(place.machine);
    await expect(post(customerOf(stranger), talk.id, 'hello')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(post(agentOf(stranger), talk.id, 'hello')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks the writers of a flood in one conversation to wait, and stores what others write before the flood is through', async () => {
    const [talk, other] = [await startTalk(place.machine), await startTalk(place.machine)];
    const flood = Promise.allSettled(Array.from({ length: 600 }, (_, n) => post(customerOf(talk), talk.id, `flood ${n}`)));
    await post(customerOf(other), other.id, 'and me?');
    expect((await everything(talk)).length).toBeLessThanOrEqual(129);
    const refused = refusalsOf(await flood);
    expect(refused).toHaveLength(600 - 512);
    expect(refused[0]).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 500 });
  });

  it('stores what others write while a larger batch waits for a lock', async () => {
    const [locked, other] = [await startTalk(place.machine), await startTalk(place.machine)];
    const { db } = place.machine;
    const waiting = () => db.query("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%selectLocked%'");
    let held: Promise<unknown> = Promise.resolve();
    await db.transaction(async (tx) => {
      await selectLocked(tx, [locked.id]);
      held = Promise.all(['one', 'two', 'three'].map((text) => post(customerOf(locked), locked.id, text)));
      await expect.poll(async () => (await waiting()).length, { interval: 250 }).toBe(1);
      await post(customerOf(other), other.id, 'and me?');
      expect([(await everything(other)).length, (await everything(locked)).length]).toEqual([2, 1]);
    });
    await held;
    expect(await everything(locked)).toHaveLength(4);
  });

  it('asks everybody to wait when more sends wait than it will ever store in time', async () => {
    const talks = await Promise.all(Array.from({ length: 9 }, () => startTalk(place.machine)));
    const flood = talks.flatMap((talk) => Array.from({ length: 250 }, (_, n) => post(customerOf(talk), talk.id, `flood ${n}`)));
    const refused = refusalsOf(await Promise.allSettled(flood));
    expect(refused).toHaveLength(9 * 250 - 2_048);
    expect(refused[0]).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 500 });
  });
});
