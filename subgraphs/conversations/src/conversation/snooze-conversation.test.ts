import { DAY, HOUR } from '@careline/kit/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPlace, post, startTalk, take, type Place, type Talk } from './conversation.fixtures.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { watchInbox } from './inbox-stream.ts';
import { listConversations } from './list-conversations.ts';
import { selectMessages } from './message.store.ts';
import { countViews, viewOwnerOf } from './read-views.ts';
import { snoozeConversation, wakeSnoozed } from './snooze-conversation.ts';
import { viewId } from './view.rules.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const agentOf = (talk: Talk) => place.machine.contextOf(talk.crew.agent);
const now = () => place.world.clock.now();
const snooze = (talk: Talk, until: number | null) => snoozeConversation(agentOf(talk), { conversationId: talk.id, until });

/** The views that list it, by the list and by the counters; both must agree. */
async function viewsOf(talk: Talk): Promise<string[]> {
  const ctx = agentOf(talk);
  const counts = await countViews(ctx, await viewOwnerOf(ctx), ['MINE', 'SNOOZED']);
  const listed: string[] = [];
  for (const { view, count } of counts) {
    const { nodes } = await listConversations(ctx, { viewId: viewId(view), first: 100 }, false);
    expect(nodes.length, view).toBe(count);
    if (nodes.some(({ id }) => id === talk.id)) listed.push(view);
  }
  return listed;
}

it('moves a conversation from the list of its agent to the snoozed ones, with an internal line that says until when', async () => {
  const talk = await startTalk(place.machine);
  expect(await viewsOf(talk)).toEqual(['MINE']);
  await snooze(talk, now() + HOUR);
  expect(await viewsOf(talk)).toEqual(['SNOOZED']);
  const last = (await selectMessages(place.machine.db, { conversationId: talk.id, isPublicOnly: false, limit: 100 })).at(-1);
  expect(last).toMatchObject({ event: 'SNOOZED', visibility: 'INTERNAL', facts: { until: new Date(now() + HOUR).toISOString() } });
});

it('brings it back when its time has come and not a moment before, whichever worker looks', async () => {
  const talk = await startTalk(place.machine);
  await snooze(talk, now() + HOUR);
  place.world.clock.advance(HOUR - 1);
  await wakeSnoozed(place.machine);
  expect(await viewsOf(talk)).toEqual(['SNOOZED']);
  place.world.clock.advance(1);
  const stream = await watchInbox(agentOf(talk), null);
  await Promise.all([wakeSnoozed(place.machine), wakeSnoozed(await place.other())]);
  await place.machine.parts.of(inboxNumbering).drain();
  const isBack = (event: { __typename: string; viewIds?: string[] }) => event.__typename === 'InboxConversationChanged' && event.viewIds!.includes(viewId('MINE'));
  expect((await take(stream, isBack)).filter(isBack)).toHaveLength(1);
  expect(await viewsOf(talk)).toEqual(['MINE']);
});

it('brings it back as soon as the customer writes, and not for words of a colleague', async () => {
  const talk = await startTalk(place.machine);
  await snooze(talk, now() + DAY);
  await post(agentOf(talk), talk.id, 'still looking into it');
  expect(await viewsOf(talk)).toEqual(['SNOOZED']);
  await post(place.machine.contextOf(talk.customer), talk.id, 'any news?');
  expect(await viewsOf(talk)).toEqual(['MINE']);
});

it('brings it back by hand, however often', async () => {
  const talk = await startTalk(place.machine);
  await snooze(talk, now() + DAY);
  await snooze(talk, null);
  await snooze(talk, null);
  expect(await viewsOf(talk)).toEqual(['MINE']);
});

it.each([['now', 0], ['in more than 30 days', 30 * DAY + 1]])('refuses to wait until %s', async (_name, after) => {
  const talk = await startTalk(place.machine);
  await expect(snooze(talk, now() + after)).rejects.toMatchObject({ code: 'OUT_OF_RANGE' });
});

it('is refused for who does not own it, and without conversation:write', async () => {
  const talk = await startTalk(place.machine);
  await expect(snoozeConversation(place.machine.contextOf(talk.crew.colleague), { conversationId: talk.id, until: now() + HOUR })).rejects.toMatchObject({ code: 'NOT_OWNER' });
  await expect(snoozeConversation(place.machine.contextOf(talk.customer), { conversationId: talk.id, until: now() + HOUR })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
