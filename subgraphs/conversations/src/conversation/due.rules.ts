import type { DueFacts } from './conversation.types.ts';

/** Where lists put a conversation without a running clock: behind all others. */
export const NO_DUE = Date.UTC(9999, 0, 1);

/** Whether little time is left at `now`, or it is missed already. */
export const isDueAtRisk = ({ state, riskAt }: DueFacts, now: number): boolean => state === 'BREACHED' || (state === 'RUNNING' && riskAt !== null && riskAt <= now);
