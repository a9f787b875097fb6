import { conversationAssigned, conversationClosed, conversationRated, conversationReopened, conversationRouted, conversationStarted, conversationTransferred, messageSent } from '@careline/schema/events';
import type { Tx } from '@careline/kit/db';
import { on, type Envelope, type Handler } from '@careline/kit/events';
import type { Clock } from '@careline/kit/time';
import { markOf, type Change } from './facts.rules.ts';
import { insertAssignment, insertMessage } from './facts.store.ts';
import { recordActivity } from './record-activity.ts';

interface Base {
  conversationId: string;
  channelKind: string;
  queueId: string | null;
}

/** Builds the facts of conversations and messages from what conversations announces. */
export function workloadHandlers(clock: Clock): Handler[] {
  const record = (event: Envelope<Base>, tx: Tx, change: Change) => {
    const { conversationId, channelKind, queueId } = event.data;
    return recordActivity(tx, { mark: markOf(event), at: event.at, conversationId, channelKind, queueId, change }, clock.now());
  };
  return [
    on(conversationStarted, async (event, tx) => void await record(event, tx, { kind: 'STARTED' })),
    on(conversationRouted, async (event, tx) => void await record(event, tx, { kind: 'MOVED' })),
    on(conversationTransferred, async (event, tx) => void await record(event, tx, { kind: 'MOVED' })),
    on(conversationReopened, async (event, tx) => void await record(event, tx, { kind: 'REOPENED' })),
    on(conversationClosed, async (event, tx) => void await record(event, tx, { kind: 'CLOSED', by: event.data.by, agentId: event.data.agentId })),
    on(conversationRated, async (event, tx) => void await record(event, tx, { kind: 'RATED', score: event.data.score, agentId: event.data.agentId })),
    on(conversationAssigned, async (event, tx) => {
      const { conversationId, agentId, waitedSeconds } = event.data;
      const rowVersion = await record(event, tx, { kind: 'ASSIGNED', agentId });
      await insertAssignment(tx, { eventId: event.id, conversationId, agentId, assignedAt: event.at, waitedSeconds, knownFrom: clock.now(), rowVersion });
    }),
    on(messageSent, async (event, tx) => {
      const { conversationId, messageId, authorKind, authorId, visibility } = event.data;
      const agentId = authorKind === 'AGENT' ? authorId : null;
      const rowVersion = await record(event, tx, { kind: 'SAID', agentId: visibility === 'PUBLIC' ? agentId : null });
      await insertMessage(tx, { messageId, conversationId, authorKind, agentId, visibility, sentAt: event.at, knownFrom: clock.now(), rowVersion });
    }),
  ];
}
