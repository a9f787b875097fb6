import { on, type Handler } from '@careline/kit/events';
import { attainmentLimitsSaved } from '@careline/schema/events';
import { noteLimits } from './note-limits.ts';

/** What promises learn from the rest of the system. */
export const slaHandlers: Handler[] = [on(attainmentLimitsSaved, ({ data }, tx) => noteLimits(tx, data))];
