import { categories, cannedReplies, macros } from './desk-kinds.ts';
import type { Kind } from './kind.types.ts';
import { businessHours, queues, roles, teams } from './people-kinds.ts';
import { automationRules, routingRules, slaPolicies } from './rule-kinds.ts';

/** Every kind, each after those that it names. */
export const KINDS: readonly Kind[] = [teams, roles, businessHours, queues, routingRules, categories, slaPolicies, automationRules, cannedReplies, macros];
