import type { OperationDefinitionNode } from 'graphql';
import type { Urgency } from './admission.ts';
import type { Measured } from './measure.ts';
import type { SchemaFacts } from './schema-facts.ts';

/** What keeps a conversation going that has begun, and what keeps its people signed in. */
const CONVERSATION = new Set([
  'sendMessage', 'addNote', 'markRead', 'resumeConversation', 'acceptConversation', 'handOff', 'closeConversation',
  'conversation', 'refreshSignIn', 'viewer',
]);

/** How urgent an operation is when not everything can be done: streams come in beside the rest, lists and reports come last. */
export function urgencyOf(operation: OperationDefinitionNode, measured: Measured, facts: SchemaFacts): Urgency {
  if (operation.operation === 'subscription') return 'stream';
  const { rootFields } = measured;
  if (rootFields.length > 0 && rootFields.every((field) => CONVERSATION.has(field))) return 'conversation';
  if (operation.operation === 'mutation') return 'work';
  const isList = measured.isIntrospection || measured.homes[0] === 'analytics' || rootFields.some((field) => facts.field('Query', field)?.isConnection);
  return isList ? 'bulk' : 'work';
}
