import { newId } from '@careline/kit/db';
import { DAY } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addNote } from './add-note.ts';
import { sendTicketNotices } from './announce.ts';
import { assignConversation } from './assign-conversation.ts';
import { makeCrew, openPlace, post, startTalk, take, type Place, type Talk } from './conversation.fixtures.ts';
import { deleteInboxEventsBefore } from './inbox.store.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { watchInbox, type InboxEvent } from './inbox-stream.ts';
import { inboxTail } from './inbox-tail.ts';
import { listConversations } from './list-conversations.ts';
import { transferConversation } from './transfer-conversation.ts';
import { viewId } from './view.rules.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const agentOf = (talk: Talk) => place.machine.contextOf(talk.crew.agent);
const colleagueOf = (talk: Talk) => place.machine.contextOf(talk.crew.colleague);
const numbered = () => place.machine.parts.of(inboxNumbering).drain();
const isCounters = (event: InboxEvent) => event.__typename === 'InboxCountersChanged';
const isChangeOf = (talk: Talk) => (event: InboxEvent) => event.__typename === 'InboxConversationChanged' && event.conversation.id === talk.id;
const isRemovalOf = (talk: Talk) => (event: InboxEvent) => event.__typename === 'InboxConversationRemoved' && event.conversationId === talk.id;

