import { watch, type Ref } from 'vue';
import queuePositionDocument from '../../../../schema/operations/queue-position-changed.graphql?raw';
import { lossy } from '../../../shared/graphql/live.ts';
import type { VisitorApi } from '../../api.ts';
import { subscribe } from './follow.ts';
import type { QueuePlace, VisitorConversation } from './types.ts';

/** Keeps the place in the queue and the expected wait up to date for as long as the conversation waits. */
export function useQueue(api: VisitorApi, conversation: Ref<VisitorConversation | null>): void {
  let stream: { stop(): void } | null = null;
  watch(() => (conversation.value?.state === 'QUEUED' ? conversation.value.id : null), (conversationId) => {
    stream?.stop();
    stream = conversationId === null ? null : lossy<{ entry: QueuePlace | null }>({
      source: (sink) => subscribe(api, queuePositionDocument, { conversationId }, 'queuePositionChanged', sink),
      apply: ({ entry }) => {
        if (conversation.value?.id === conversationId) conversation.value.queueEntry = entry;
      },
      silenceMs: 45_000,
    });
  });
}
