import type { Live, LiveHint } from '@careline/kit/live';
import { MINUTE } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRuntime } from '../runtime.ts';
import { ports } from '../wiring.ts';
import { openPlace, post, startTalk, take, type Place, type Talk } from './conversation.fixtures.ts';
import { assignOwner } from './change-owner.ts';
import { deliveryMarks } from './delivery-marks.ts';
import { feedHub } from './feed-hub.ts';
import { markRead } from './mark-read.ts';
import { watchMessages, type ConversationEvent } from './message-stream.ts';
import { selectMessages } from './message.store.ts';
import { recallMessage } from './recall-message.ts';
import { selectReadMarks } from './read-mark.store.ts';
import type { Runtime } from '../context.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

/** Hints as bad as a bus can be: every third lost, every third doubled, the rest held back until two more have come. */
function unreliable(live: Live): Live {
  let count = 0;
  return {
    ...live,
    subscribe(channel, listener) {
      const held: LiveHint[] = [];
      return live.subscribe(channel, (hint) => {
        count += 1;
        if (count % 3 === 0) return;
        if (count % 3 === 1) {
          listener(hint);
          listener(hint);
          return;
        }
        held.push(hint);
        if (held.length > 2) for (const late of held.splice(0).reverse()) listener(late);
      });
    },
  };
}

type Sent = Extract<ConversationEvent, { __typename: 'MessageSent' }>;
const isMessage = (event: ConversationEvent): event is Sent => event.__typename === 'MessageSent';
const seqsOf = (events: ConversationEvent[]) => events.filter(isMessage).map((event) => event.seq);
const upTo = (seq: number) => (event: ConversationEvent) => isMessage(event) && event.seq >= seq;
const agentOf = (machine: Runtime, talk: Talk) => machine.contextOf(talk.crew.agent);
const customerOf = (machine: Runtime, talk: Talk) => machine.contextOf(talk.customer);

async function freshList(talk: Talk, afterSeq: number, isPublicOnly: boolean) {
  return (await selectMessages(place.machine.db, { conversationId: talk.id, afterSeq, isPublicOnly, limit: 1_000 })).map((message) => message.seq);
}

