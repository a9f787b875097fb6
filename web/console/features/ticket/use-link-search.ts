import { ref, shallowRef, watch, type Ref } from 'vue';
import { LinkableConversationsDocument, LinkableTicketsDocument, type LinkableConversationsQuery, type LinkedTicketFragment } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';

type Talk = NonNullable<NonNullable<LinkableConversationsQuery['customer']>['conversations']>['nodes'][number];

const SHOWN = 8;
const WAIT_MS = 200;

/** What a ticket can be linked with: tickets by number or words, or the conversations of its customer. */
export function useLinkSearch(text: Ref<string>, isOfConversations: () => boolean, customerId: () => string | null) {
  const tickets = shallowRef<LinkedTicketFragment[]>([]);
  const conversations = shallowRef<Talk[]>([]);
  const isLoading = ref(false);
  const isAway = ref(false);
  let turn = 0;

  async function findTickets(words: string): Promise<LinkedTicketFragment[]> {
    // One letter finds nothing, and is refused.
    if ([...words].length < 2) return [];
    return ((await useCareline().api.query(LinkableTicketsDocument, { text: words, first: SHOWN })).searchTickets?.nodes ?? []).map(({ ticket }) => ticket);
  }

  async function findConversations(): Promise<Talk[]> {
    const id = customerId();
    return id ? ((await useCareline().api.query(LinkableConversationsDocument, { id })).customer?.conversations?.nodes ?? []) : [];
  }

  async function find(mine: number): Promise<void> {
    try {
      const isTalks = isOfConversations();
      const found = isTalks ? await findConversations() : await findTickets(text.value.trim());
      if (mine !== turn) return;
      if (isTalks) conversations.value = found as Talk[];
      else tickets.value = found as LinkedTicketFragment[];
      isAway.value = false;
    } catch {
      if (mine === turn) isAway.value = true;
    } finally {
      if (mine === turn) isLoading.value = false;
    }
  }

  watch([text, isOfConversations], (_now, _before, onCleanup) => {
    const mine = (turn += 1);
    isLoading.value = true;
    const timer = setTimeout(() => { void find(mine); }, isOfConversations() ? 0 : WAIT_MS);
    onCleanup(() => clearTimeout(timer));
  }, { immediate: true });

  return { tickets, conversations, isLoading, isAway };
}
