import { conversationAssigned, conversationClosed, conversationRated, conversationReopened, conversationRouted, conversationStarted, conversationTransferred, messageSent } from '@careline/schema/events';
import type { Tx } from '@careline/kit/db';
import { on, onMany, type Envelope, type Handler } from '@careline/kit/events';
import type { Clock } from '@careline/kit/time';
import { markOf, type Change, type Heard } from './facts.rules.ts';
import { recordActivity, recordAssignment, recordMessages } from './record-activity.ts';

interface Base {
  conversationId: string;
  channelKind: string;
  queueId: string | null;
}

function heardOf(event: Envelope<Base>, change: Change): Heard {
  const { conversationId, channelKind, queueId } = event.data;
  return { mark: markOf(event), at: event.at, conversationId, channelKind, queueId, change };
}

/** Builds the facts of conversations and messages from what conversations announces. */
export function workloadHandlers(clock: Clock): Handler[] {
  const record = async (event: Envelope<Base>, tx: Tx, change: Change) => void await recordActivity(tx, heardOf(event, change), clock.now());
  return [
    on(conversationStarted, (event, tx) => record(event, tx, { kind: 'STARTED' })),
    on(conversationRouted, (event, tx) => record(event, tx, { kind: 'MOVED' })),
    on(conversationTransferred, (event, tx) => record(event, tx, { kind: 'MOVED' })),
    on(conversationReopened, (event, tx) => record(event, tx, { kind: 'REOPENED' })),
    on(conversationClosed, (event, tx) => record(event, tx, { kind: 'CLOSED', by: event.data.by, agentId: event.data.agentId })),
    on(conversationRated, (event, tx) => record(event, tx, { kind: 'RATED', score: event.data.score, agentId: event.data.agentId })),
    on(conversationAssigned, (event, tx) => {
      const { conversationId, agentId, waitedSeconds } = event.data;
      return recordAssignment(tx, heardOf(event, { kind: 'ASSIGNED', agentId }), { eventId: event.id, conversationId, agentId, assignedAt: event.at, waitedSeconds }, clock.now());
    }),
    onMany(messageSent, (events, tx) => recordMessages(tx, events.map((event) => {
      const { conversationId, messageId, authorKind, authorId, visibility } = event.data;
      const agentId = authorKind === 'AGENT' ? authorId : null;
      const heard = heardOf(event, { kind: 'SAID', agentId: visibility === 'PUBLIC' ? agentId : null });
      return { heard, message: { messageId, conversationId, authorKind, agentId, visibility, sentAt: event.at } };
    }), clock.now())),
  ];
}
