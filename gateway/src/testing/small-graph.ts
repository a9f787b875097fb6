import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { composeServices } from '@theguild/federation-composition';
import { GraphQLError, parse } from 'graphql';
import type { Identity } from '@careline/kit/auth';
import { Viewer } from '@careline/kit/auth';
import { appError, refuse } from '@careline/kit/errors';
import { buildSubgraph, payload, type BaseContext, type RequestFacts, type Resolvers, type Subgraph } from '@careline/kit/graphql';
import { LiveStream, type Live } from '@careline/kit/live';
import type { Logger } from '@careline/kit/observe';
import type { Clock } from '@careline/kit/time';

// Two subgraphs small enough to be read at a glance, with one field for each behaviour of the transport.
const shared = readFileSync(new URL('../../../schema/shared.graphql', import.meta.url), 'utf8');
const header = shared.slice(0, shared.indexOf('"Anything with a global id."')) + shared.slice(shared.indexOf('"Where a page stands'), shared.indexOf('"How urgent.'));

const CONVERSATIONS = `${header}
type Conversation @key(fields: "id") { id: ID! number: Int! messages(first: Int, last: Int, after: String, before: String): MessageConnection! @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"]) parent: Conversation }
type MessageConnection { edges: [MessageEdge!]! @listSize(assumedSize: 100) pageInfo: PageInfo! }
type MessageEdge { node: Message! }
type Message { id: ID! text: String! conversation: Conversation! }
type ConversationConnection { edges: [ConversationEdge!]! @listSize(assumedSize: 100) nodes: [Conversation!]! @listSize(assumedSize: 100) }
type ConversationEdge { node: Conversation! }
type Facts { id: String, kind: String, address: String, device: String, requestId: String!, locale: String!, clientName: String }
interface ConversationEvent { seq: Int! at: DateTime! }
type MessageSent implements ConversationEvent { seq: Int! at: DateTime! text: String! conversation: Conversation! listener: String }
type ConversationHeartbeat implements ConversationEvent { seq: Int! at: DateTime! }
input SignInInput { name: String! password: String! }
input RefreshSignInInput { refreshToken: String }
type SignInPayload { accessToken: String refreshToken: String userErrors: [UserError!]! @listSize(assumedSize: 5) }
type RefreshSignInPayload { accessToken: String refreshToken: String userErrors: [UserError!]! @listSize(assumedSize: 5) }
type SendPayload { seq: Int userErrors: [UserError!]! @listSize(assumedSize: 5) }
extend type Query {
  identity(token: String!): JSON @inaccessible @allow(permission: "service:read", scope: "ALL")
  channelOrigins(channelKey: String!): [String!] @inaccessible @allow(permission: "service:read", scope: "ALL")
  facts: Facts @public(reason: "test")
  me: Facts @allow(permission: "viewer:read", scope: "SELF")
  conversations(first: Int, last: Int, after: String, before: String): ConversationConnection @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"]) @allow(permission: "conversation:read", scope: "LIST")
  conversation(id: ID!): Conversation @allow(permission: "conversation:read", scope: "OBJECT")
  broken: String @public(reason: "test")
  refused: String @public(reason: "test")
  raced: String @public(reason: "test")
}
extend type Mutation {
  signIn(input: SignInInput!): SignInPayload! @public(reason: "test")
  refreshSignIn(input: RefreshSignInInput!): RefreshSignInPayload! @public(reason: "test")
  sendText(text: String!): SendPayload! @allow(permission: "message:send", scope: "SELF")
}
extend type Subscription { messageSent(conversationId: ID!, afterSeq: Int!): ConversationEvent! @allow(permission: "conversation:read", scope: "OBJECT") }
`;

const TICKETS = `${header}
type Conversation @key(fields: "id") { id: ID! tickets: [Ticket!] @listSize(assumedSize: 10) }
type Ticket @key(fields: "id") { id: ID! subject: String! }
extend type Query { ticket(id: ID!): Ticket @allow(permission: "ticket:read", scope: "OBJECT") }
`;

/** The two composed, as the gateway gets them. */
export function smallSupergraph(): string {
  const composed = composeServices([
    { name: 'conversations', url: 'http://conversations/graphql', typeDefs: parse(CONVERSATIONS) },
    { name: 'tickets', url: 'http://tickets/graphql', typeDefs: parse(TICKETS) },
  ]);
  if (!composed.supergraphSdl) throw new Error(composed.errors!.map((error) => error.message).join('\n'));
  return composed.supergraphSdl;
}

interface Parts {
  clock: Clock;
  log: Logger;
  live: Live;
  /** Which token stands for whom. */
  tokens: Map<string, Identity>;
  /** Which pages a channel lists. */
  origins: Map<string, string[]>;
}

interface Context extends BaseContext {
  facts: RequestFacts;
}

