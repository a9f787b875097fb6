import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { socketLine, type Line } from '../harness/lines.ts';
import { arrive, asker, tell, type Ask, type Visitor } from '../harness/people.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

const FOLLOW = `subscription ($id: ID!) { messageSent(conversationId: $id, afterSeq: 0) { __typename
  ... on MessageSent { message { id kind text } } ... on MessageChanged { message { id kind text recalledAt } } } }`;

let system: OpenSystem;
/** An agent's own access: programs may not schedule. */
let agent: Ask;
let visitor: Visitor;
let line: Line;
beforeAll(async () => {
  system = await openSystem();
  agent = asker(system.url, () => system.staff.adminToken);
  visitor = await arrive(system.url, system.staff.channelKey);
  await tell(agent, 'assignConversation', { conversationId: visitor.conversationId, agentId: system.staff.agentId }, 'conversation { id }');
  line = socketLine({ url: system.url, token: await visitor.token() });
});
afterAll(async () => {
  await line?.close();
  await visitor?.client.close();
  await system?.close();
});

const schedule = async (text: string, delaySeconds: number) => (await tell<{ scheduledMessage: { id: string } }>(agent, 'scheduleMessage', {
  conversationId: visitor.conversationId, clientMessageId: randomUUID(), text, delaySeconds, lastSeenSeq: 99, isSentAnyway: true,
}, 'scheduledMessage { id }')).scheduledMessage.id;

it('reaches the visitor when its time has come, not when it was taken back, and is taken off the screen by a recall', async () => {
  const back = await schedule('taken back', 5);
  await tell(agent, 'cancelScheduledMessage', { scheduledMessageId: back }, 'scheduledMessage { id }');
  await schedule('undo me', 1);
  const shown: string[] = [];
  for await (const { data } of line.stream(FOLLOW, { id: visitor.conversationId })) {
    const { __typename: type, message } = data.messageSent;
    if (message?.kind !== 'TEXT') continue;
    shown.push(`${type}: ${message.text ?? 'recalled'}`);
    if (message.text === 'undo me') await tell(agent, 'recallMessage', { messageId: message.id }, 'message { id }');
    // Later than the time of what was taken back.
    if (message.text === null) await schedule('the last one', 6);
    if (message.text === 'the last one') break;
  }
  expect(shown).toEqual(['MessageSent: undo me', 'MessageChanged: recalled', 'MessageSent: the last one']);
});