describe('inboxChanged', () => {
  it('begins with all counters and tells of a conversation in one of the agent\'s views', async () => {
    const talk = await startTalk(place.machine);
    await numbered();
    const stream = await watchInbox(agentOf(talk), null);
    const [first] = await take(stream, isCounters);
    expect(first).toMatchObject({ __typename: 'InboxCountersChanged', views: [{ builtIn: 'MINE', count: 1, unreadCount: 0 }, {}, {}, { builtIn: 'SNOOZED', count: 0 }, { builtIn: 'TEAM', count: 1 }] });
    await post(place.machine.contextOf(talk.customer), talk.id, 'question');
    const change = (await take(stream, isChangeOf(talk))).at(-1)!;
    expect(change).toMatchObject({ conversation: { lastSeq: 2 }, viewIds: [viewId('MINE'), viewId('TEAM')] });
    const counted = (await take(stream, isCounters)).at(-1)!;
    expect(counted).toMatchObject({ views: [{ builtIn: 'MINE', count: 1, unreadCount: 1 }, { builtIn: 'TEAM', unreadCount: 1 }] });
    expect(counted.seq).toBeGreaterThanOrEqual(change.seq);
  });

  it('rebuilds from a stale list and any position the list that a fresh look gives', async () => {
    const crew = await makeCrew(place.machine);
    const ctx = place.machine.contextOf(crew.agent);
    const mine = async () => (await listConversations(ctx, { viewId: viewId('MINE'), first: 100 }, false)).nodes;
    const talks = await Promise.all(Array.from({ length: 12 }, () => startTalk(place.machine, { crew })));
    await numbered();
    const start = await watchInbox(ctx, null);
    const [{ seq: position }] = (await take(start, isCounters)) as [InboxEvent];
    const stale = new Map((await mine()).map((row) => [row.id, row]));
    for (const [n, talk] of talks.entries()) {
      if (n % 3 === 0) await transferConversation(ctx, { conversationId: talk.id, queueId: crew.queueId, note: 'over to you' });
      if (n % 3 === 1) await post(place.machine.contextOf(talk.customer), talk.id, 'more');
    }
    await startTalk(place.machine, { crew });
    await numbered();
    const resumed = await watchInbox(ctx, position);
    for (const event of await take(resumed, isCounters)) {
      if (event.__typename === 'InboxConversationRemoved') stale.delete(event.conversationId);
      if (event.__typename !== 'InboxConversationChanged') continue;
      if (event.viewIds.includes(viewId('MINE'))) stale.set(event.conversation.id, event.conversation);
      else stale.delete(event.conversation.id);
    }
    const byId = (rows: Iterable<{ id: string; lastSeq: number; version: number }>) => [...rows].map((row) => `${row.id} ${row.lastSeq} ${row.version}`).sort();
    expect(byId(stale.values())).toEqual(byId(await mine()));
  });

  it('numbers changes without gap whoever commits first', async () => {
    const talk = await startTalk(place.machine);
    const [one, two] = [place.machine, await place.other()];
    await Promise.all(Array.from({ length: 60 }, (_, n) => post((n % 2 ? one : two).contextOf(talk.customer), talk.id, `message ${n}`)));
    await Promise.all([one, two].map((machine) => machine.parts.of(inboxNumbering).drain()));
    const [row] = await place.machine.db.query<{ seqs: number; first: number; last: number }>('SELECT COUNT(*) AS seqs, MIN(seq) AS first, MAX(seq) AS last FROM inbox_events');
    expect(Number(row!.last) - Number(row!.first) + 1).toBe(Number(row!.seqs));
  });

  it('gives InboxReset to a position that the log no longer holds', async () => {
    const talk = await startTalk(place.machine);
    await post(place.machine.contextOf(talk.customer), talk.id, 'old');
    await numbered();
    place.world.clock.advance(2 * DAY);
    await deleteInboxEventsBefore(place.machine.db, place.world.clock.now() - DAY, 10_000);
    const [first] = await take(await watchInbox(agentOf(talk), 0), () => true);
    expect(first!.__typename).toBe('InboxReset');
  });

  it('tells the agent whom a colleague mentions, and the one who is given a conversation', async () => {
    const talk = await startTalk(place.machine);
    const stream = await watchInbox(colleagueOf(talk), null);
    const notice = (kind: string) => (event: InboxEvent) => event.__typename === 'InboxNotice' && event.kind === kind;
    await addNote(agentOf(talk), { conversationId: talk.id, clientMessageId: 'n1', text: 'look', mentionIds: [talk.crew.colleague.id] });
    const seen = await take(stream, notice('MENTIONED'));
    expect(seen.at(-1)).toMatchObject({ subjectId: talk.id });
    await assignConversation(place.machine.contextOf(talk.crew.supervisor), {
      conversationId: talk.id, agentId: talk.crew.colleague.id, expectedAgentId: talk.crew.agent.id,
    });
    expect((await take(stream, notice('CONVERSATION_ASSIGNED'))).at(-1)).toMatchObject({ subjectId: talk.id });
  });

  it('tells of a ticket by its id alone whom it concerns, and nobody else', async () => {
    const talk = await startTalk(place.machine);
    const [told, other] = [await watchInbox(colleagueOf(talk), null), await watchInbox(agentOf(talk), null)];
    const ticketId = newId('tkt');
    const ctx = agentOf(talk);
    await ctx.transaction((tx) => sendTicketNotices(ctx, tx, ticketId, [{ kind: 'FOLLOWED', agentIds: [talk.crew.colleague.id] }]));
    const isOfTicket = (event: InboxEvent) => event.__typename === 'InboxNotice' && event.subjectId === ticketId;
    expect((await take(told, isOfTicket)).at(-1)).toMatchObject({ kind: 'FOLLOWED', about: null });
    await addNote(colleagueOf(talk), { conversationId: talk.id, clientMessageId: 'n2', text: 'look', mentionIds: [talk.crew.agent.id] });
    const seen = await take(other, (event) => event.__typename === 'InboxNotice');
    expect(seen.some(isOfTicket)).toBe(false);
  });

  it('tells the members of a team of a ticket, each once, and nobody else', async () => {
    const talk = await startTalk(place.machine);
    const elsewhere = await startTalk(place.machine);
    const [told, other] = [await watchInbox(agentOf(talk), null), await watchInbox(agentOf(elsewhere), null)];
    const ticketId = newId('tkt');
    const ctx = agentOf(talk);
    await ctx.transaction((tx) => sendTicketNotices(ctx, tx, ticketId, [{ kind: 'TEAM_TOLD', agentIds: [talk.crew.agent.id], teamIds: [talk.crew.teamId] }]));
    const isOfTicket = (event: InboxEvent) => event.__typename === 'InboxNotice' && event.subjectId === ticketId;
    expect((await take(told, isOfTicket)).filter(isOfTicket)).toEqual([expect.objectContaining({ kind: 'TEAM_TOLD', about: null })]);
    await addNote(colleagueOf(elsewhere), { conversationId: elsewhere.id, clientMessageId: 'n3', text: 'look', mentionIds: [elsewhere.crew.agent.id] });
    expect((await take(other, (event) => event.__typename === 'InboxNotice')).some(isOfTicket)).toBe(false);
  });

  it('takes a conversation away from who lost it, and says nothing of it to strangers', async () => {
    const [talk, other] = [await startTalk(place.machine), await startTalk(place.machine)];
    const [owner, stranger] = [await watchInbox(agentOf(talk), null), await watchInbox(agentOf(other), null)];
    const elsewhere = await makeCrew(place.machine);
    await transferConversation(agentOf(talk), { conversationId: talk.id, queueId: elsewhere.queueId, note: 'not ours' });
    await take(owner, isRemovalOf(talk));
    await post(place.machine.contextOf(other.customer), other.id, 'for the other');
    const seen = await take(stranger, isChangeOf(other));
    expect(JSON.stringify(seen)).not.toContain(talk.id);
  });

  it('beats with the position the reader holds', async () => {
    const talk = await startTalk(place.machine);
    const stream = await watchInbox(agentOf(talk), null);
    const [first] = await take(stream, isCounters);
    place.world.clock.advance(16_000);
    await place.machine.parts.of(inboxTail).beat();
    const beat = (await take(stream, (event) => event.__typename === 'InboxHeartbeat')).at(-1)!;
    expect(beat.seq).toBeGreaterThanOrEqual(first!.seq);
  });

  it('is for agents only', async () => {
    const talk = await startTalk(place.machine);
    await expect(watchInbox(place.machine.contextOf(talk.customer), null)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
