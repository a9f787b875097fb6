import { computed, onUnmounted, reactive, ref, shallowRef, watch } from 'vue';
import {
  LinksOfTicketDocument, MissedTicketEntriesDocument, TicketChangedDocument, TicketDocument, TicketEntriesDocument,
  type EntryPartsFragment, type TicketChangedSubscription, type TicketHeadFragment, type TicketLinksFragment, type TicketQuery,
} from '../../../gql/graphql.ts';
import { ApiError, asApiError } from '../../../shared/graphql/errors.ts';
import type { Resumable } from '../../../shared/graphql/live.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useSession } from '../../../shared/state/session.ts';
import { followStream } from '../../../shared/state/streams.ts';

type Event = TicketChangedSubscription['ticketChanged'];
export type Entry = EntryPartsFragment;
export type Customer = NonNullable<TicketQuery['ticket']>['customer'];
export type Conversations = NonNullable<TicketQuery['ticket']>['conversations'];
/** A ticket as it was read at `readAt`, in server time. */
export type OpenTicket = TicketHeadFragment & { readAt: number };

const OLDER = 50;

/** One ticket by its number: its state, its entries without holes, and the stream that keeps both fresh while it is on screen. */
export function useTicket(number: () => string) {
  const ticket = shallowRef<OpenTicket | null>(null);
  const customer = shallowRef<Customer>(null);
  const conversations = shallowRef<Conversations>(null);
  const links = shallowRef<TicketLinksFragment | null>(null);
  /** The number of the ticket that took this one in; null unless merged. */
  const mergedInto = ref<string | null>(null);
  const bySeq = reactive(new Map<number, Entry>());
  const seq = ref(0);
  const hasOlder = ref(false);
  const isLoadingOlder = ref(false);
  const error = ref<ApiError | null>(null);
  let startCursor: string | null = null;
  let stream: Resumable | null = null;
  let turn = 0;

  const entries = computed(() => [...bySeq.values()].sort((one, other) => one.seq - other.seq));

  /** Takes a state of the ticket from anywhere. An older one than is known is dropped, and a late answer about the ticket looked at before. */
  function put(head: TicketHeadFragment): void {
    if (ticket.value?.id !== head.id || head.version < ticket.value.version) return;
    show(head);
  }

  function show(head: TicketHeadFragment): void {
    ticket.value = { ...head, readAt: useSession().serverNow() };
  }

  function add(list: readonly Entry[]): void {
    for (const entry of list) bySeq.set(entry.seq, entry);
  }

  function close(): void {
    turn += 1;
    stream?.stop();
    stream = null;
  }

  async function load(): Promise<void> {
    close();
    const mine = turn;
    if (ticket.value?.number !== number()) clear();
    error.value = null;
    try {
      const found = (await useCareline().api.query(TicketDocument, { number: number() })).ticket;
      if (mine !== turn) return;
      if (!found) throw new ApiError('NOT_FOUND', '');
      customer.value = found.customer;
      conversations.value = found.conversations;
      links.value = found;
      mergedInto.value = found.mergedInto?.number ?? null;
      startCursor = found.entries.pageInfo.startCursor ?? null;
      hasOlder.value = found.entries.pageInfo.hasPreviousPage;
      bySeq.clear();
      add(found.entries.nodes);
      seq.value = found.entries.nodes.at(-1)?.seq ?? 0;
      if (ticket.value) put(found);
      else show(found);
      follow(found.id);
    } catch (cause) {
      if (mine === turn) error.value = asApiError(cause);
    }
  }

  function clear(): void {
    ticket.value = null;
    customer.value = null;
    conversations.value = null;
    links.value = null;
    mergedInto.value = null;
    bySeq.clear();
    seq.value = 0;
  }

  function follow(ticketId: string): void {
    stream = followStream(TicketChangedDocument, (afterSeq) => ({ ticketId, afterSeq: afterSeq ?? 0 }), (data) => data.ticketChanged as Event, {
      from: seq.value,
      fillHole: (afterSeq) => loadMissed(ticketId, afterSeq),
      apply: (event) => {
        if (event.__typename === 'TicketChanged') {
          put(event.ticket);
          // The merge was taken back.
          if (event.ticket.state !== 'CLOSED') mergedInto.value = null;
        }
        if (event.__typename !== 'TicketEntryAdded') return;
        if (event.entry.kind === 'LINKED') void loadLinks();
        add([event.entry]);
        seq.value = Math.max(seq.value, event.seq);
      },
    });
  }

  /** Reads anew what the ticket is linked with: its stream carries nothing of other tickets. */
  async function loadLinks(): Promise<void> {
    const mine = turn;
    const found = (await useCareline().api.query(LinksOfTicketDocument, { number: number() }).catch(() => null))?.ticket;
    if (mine !== turn || !found) return;
    links.value = found;
    conversations.value = found.conversations;
  }

  async function loadOlder(): Promise<void> {
    if (!hasOlder.value || isLoadingOlder.value || !ticket.value) return;
    const mine = turn;
    isLoadingOlder.value = true;
    try {
      const page = (await useCareline().api.query(TicketEntriesDocument, { id: ticket.value.id, last: OLDER, before: startCursor })).ticket?.entries;
      if (mine !== turn || !page) return;
      add(page.nodes);
      startCursor = page.pageInfo.startCursor ?? startCursor;
      hasOlder.value = page.pageInfo.hasPreviousPage;
    } finally {
      isLoadingOlder.value = false;
    }
  }

  watch(number, () => { void load(); }, { immediate: true });
  onUnmounted(close);

  return { ticket, customer, conversations, links, mergedInto, entries, seq, hasOlder, isLoadingOlder, error, put, load, loadLinks, loadOlder };
}

export type TicketView = ReturnType<typeof useTicket>;

/** The comments that went to another ticket and did not come back. */
export function movedSeqs(entries: readonly Entry[]): Set<number> {
  const undone = new Set(entries.flatMap(({ facts }) => (facts?.['linkKind'] === 'UNSPLIT' ? facts['undoes'] as number[] : [])));
  return new Set(entries.flatMap(({ seq, facts }) => (facts?.['linkKind'] === 'SPLIT' && !undone.has(seq) ? facts['seqs'] as number[] : [])));
}

/** The entries of a hole as events of the stream, so that they take the same way. */
async function loadMissed(id: string, afterSeq: number): Promise<Event[]> {
  const events: Event[] = [];
  let previousSeq = afterSeq;
  for (let isMore = true; isMore;) {
    const page = (await useCareline().api.query(MissedTicketEntriesDocument, { id, afterSeq: previousSeq })).ticket?.entries;
    for (const entry of page?.nodes ?? []) {
      events.push({ __typename: 'TicketEntryAdded', seq: entry.seq, previousSeq, at: entry.at, entry });
      previousSeq = entry.seq;
    }
    isMore = page?.pageInfo.hasNextPage ?? false;
  }
  return events;
}
