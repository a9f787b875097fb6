import { onScopeDispose, watch } from 'vue';
import { TicketsChangedDocument } from '../../../gql/graphql.ts';
import type { Resumable } from '../../../shared/graphql/live.ts';
import { followStream } from '../../../shared/state/streams.ts';
import type { TicketAsk } from '../../../shared/state/ticket-list.ts';
import type { TicketNews } from '../../../shared/state/ticket-news.ts';
import { useTicketViews } from '../../../shared/state/ticket-views.ts';

/** Follows the one stream of ticket lists for what is on screen; each list asked for has a stream of its own. */
export function useTicketsLive(ask: () => TicketAsk | null, { take, reload }: { take: (news: TicketNews) => void; reload: () => Promise<void> }) {
  const views = useTicketViews();
  let stream: Resumable | null = null;

  function follow({ viewId, filter }: TicketAsk): Resumable {
    return followStream(TicketsChangedDocument, (afterSeq) => ({ afterSeq, viewId, filter }), (data) => data.ticketsChanged, {
      from: null,
      apply: (event) => {
        if (event.__typename === 'TicketsTicketChanged') take({ ticketId: event.ticket.id, ticket: event.ticket, isListed: event.isListed });
        if (event.__typename === 'TicketsTicketRemoved') take({ ticketId: event.ticketId, ticket: null, isListed: false });
        if (event.__typename === 'TicketsCountersChanged') views.count(event.views, event.removedViewIds);
      },
      reset: async () => { await Promise.all([reload(), views.load()]); },
    });
  }

  watch(ask, (now) => {
    stream?.stop();
    stream = now && follow(now);
  }, { immediate: true });
  onScopeDispose(() => stream?.stop());
}
