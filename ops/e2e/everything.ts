import { createAnalytics } from '@careline/analytics/subgraph';
import { createConversations } from '@careline/conversations/subgraph';
import { createKnowledge } from '@careline/knowledge/subgraph';
import { createTickets } from '@careline/tickets/subgraph';

/** All four subgraphs, for worlds in which whole walks are tested. */
export const EVERYTHING = [createConversations, createTickets, createKnowledge, createAnalytics] as const;
