import { customerIdentity } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPlace, post, startTalk, type Place } from './conversation.fixtures.ts';
import { readContent } from './message-content.ts';
import { joinHistories, separateHistories } from './join-histories.ts';
import { selectMessages } from './message.store.ts';
import { findReadable } from './reach-conversation.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

it('lets the survivor read and go on with what the merged customer began, and gives exactly that back', async () => {
  const { machine } = place;
  const survivor = customerIdentity();
  const [before, talk] = [await startTalk(machine, { customer: survivor }), await startTalk(machine)];
  await post(machine.contextOf(talk.customer), talk.id, 'as a visitor');
  const join = { mergeId: newId('mrg'), survivorId: survivor.id, mergedId: talk.customer.id };
  const [mine, theirs] = [machine.contextOf(survivor), machine.contextOf(talk.customer)];
  // Twice, because an event may come twice.
  for (let round = 0; round < 2; round += 1) await machine.db.transaction((tx) => joinHistories(machine.system('test'), tx, join));
  await post(mine, talk.id, 'as myself');
  const rows = await selectMessages(machine.db, { conversationId: talk.id, isPublicOnly: true, limit: 10 });
  expect((await Promise.all(rows.slice(1).map((row) => readContent(mine, row)))).map((content) => content?.text)).toEqual(['as a visitor', 'as myself']);
  expect(await findReadable(theirs, talk.id)).toBeNull();
  await machine.db.transaction((tx) => separateHistories(machine.system('test'), tx, join));
  expect([await findReadable(mine, talk.id), (await findReadable(theirs, talk.id))?.id]).toEqual([null, talk.id]);
  expect((await findReadable(mine, before.id))?.customerId).toBe(survivor.id);
});
