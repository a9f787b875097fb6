import type { NodeReader } from '../context.ts';

export const channelNodes: Record<string, NodeReader> = {};
export const channelResolvers: Record<string, Record<string, unknown>> = {};