/** Conversations, with streams that count as open until they are closed. */
export function smallConversations(parts: Parts): Subgraph & { openStreams(): number; asked(): number } {
  let open = 0;
  let asked = 0;
  const conversation = (id: string) => ({ __typename: 'Conversation', id, number: Number(id.slice(1)), parent: { id: 'c0', number: 0 } });
  const shown = (_: unknown, _args: unknown, { facts }: Context) => ({ ...facts, id: facts.identity?.id, kind: facts.identity?.kind });
  const resolvers: Resolvers = {
    Query: {
      identity: (_: unknown, { token }: { token: string }) => (asked++, parts.tokens.get(token) ?? null),
      channelOrigins: (_: unknown, { channelKey }: { channelKey: string }) => {
        asked++;
        if (channelKey === 'broken') throw new Error('ER_SECRET');
        return parts.origins.get(channelKey) ?? null;
      },
      facts: shown, me: shown,
      conversations: (_: unknown, { first, last }: { first?: number; last?: number }) => {
        const nodes = Array.from({ length: first ?? last ?? 0 }, (_one, index) => conversation(`c${index + 1}`));
        return { nodes, edges: nodes.map((node) => ({ node })) };
      },
      conversation: (_: unknown, { id }: { id: string }) => conversation(id),
      refused: () => { throw refuse('INVALID', 'input', { zh: '请只给一个。', en: 'Give exactly one.' }); },
      broken: () => { throw new Error('ER_SECRET at 10.0.0.7'); },
      raced: () => { throw appError('CONFLICT'); },
    },
    Conversation: {
      __resolveReference: ({ id }: { id: string }) => conversation(id),
      messages: () => ({ edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } }),
    },
    ConversationEvent: { __resolveType: (event: { text?: string }) => (event.text === undefined ? 'ConversationHeartbeat' : 'MessageSent') },
    MessageSent: { listener: (_: unknown, _args: unknown, { facts }: Context) => facts.identity?.id },
    Mutation: {
      signIn: (_: unknown, args: unknown, context: Context) => payload(context, async () => ({ accessToken: 'a1', refreshToken: 'r1' })),
      refreshSignIn: (_: unknown, { input }: { input: { refreshToken?: string } }, context: Context) =>
        payload(context, async () => ({ accessToken: input.refreshToken === 'r1' ? 'a2' : null, refreshToken: input.refreshToken === 'r1' ? 'r2' : null })),
      sendText: (_: unknown, { text }: { text: string }, context: Context) => payload(context, async () => {
        parts.live.publish('conversation:c1', { text, seq: 7 });
        return { seq: 7 };
      }),
    },
    Subscription: {
      messageSent: {
        subscribe: (_: unknown, { conversationId, afterSeq }: { conversationId: string; afterSeq: number }) => {
          open += 1;
          const stop = parts.live.subscribe(`conversation:${conversationId}`, (hint) => {
            if (hint.isBroken) stream.close(new Error('ER_SECRET'));
            else stream.push({ seq: hint.seq, at: parts.clock.now(), text: hint.text, conversation: conversation(conversationId) });
          });
          const stream = new LiveStream<unknown>(() => { open -= 1; stop(); });
          stream.push({ seq: afterSeq, at: parts.clock.now() });
          return stream;
        },
        resolve: (event: unknown) => event,
      },
    },
  };
  return Object.assign(makeSubgraph('conversations', CONVERSATIONS, resolvers, parts, ['/help']), { openStreams: () => open, asked: () => asked });
}

/** Tickets, whose part of each answer may be switched off. */
export function smallTickets(parts: Parts): Subgraph {
  return makeSubgraph('tickets', TICKETS, {
    Query: { ticket: (_: unknown, { id }: { id: string }) => ({ id, subject: 'Printer' }) },
    Conversation: {
      __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Conversation', id }),
      tickets: ({ id }: { id: string }) => {
        if (id === 'c404') throw appError('UNAVAILABLE');
        if (id === 'c500') throw new GraphQLError('ER_SECRET');
        return [{ id: `t-${id}`, subject: 'Printer' }];
      },
    },
    Ticket: { __resolveReference: ({ id }: { id: string }) => ({ id, subject: 'Printer' }) },
  }, parts, ['/uploads/']);
}

function makeSubgraph(name: 'conversations' | 'tickets', sdl: string, resolvers: Resolvers, { clock, log }: Parts, routePrefixes: string[]): Subgraph {
  return {
    name, routePrefixes,
    schema: buildSubgraph(name, resolvers, sdl),
    createContext: (facts): Context => ({ viewer: new Viewer(facts.identity), requestId: facts.requestId, locale: facts.locale, address: facts.address, device: facts.device, clock, log, facts } as unknown as Context),
    handle: async (req: IncomingMessage, res: ServerResponse, facts: RequestFacts) => {
      res.writeHead(200, { 'content-type': 'application/octet-stream', 'x-seen-id': facts.identity?.id ?? 'nobody', 'x-seen-forged': String(req.headers['x-forged'] ?? '') });
      await pipeline(req, res);
    },
    migrate: async () => undefined, startApi: async () => undefined, startWorker: async () => undefined,
    health: async () => ({ isReady: true, checks: {} }), stop: async () => undefined,
  };
}
