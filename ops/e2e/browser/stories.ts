import { randomUUID } from 'node:crypto';
import { arrive, tell, type Visitor } from '../../harness/people.ts';
import type { Desk, DeskAgent } from './desk.ts';

/** A visitor on another program than ours, who has just said something. */
export async function visitorSaying(desk: Desk, text: string, agent: DeskAgent | null = null): Promise<Visitor> {
  const visitor = await arrive(desk.url, desk.staff.channelKey);
  await speak(visitor, text);
  if (agent) await tell(desk.staff.ask, 'assignConversation', { conversationId: visitor.conversationId, agentId: agent.id }, 'conversation { id }');
  visitor.client.close();
  return visitor;
}

export function speak(visitor: Visitor, text: string): Promise<unknown> {
  return tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text }, 'message { seq }');
}

/** The texts of a conversation as the server keeps them, notes too. */
export async function storedTexts(desk: Desk, conversationId: string): Promise<string[]> {
  const { conversation } = await desk.staff.ask<{ conversation: { messages: { nodes: { kind: string; text: string | null }[] } } }>(
    'query ($id: ID!) { conversation(id: $id) { messages(last: 100) { nodes { kind text } } } }', { id: conversationId },
  );
  return conversation.messages.nodes.filter((message) => message.kind === 'TEXT').map((message) => message.text!);
}
