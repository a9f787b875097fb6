import { agentNodes, agentResolvers } from './agent/agent.resolvers.ts';
import { channelNodes, channelResolvers } from './channel/channel.resolvers.ts';
import type { ConversationsContext, NodeReader } from './context.ts';
import { conversationNodes, conversationResolvers } from './conversation/conversation.resolvers.ts';
import { customerNodes, customerResolvers } from './customer/customer.resolvers.ts';
import { macroNodes, macroResolvers } from './macro/index.ts';
import { routingNodes, routingResolvers } from './routing/routing.resolvers.ts';

type ResolverMap = Record<string, Record<string, unknown>>;

/** Types of other subgraphs that this one can point to; their rows are fetched there. */
const FOREIGN: Record<string, string> = { tkt: 'Ticket', tvw: 'TicketView', cmt: 'Comment', att: 'Attachment', art: 'Article', aud: 'AuditEntry', alt: 'Alert' };

/** Readers by id prefix. Each gives its object with `__typename`, or null when the caller may not see it. */
const readers: Record<string, NodeReader> = { ...agentNodes, ...customerNodes, ...conversationNodes, ...routingNodes, ...channelNodes, ...macroNodes };

async function node(_root: unknown, { id }: { id: string }, ctx: ConversationsContext): Promise<object | null> {
  const prefix = id.slice(0, id.indexOf('_'));
  const foreign = FOREIGN[prefix];
  if (foreign) return { __typename: foreign, id };
  const read = readers[prefix];
  return read ? read(ctx, id) : null;
}

function merge(...maps: ResolverMap[]): ResolverMap {
  const all: ResolverMap = {};
  for (const map of maps) {
    for (const [type, fields] of Object.entries(map)) {
      for (const field of Object.keys(fields)) {
        if (all[type] && field in all[type]) throw new Error(`two modules resolve ${type}.${field}`);
      }
      all[type] = { ...all[type], ...fields };
    }
  }
  return all;
}

/** Every resolver of the subgraph; a field claimed by two modules stops the start. */
export const resolvers: ResolverMap = merge(
  { Query: { node } },
  agentResolvers, customerResolvers, conversationResolvers, routingResolvers, channelResolvers, macroResolvers,
);
