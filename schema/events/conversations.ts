import { z } from 'zod';
import { defineEvent } from './define.ts';

const authorKind = z.enum(['CUSTOMER', 'AGENT', 'BOT', 'SYSTEM', 'API']);
const conversation = z.object({
  conversationId: z.string(),
  number: z.string(),
  customerId: z.string(),
  channelKind: z.string(),
  queueId: z.string().nullable(),
  /** Whose it is at the moment, and how urgent. Absent in events from before they were told, and where they did not change. */
  ownerId: z.string().nullable().optional(),
  priority: z.enum(['P0', 'P1', 'P2']).optional(),
  /** Number of the service line that tells of it. Absent where none does. */
  lineSeq: z.number().int().optional(),
});

export const conversationStarted = defineEvent('conversations', 'conversation.started', 1, conversation);

/** `visibility` INTERNAL for notes. Service lines are not announced. */
export const messageSent = defineEvent('conversations', 'message.sent', 1, conversation.extend({
  messageId: z.string(),
  seq: z.number().int(),
  authorKind,
  authorId: z.string().nullable(),
  visibility: z.enum(['PUBLIC', 'INTERNAL']),
  attachmentIds: z.array(z.string()),
}));

/** A message was taken back. Its files are for nobody any more who saw them with it. */
export const messageRecalled = defineEvent('conversations', 'message.recalled', 1, conversation.extend({
  messageId: z.string(),
  seq: z.number().int(),
  attachmentIds: z.array(z.string()),
}));

/** A visitor left a message while nobody was there: `conversationId` holds it as its first message, and is over. */
export const messageLeft = defineEvent('conversations', 'message.left', 1, conversation);

export const conversationRouted = defineEvent('conversations', 'conversation.routed', 1, conversation.extend({ ruleName: z.string().nullable() }));

export const conversationAssigned = defineEvent('conversations', 'conversation.assigned', 1, conversation.extend({
  agentId: z.string(),
  agentName: z.string(),
  waitedSeconds: z.number().int(),
}));

export const conversationTransferred = defineEvent('conversations', 'conversation.transferred', 1, conversation.extend({
  fromName: z.string().nullable(),
  toName: z.string(),
}));

/** `fields` are the names of what changed: `subject`, `priority`, `tags`; never what it says. */
export const conversationUpdated = defineEvent('conversations', 'conversation.updated', 1, conversation.extend({ fields: z.array(z.string()) }));

export const conversationClosed = defineEvent('conversations', 'conversation.closed', 1, conversation.extend({
  agentId: z.string().nullable(),
  by: authorKind,
}));

export const conversationReopened = defineEvent('conversations', 'conversation.reopened', 1, conversation.extend({ by: authorKind }));

export const conversationRated = defineEvent('conversations', 'conversation.rated', 1, conversation.extend({
  agentId: z.string().nullable(),
  score: z.number().int().min(1).max(5),
}));

export const customerMerged = defineEvent('conversations', 'customer.merged', 1, z.object({
  mergeId: z.string(), survivorId: z.string(), mergedId: z.string(), mergedNumber: z.string(), isUndone: z.boolean(),
}));

export const identityChanged = defineEvent('conversations', 'customer.identity_changed', 1, z.object({
  customerId: z.string(), identityKind: z.string(), isRemoved: z.boolean(),
}));
