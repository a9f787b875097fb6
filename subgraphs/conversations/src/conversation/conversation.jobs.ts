import { sortWordsJob } from '@careline/kit/search';
import { HOUR, MINUTE, SECOND } from '@careline/kit/time';
import type { JobSpec, Runtime } from '../context.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { foldTallies, recountTallies } from './fold-tallies.ts';
import { rebuildTimelines } from './tell-timeline.ts';
import { forgetErasedMessages, indexEarlierMessages } from './keep-index.ts';
import { messageIndex } from './message-words.ts';
import { wakeSnoozed } from './snooze-conversation.ts';
import { sendDueMessages } from './send-due.ts';
import { trimDrafts, trimInbox, trimScheduled } from './trim-logs.ts';

/** What keeps the module's tables small and its logs complete. */
export function conversationJobs(runtime: Runtime): JobSpec[] {
  return [
    // For changes of a process that died between its commit and its wake-up while no agent is connected.
    { name: 'conversations.number-inbox', everyMs: MINUTE, run: () => runtime.parts.of(inboxNumbering).drain() },
    { name: 'conversations.wake-snoozed', everyMs: SECOND, run: () => wakeSnoozed(runtime) },
    { name: 'conversations.send-due', everyMs: SECOND, run: () => sendDueMessages(runtime) },
    { name: 'conversations.fold-tallies', everyMs: 5 * SECOND, run: () => foldTallies(runtime) },
    { name: 'conversations.recount-tallies', everyMs: HOUR, run: () => recountTallies(runtime) },
    { name: 'conversations.trim-inbox', everyMs: 10 * MINUTE, run: (now) => trimInbox(runtime, now) },
    { name: 'conversations.rebuild-timelines', everyMs: MINUTE, run: () => rebuildTimelines(runtime) },
    sortWordsJob(runtime.db, messageIndex),
    indexEarlierMessages(runtime),
    forgetErasedMessages(runtime),
    { name: 'conversations.trim-drafts', everyMs: HOUR, run: (now) => trimDrafts(runtime, now) },
    { name: 'conversations.trim-scheduled', everyMs: HOUR, run: (now) => trimScheduled(runtime, now) },
  ];
}
