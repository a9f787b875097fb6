import { onUnmounted, ref, shallowRef } from 'vue';
import { QueuesChangedDocument, SlaBoardChangedDocument, type BoardPartsFragment, type QueuesChangedSubscription, type SlaBoardChangedSubscription } from '../../../gql/graphql.ts';
import type { LiveState } from '../../../shared/graphql/live.ts';
import { useSession } from '../../../shared/state/session.ts';
import { followState, followStream } from '../../../shared/state/streams.ts';

type Event = SlaBoardChangedSubscription['slaBoardChanged'];
type Queues = QueuesChangedSubscription['queuesChanged']['queues'];

/** The first event brings all queues, later ones those that changed, a heartbeat none. */
function merged(known: Queues | null, news: Queues): Queues {
  return [...(known ?? []).filter(({ id }) => !news.some((queue) => queue.id === id)), ...news];
}

/** The live board and the queues beside it, as long as the caller is on screen. */
export function useBoard() {
  const session = useSession();
  const board = shallowRef<BoardPartsFragment | null>(null);
  const queues = shallowRef<Queues | null>(null);
  const state = ref<LiveState>('connecting');
  /** Server time of the last sign of life: a heartbeat says that the numbers still hold. */
  const heardAt = ref(session.serverNow());

  const stream = followStream(SlaBoardChangedDocument, (afterSeq) => ({ afterSeq, teamIds: null }), (data) => data.slaBoardChanged as Event, {
    from: null,
    apply: (event) => { if (event.__typename === 'SlaBoardChanged') board.value = event.board; },
    onState: (now) => {
      state.value = now;
      if (now === 'live') heardAt.value = session.serverNow();
    },
  });
  const waiting = session.may('queue:read')
    ? followState(QueuesChangedDocument, {}, (data) => data.queuesChanged, { apply: (event) => { queues.value = merged(queues.value, event.queues); }, silenceMs: null, onLost: () => { queues.value = null; } })
    : null;
  onUnmounted(() => {
    stream.stop();
    waiting?.stop();
  });

  return { board, queues, state, heardAt };
}
