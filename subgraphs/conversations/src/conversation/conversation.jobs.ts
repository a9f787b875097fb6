import { DAY, HOUR, MINUTE } from '@careline/kit/time';
import type { JobSpec, Runtime } from '../context.ts';
import { deleteEmptyDrafts } from './draft.store.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { deleteInboxEventsBefore } from './inbox.store.ts';

/** How long an inbox can be resumed from its position. */
const INBOX_KEPT_MS = DAY;
const EMPTY_DRAFT_KEPT_MS = 7 * DAY;
const BATCH = 1_000;

/** What keeps the module's tables small and its logs complete. */
export function conversationJobs(runtime: Runtime): JobSpec[] {
  return [
    {
      name: 'conversations.number-inbox', everyMs: MINUTE,
      // For changes of a process that died between its commit and its wake-up while no agent is connected.
      run: () => runtime.parts.of(inboxNumbering).drain(),
    },
    {
      name: 'conversations.trim-inbox', everyMs: 10 * MINUTE,
      run: async (now) => {
        while ((await deleteInboxEventsBefore(runtime.db, now - INBOX_KEPT_MS, BATCH)) === BATCH);
      },
    },
    {
      name: 'conversations.trim-drafts', everyMs: HOUR,
      run: async (now) => {
        while ((await deleteEmptyDrafts(runtime.db, now - EMPTY_DRAFT_KEPT_MS, BATCH)) === BATCH);
      },
    },
  ];
}
