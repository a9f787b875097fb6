import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { openOffice, type Office } from '../world.fixtures.ts';
import { openRuntime } from '../runtime.ts';
import { ports } from '../wiring.ts';
import type { Machine } from './conversation.fixtures.ts';

export const START = `mutation($input: StartConversationInput!) { startConversation(input: $input) {
  isExisting conversation { id state subject lastSeq version agentName queue { id } tags } userErrors { code field } } }`;
export const SEND = `mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  message { id seq clientMessageId text authorName author { kind agent { id } customer { id } } delivery replyToSeq }
  conflict { lastSeenSeq lastSeq messages { seq text } } userErrors { code field } } }`;
export const NOTE = `mutation($input: AddNoteInput!) { addNote(input: $input) { message { id seq visibility mentions { id } } userErrors { code field } } }`;
export const DRAFT = `mutation($input: SaveDraftInput!) { saveDraft(input: $input) { draft { text visibility savedAt } userErrors { code } } }`;
export const READ = `mutation($id: ID!, $seq: Int!) { markRead(input: { conversationId: $id, seq: $seq }) { conversation { unreadCount } userErrors { code } } }`;
export const LIST = `query($viewId: ID, $filter: ConversationFilter) { conversations(viewId: $viewId, filter: $filter, first: 100) { totalCount nodes { id } } }`;
const SEEN = `query($id: ID!, $afterSeq: Int) { conversation(id: $id) { lastSeq unreadCount lastMessage { seq text } draft { text } tags agent { id } queue { id }
  readMarks { seq actor { kind } } followers { id } messages(first: 100, afterSeq: $afterSeq) { nodes { id seq kind visibility text event facts } pageInfo { hasNextPage endCursor } } } }`;
const ASSIGN = `mutation($id: ID!) { assignConversation(input: { conversationId: $id }) { userErrors { code } } }`;

/** Input of a send or note under a new client id. */
export const sending = (conversationId: string, text: string, more: Record<string, unknown> = {}) => ({ input: { conversationId, clientMessageId: randomUUID(), text, ...more } });

// Tests read what they asked for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Data = any;

/** A set-up office with three agents, one of them outside, spoken to through the public API. */
export interface Desk {
  office: Office;
  /** A second process of the same installation. */
  machine: Machine;
  agent: Identity;
  colleague: Identity;
  stranger: Identity;
  ask(document: string, variables: Record<string, unknown>, viewer: Identity | null): Promise<Data>;
  seen(id: string, viewer: Identity, afterSeq?: number | null): Promise<Data>;
  lastSeq(id: string): Promise<number>;
  /** A visitor with a conversation that begins with this text, and its owner: the agent unless said otherwise. */
  begin(text?: string, owner?: Identity | null): Promise<{ id: string; visitor: Identity; started: Data }>;
  close(): Promise<void>;
}

export async function openDesk(): Promise<Desk> {
  const office = await openOffice();
  const machine = await openRuntime(office.world.deps, ports);
  const { teamIds } = office.admin;
  const agent = (await office.hire({ name: '李雷', teamIds })).identity;
  const ask: Desk['ask'] = async (document, variables, viewer) => {
    const { data, errors } = await office.run(document, variables, viewer);
    if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)}: ${error.message}`).join('; '));
    return data;
  };
  const seen: Desk['seen'] = async (id, viewer, afterSeq = null) => (await ask(SEEN, { id, afterSeq }, viewer)).conversation;
  return {
    office, machine, agent, ask, seen,
    colleague: (await office.hire({ name: '韩梅', teamIds })).identity,
    stranger: (await office.hire()).identity,
    lastSeq: async (id) => (await seen(id, office.admin)).lastSeq as number,
    async begin(text = '你好，付款失败', owner = agent) {
      const visitor = (await office.visit()).identity;
      const input = { firstMessage: { clientMessageId: randomUUID(), text }, form: {}, idempotencyKey: randomUUID() };
      const { conversation } = (await ask(START, { input }, visitor)).startConversation;
      const refusals = owner ? (await ask(ASSIGN, { id: conversation.id }, owner)).assignConversation.userErrors : [];
      if (refusals.length > 0) throw new Error(`the conversation could not be assigned: ${JSON.stringify(refusals)}`);
      return { id: conversation.id as string, visitor, started: conversation };
    },
    async close() {
      await machine.close();
      await office.world.close();
    },
  };
}
