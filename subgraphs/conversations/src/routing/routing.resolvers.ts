import type { NodeReader } from '../context.ts';

export const routingNodes: Record<string, NodeReader> = {};
export const routingResolvers: Record<string, Record<string, unknown>> = {};
