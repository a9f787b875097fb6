import { z } from 'zod';
import { defineEvent } from './define.ts';

/** One administrative act. `sealed` is the encrypted JSON of before, after, reason and address. */
export const auditRecorded = defineEvent('any', 'audit.recorded', 1, z.object({
  entryId: z.string(),
  verb: z.string(),
  subjectId: z.string().nullable(),
  actorKind: z.enum(['CUSTOMER', 'AGENT', 'BOT', 'SYSTEM', 'API']),
  actorId: z.string().nullable(),
  requestId: z.string(),
  sealed: z.string(),
}));