describe('messageSent', () => {
  it('gives from any position what a fresh list gives, while hints are lost, doubled and reordered', async () => {
    const reader = await openRuntime({ ...place.world.deps, live: unreliable(place.world.deps.live) }, ports);
    const talk = await startTalk(place.machine);
    const writeSome = async (count: number) => {
      await Promise.all(Array.from({ length: count }, (_, n) => post(customerOf(place.machine, talk), talk.id, `early ${n}`)));
    };
    await writeSome(230);
    const streams = await Promise.all([0, 1, 99, 100, 101, 230, 231].map(async (afterSeq) => ({ afterSeq, stream: await watchMessages(agentOf(reader, talk), talk.id, afterSeq) })));
    const reading = streams.map(async ({ afterSeq, stream }) => ({ afterSeq, events: await take(stream, upTo(300)) }));
    for (let round = 0; round < 23; round += 1) await writeSome(3);
    place.world.clock.advance(MINUTE / 2);
    await reader.parts.of(feedHub).look();
    for (const { afterSeq, events } of await Promise.all(reading)) {
      expect(seqsOf(events)).toEqual(await freshList(talk, afterSeq, false));
      expect(events.filter(isMessage).every((event) => event.previousSeq === event.seq - 1)).toBe(true);
      expect(events[0]).toMatchObject({ __typename: 'ConversationChanged', seq: afterSeq });
    }
    for (const { stream } of streams) await stream.return();
    expect(reader.parts.of(feedHub).size).toBe(0);
    await reader.close();
  });

  it.each([['long', 10_000, 7], ['short', 20, 100]])('holds little for a reader that takes nothing, and many short texts at a time for one that does: %s texts', async (_name, length, most) => {
    const talk = await startTalk(place.machine);
    await Promise.all(Array.from({ length: 150 }, () => post(customerOf(place.machine, talk), talk.id, 'x'.repeat(length))));
    const stream = await watchMessages(agentOf(place.machine, talk), talk.id, 0);
    const [seqs, held]: [number[], number[]] = [[], []];
    while (seqs.at(-1) !== 151) {
      const isReading = stream.backlog === 0;
      const { value } = await stream.next();
      if (isMessage(value)) seqs.push(value.seq);
      if (isReading && isMessage(value)) held.push(stream.backlog + 1);
    }
    await stream.return();
    expect(seqs).toEqual(Array.from({ length: 151 }, (_, place) => place + 1));
    expect(held[0]).toBe(8);
    expect(Math.max(...held.slice(1))).toBeLessThanOrEqual(most);
    expect(held[1]).toBeGreaterThanOrEqual(most - 1);
  });

  it('never shows a note to the customer and closes its number with previousSeq', async () => {
    const talk = await startTalk(place.machine);
    const live = await watchMessages(customerOf(place.machine, talk), talk.id, 0);
    await post(customerOf(place.machine, talk), talk.id, 'question');
    await post(agentOf(place.machine, talk), talk.id, 'secret', { visibility: 'INTERNAL' });
    await post(agentOf(place.machine, talk), talk.id, 'secret', { visibility: 'INTERNAL' });
    await post(agentOf(place.machine, talk), talk.id, 'answer', { lastSeenSeq: 4 });
    const expected = [{ seq: 1, previousSeq: 0 }, { seq: 2, previousSeq: 1 }, { seq: 5, previousSeq: 2 }];
    const seen = (await take(live, upTo(5))).filter(isMessage);
    expect(seen.map(({ seq, previousSeq }) => ({ seq, previousSeq }))).toEqual(expected);
    const replayed = (await take(await watchMessages(customerOf(place.machine, talk), talk.id, 0), upTo(5))).filter(isMessage);
    expect(replayed.map(({ seq, previousSeq }) => ({ seq, previousSeq }))).toEqual(expected);
    const staff = (await take(await watchMessages(agentOf(place.machine, talk), talk.id, 0), upTo(5))).filter(isMessage);
    expect(staff.map(({ seq, previousSeq }) => [seq, previousSeq])).toEqual([[1, 0], [2, 1], [3, 2], [4, 3], [5, 4]]);
  });

  it('beats within 20 s with the last seq of the table that this reader may see', async () => {
    const talk = await startTalk(place.machine);
    await post(customerOf(place.machine, talk), talk.id, 'question');
    await post(agentOf(place.machine, talk), talk.id, 'secret', { visibility: 'INTERNAL' });
    const [customer, agent] = [await watchMessages(customerOf(place.machine, talk), talk.id, 2), await watchMessages(agentOf(place.machine, talk), talk.id, 3)];
    const beat = (event: ConversationEvent) => event.__typename === 'ConversationHeartbeat';
    const beats = Promise.all([take(customer, beat), take(agent, beat)]);
    place.world.clock.advance(20_000);
    await place.machine.parts.of(feedHub).look();
    expect((await beats).map((events) => events.at(-1)!.seq)).toEqual([2, 3]);
  });

  it('beats on when the clock of its machine is set back', async () => {
    const talk = await startTalk(place.machine);
    const stream = await watchMessages(agentOf(place.machine, talk), talk.id, 0);
    await take(stream, upTo(1));
    const beat = take(stream, (event: ConversationEvent) => event.__typename === 'ConversationHeartbeat');
    place.world.clock.advance(-10 * MINUTE);
    await place.machine.parts.of(feedHub).look();
    expect((await beat).at(-1)!.seq).toBe(1);
    place.world.clock.advance(10 * MINUTE);
  });

  it('finds at the beat what every hint was lost for', async () => {
    const talk = await startTalk(place.machine);
    const deaf = await openRuntime({ ...place.world.deps, live: { ...place.world.deps.live, subscribe: () => () => undefined } }, ports);
    const stream = await watchMessages(agentOf(deaf, talk), talk.id, 1);
    const reading = take(stream, upTo(3));
    await post(customerOf(place.machine, talk), talk.id, 'one');
    await post(customerOf(place.machine, talk), talk.id, 'two');
    place.world.clock.advance(20_000);
    await deaf.parts.of(feedHub).look();
    expect(seqsOf(await reading)).toEqual([2, 3]);
    await deaf.close();
  });

  it('finds at the beat what was taken back while every hint was lost', async () => {
    const talk = await startTalk(place.machine);
    const deaf = await openRuntime({ ...place.world.deps, live: { ...place.world.deps.live, subscribe: () => () => undefined } }, ports);
    const { message } = await post(agentOf(place.machine, talk), talk.id, 'too soon', { visibility: 'INTERNAL' });
    const stream = await watchMessages(agentOf(deaf, talk), talk.id, 0);
    await take(stream, upTo(2));
    const reading = take(stream, (event) => event.__typename === 'MessageChanged');
    await recallMessage(agentOf(place.machine, talk), message.id);
    // What is said next is heard of: the conversation looks current.
    const hub = deaf.parts.of(feedHub);
    const feed = await hub.acquire(talk.id);
    await feed.read();
    hub.release(feed);
    place.world.clock.advance(20_000);
    await hub.look();
    expect((await reading).at(-1)).toMatchObject({ message: { seq: 2, recalledBy: talk.crew.agent.agentId } });
    await deaf.close();
  });

  it('makes good at the next look, five seconds later, for a reading that failed', async () => {
    const talk = await startTalk(place.machine);
    const reading = take(await watchMessages(agentOf(place.machine, talk), talk.id, 1), upTo(2));
    const mute = await openRuntime({ ...place.world.deps, live: { ...place.world.deps.live, publish: () => undefined } }, ports);
    await post(customerOf(mute, talk), talk.id, 'stored');
    const hub = place.machine.parts.of(feedHub);
    const feed = await hub.acquire(talk.id);
    await place.machine.db.execute('RENAME TABLE messages TO messages_away');
    await feed.read();
    await place.machine.db.execute('RENAME TABLE messages_away TO messages');
    place.world.clock.advance(5_000);
    await hub.look();
    expect(seqsOf(await reading)).toEqual([2]);
    hub.release(feed);
    await mute.close();
  });

  it('shows at the retry what was stored by a process that could tell nobody', async () => {
    const talk = await startTalk(place.machine);
    const mute = await openRuntime({ ...place.world.deps, live: { ...place.world.deps.live, publish: () => undefined } }, ports);
    const reading = take(await watchMessages(agentOf(place.machine, talk), talk.id, 1), upTo(2));
    await post(customerOf(mute, talk), talk.id, 'stored', { clientMessageId: 'retried' });
    await post(customerOf(place.machine, talk), talk.id, 'stored', { clientMessageId: 'retried' });
    expect(seqsOf(await reading)).toEqual([2]);
    await mute.close();
  });

  it('reads the hole before what this process stored itself, when another process wrote unheard', async () => {
    const talk = await startTalk(place.machine);
    const deaf = await openRuntime({ ...place.world.deps, live: { ...place.world.deps.live, subscribe: () => () => undefined } }, ports);
    const stream = await watchMessages(agentOf(deaf, talk), talk.id, 1);
    const reading = take(stream, upTo(4));
    await post(customerOf(place.machine, talk), talk.id, 'elsewhere');
    await post(customerOf(place.machine, talk), talk.id, 'elsewhere');
    await post(customerOf(deaf, talk), talk.id, 'here');
    expect(seqsOf(await reading)).toEqual([2, 3, 4]);
    await deaf.close();
  });

  it('ends when the reader loses the right to read, before the next message', async () => {
    const talk = await startTalk(place.machine);
    const outside = { ...talk.crew.agent, queueIds: [], teamIds: [] };
    const stream = await watchMessages(place.machine.contextOf(outside), talk.id, 1);
    const ended = take(stream, upTo(99)).catch((error: unknown) => error);
    await place.machine.db.transaction((tx) => assignOwner(place.machine.system('test'), tx, {
      conversationId: talk.id, agentId: talk.crew.colleague.id, expectedAgentId: talk.crew.agent.id, because: null,
    }));
    await post(customerOf(place.machine, talk), talk.id, 'for the new one');
    expect(await ended).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses who may not read it', async () => {
    const [talk, other] = [await startTalk(place.machine), await startTalk(place.machine)];
    await expect(watchMessages(customerOf(place.machine, other), talk.id, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(watchMessages(agentOf(place.machine, other), talk.id, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells people who work here when a message was delivered and read', async () => {
    const talk = await startTalk(place.machine);
    await post(agentOf(place.machine, talk), talk.id, 'hello', { lastSeenSeq: 1 });
    const stream = await watchMessages(agentOf(place.machine, talk), talk.id, 2);
    const reader = await watchMessages(customerOf(place.machine, talk), talk.id, 0);
    await take(reader, upTo(2));
    await place.machine.parts.of(deliveryMarks).flush();
    const changed = (event: ConversationEvent) => event.__typename === 'MessageChanged';
    expect((await take(stream, changed)).at(-1)).toMatchObject({ seq: 2, message: { seq: 2 } });
    await markRead(customerOf(place.machine, talk), { conversationId: talk.id, seq: 2 });
    expect((await take(stream, changed)).at(-1)).toMatchObject({ seq: 2, message: { seq: 2 } });
  });

  it('keeps no mark of customers who see their own words', async () => {
    const talk = await startTalk(place.machine);
    const reader = await watchMessages(customerOf(place.machine, talk), talk.id, 0);
    const marks = async () => {
      await place.machine.parts.of(deliveryMarks).flush();
      return (await selectReadMarks(place.machine.db, [talk.id])).filter((mark) => mark.actorKind === 'CUSTOMER').map((mark) => mark.deliveredSeq);
    };
    await post(customerOf(place.machine, talk), talk.id, 'hello');
    await take(reader, upTo(2));
    expect(await marks()).toEqual([]);
    await post(agentOf(place.machine, talk), talk.id, 'good day', { lastSeenSeq: 2 });
    await post(customerOf(place.machine, talk), talk.id, 'thanks');
    await take(reader, upTo(4));
    // What was noted may be on its way to the table already, by the timer's hand.
    await expect.poll(marks, { timeout: 30_000 }).toEqual([3]);
  });
});
