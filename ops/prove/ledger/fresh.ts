import { setTimeout as rest } from 'node:timers/promises';
import type { Ask } from '../../harness/people.ts';
import { hashOf } from './ledger-file.ts';

export interface StoredMessage {
  seq: number;
  id: string;
  clientMessageId: string | null;
  visibility: 'PUBLIC' | 'INTERNAL';
  author: { kind: string };
  hash: string;
}

export interface StoredTicket {
  id: string;
  number: string;
  hash: string;
}

export interface StoredConversation {
  state: string;
  version: number;
  lastSeq: number;
  messages: StoredMessage[];
}

/** What a newcomer who loads everything anew sees. */
export interface Fresh {
  conversations: StoredConversation[];
  tickets: StoredTicket[];
}

interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const MESSAGES = `query Fresh($id: ID!, $afterSeq: Int!) { conversation(id: $id) {
  state version lastSeq messages(first: 100, afterSeq: $afterSeq) { nodes { seq id clientMessageId visibility author { kind } text } pageInfo { hasNextPage endCursor } } } }`;
const TICKETS = 'query Fresh($after: String) { tickets(first: 100, after: $after) { nodes { id number subject } pageInfo { hasNextPage endCursor } } }';

const TRIES = 20;
const PAUSE_MS = 500;

/** Asks again after a failure: a judge may be slow, but must not go home. */
function patient(ask: Ask): Ask {
  return async <Data>(query: string, variables?: Record<string, unknown>): Promise<Data> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask<Data>(query, variables);
      } catch (error) {
        if (tries === TRIES) throw error;
        await rest(PAUSE_MS);
      }
    }
  };
}

/** Loads every conversation and ticket through the API, page by page. */
export async function loadFresh(hasty: Ask, conversationIds: readonly string[]): Promise<Fresh> {
  const ask = patient(hasty);
  const conversations: StoredConversation[] = [];
  for (const id of conversationIds) conversations.push(await loadConversation(ask, id));
  return { conversations, tickets: await loadTickets(ask) };
}

async function loadConversation(ask: Ask, id: string): Promise<StoredConversation> {
  const messages: StoredMessage[] = [];
  for (let afterSeq = 0; ;) {
    const { conversation } = await ask<{ conversation: StoredConversation & { messages: Page<Omit<StoredMessage, 'hash'> & { text: string | null }> } }>(MESSAGES, { id, afterSeq });
    const { nodes, pageInfo } = conversation.messages;
    messages.push(...nodes.map(({ text, ...message }) => ({ ...message, hash: hashOf(text) })));
    // Not the greatest: a list that is out of order must not send us round in circles, and must be seen as it is.
    afterSeq = Math.max(afterSeq, ...nodes.map((node) => node.seq));
    if (!pageInfo.hasNextPage || nodes.length === 0) return { state: conversation.state, version: conversation.version, lastSeq: conversation.lastSeq, messages };
  }
}

const DAY_MS = 86_400_000;
const COUNTS = 'query Counted($range: DateRangeInput!) { conversationDays(range: $range, groupBy: [], first: 1) { nodes { customerMessageCount } } }';

/** How many messages of customers analytics has counted: each came to it as an event, through outbox and bus. */
export async function loadCounted(hasty: Ask): Promise<number> {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  // A wrong clock may have put some into the day before or after.
  const range = { from: day(Date.now() - DAY_MS), to: day(Date.now() + DAY_MS), timeZone: 'UTC' };
  const { conversationDays } = await patient(hasty)<{ conversationDays: Page<{ customerMessageCount: number }> }>(COUNTS, { range });
  return conversationDays.nodes[0]?.customerMessageCount ?? 0;
}

async function loadTickets(ask: Ask): Promise<StoredTicket[]> {
  const tickets: StoredTicket[] = [];
  for (let after: string | null = null; ;) {
    const { tickets: page }: { tickets: Page<{ id: string; number: string; subject: string | null }> } = await ask(TICKETS, { after });
    tickets.push(...page.nodes.map(({ id, number, subject }) => ({ id, number, hash: hashOf(subject) })));
    if (!page.pageInfo.hasNextPage) return tickets;
    after = page.pageInfo.endCursor;
  }
}
