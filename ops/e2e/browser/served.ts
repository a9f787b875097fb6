import type { Locator } from 'playwright-core';
import { asker, tell, type Ask, type Visitor } from '../../harness/people.ts';
import type { AgentPage } from './agent-page.ts';
import type { Desk, DeskAgent } from './desk.ts';
import { visitorSaying } from './stories.ts';
import { VisitorPage } from './visitor-page.ts';

/** A conversation of Lin's, open on her screen, with a visitor on another program than ours. */
export async function openedBy(desk: Desk, lin: AgentPage, text: string): Promise<Visitor> {
  const visitor = await visitorSaying(desk, text, desk.lin);
  await lin.page.goto(`/inbox/mine/${visitor.conversationId}`);
  await lin.bubble(text).waitFor();
  return visitor;
}

/** A visitor in the chat whose conversation Lin has taken, and its id; `prepare` comes before the visitor's first page is loaded. */
export async function chattingWith(desk: Desk, lin: AgentPage, text: string, prepare?: (screen: VisitorPage) => Promise<void>): Promise<{ visitor: VisitorPage; id: string }> {
  const visitor = await VisitorPage.arrive(desk, {}, prepare);
  await visitor.deliver(text);
  await lin.page.goto('/inbox/unassigned');
  await lin.take(text);
  return { visitor, id: new URL(lin.page.url()).pathname.split('/').at(-1)! };
}

/** The bubble of a reply that waits, with its time and what can be done about it. */
export const waitingOn = (screen: AgentPage, text: string): Locator => screen.stream.locator('.turn').filter({ has: screen.page.locator('.bub.waiting', { hasText: text }) });

/** What waits on the server in a conversation, whoever wrote it. */
export async function waitingTexts(desk: Desk, conversationId: string): Promise<string[]> {
  const { conversation } = await desk.staff.ask<{ conversation: { scheduledMessages: { text: string }[] } }>('query ($id: ID!) { conversation(id: $id) { scheduledMessages { text } } }', { id: conversationId });
  return conversation.scheduledMessages.map(({ text }) => text);
}

/** Schedules in the name of an agent, who has seen all that was said, what the screen can't within a test's time: a time that is seconds away. */
export async function schedulerOf(desk: Desk, agent: DeskAgent): Promise<(conversationId: string, text: string, delaySeconds: number) => Promise<void>> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(desk.url), 'signIn', { name: agent.email, password: agent.password }, 'accessToken');
  const ask: Ask = asker(desk.url, () => accessToken);
  return async (conversationId, text, delaySeconds) => {
    const { conversation } = await ask<{ conversation: { lastSeq: number } }>('query ($id: ID!) { conversation(id: $id) { lastSeq } }', { id: conversationId });
    await tell(ask, 'scheduleMessage', { conversationId, clientMessageId: crypto.randomUUID(), text, lastSeenSeq: conversation.lastSeq, delaySeconds }, 'scheduledMessage { id }');
  };
}
