import type { NodeReader } from '../context.ts';

export const conversationNodes: Record<string, NodeReader> = {};
export const conversationResolvers: Record<string, Record<string, unknown>> = {};
