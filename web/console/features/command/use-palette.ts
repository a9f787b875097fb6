import { refDebounced } from '@vueuse/core';
import { computed, ref, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { FindCustomerDocument, type FindCustomerQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useCommands } from '../../../shared/state/commands.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import { useSession } from '../../../shared/state/session.ts';
import { useTicketViews } from '../../../shared/state/ticket-views.ts';
import type { IconName } from '../../../shared/ui/icons.ts';
import { foundEntries } from './found-entries.ts';
import { matchLabel, type Match } from './match.ts';
import { useFoundMacros } from './use-found-macros.ts';
import { useSearch } from './use-search.ts';

export interface Entry {
  id: string;
  icon: IconName;
  parts: Match['parts'];
  score: number;
  detail: string;
  keys: string;
  run(): void;
}

export interface EntryGroup {
  name: 'conversation' | 'macro' | 'ticket' | 'policy' | 'rule' | 'go' | 'list' | 'app' | 'open' | 'customer' | 'found' | 'ticketFound';
  entries: Entry[];
}

const ORDER: readonly EntryGroup['name'][] = ['conversation', 'macro', 'ticket', 'policy', 'rule', 'go', 'open', 'found', 'ticketFound', 'customer', 'list', 'app'];
/** The server is asked once what is typed has rested so long. */
const REST_MS = 200;
const LOOKUP = /^(C-[\w-]{4,}|[+\d][\d\s-]{5,})$/i;

type Customer = NonNullable<NonNullable<FindCustomerQuery['findCustomer']>['customer']>;

/** What the palette offers for a query: commands, conversations known here, whatever the server finds, and a customer by number or phone. */
export function usePalette(query: Ref<string>) {
  const { t, te } = useI18n();
  const router = useRouter();
  const commands = useCommands();
  const inbox = useInbox();
  const session = useSession();
  const customer = ref<Customer | null>(null);
  const ticketViews = useTicketViews();
  if (!ticketViews.isLoaded && session.may('ticket:read')) void ticketViews.load().catch(() => undefined);

  const rested = refDebounced(query, REST_MS);
  watch(rested, async (typed) => {
    customer.value = null;
    const lookup = typed.trim();
    if (!LOOKUP.test(lookup)) return;
    const found = await useCareline().api.query(FindCustomerDocument, { lookup }, 'cache-first').catch(() => null);
    if (query.value === typed) customer.value = found?.findCustomer?.customer ?? null;
  });

  const search = useSearch(query, rested);
  const macros = useFoundMacros(query, rested);
  const at = (seq: number | null) => (seq === null ? {} : { seq: String(seq) });
  const open = (id: string, seq: number | null = null) => { void router.push({ name: 'inbox', params: { view: 'mine', id }, query: at(seq) }); };
  const openTicket = (number: string, seq: number | null) => { void router.push({ name: 'ticket', params: { number }, query: at(seq) }); };

  function ofCommands(): Array<Entry & { group: EntryGroup['name'] }> {
    return [...commands.commands.values()].filter((command) => !command.isHidden && commands.isPossible(command.id)).flatMap((command) => {
      const match = matchLabel(t(`command.${command.id}`), te(`command.pinyin.${command.id}`) ? t(`command.pinyin.${command.id}`) : '', query.value);
      return match ? [{ ...match, id: command.id, group: command.group, icon: command.icon as IconName, detail: '', keys: commands.keysOf(command.id), run: () => commands.run(command.id) }] : [];
    });
  }

  /** Saved views are gone to by their names. */
  function ofViews(): Array<Entry & { group: EntryGroup['name'] }> {
    const known = [
      ...inbox.views.map((view) => ({ ...view, detail: t('view.of.conversation'), to: { name: 'inbox', params: { view: view.id } } })),
      ...ticketViews.views.map((view) => ({ ...view, detail: t('view.of.ticket'), to: { name: 'tickets', query: { view: view.id } } })),
    ];
    return known.filter(({ builtIn }) => !builtIn).flatMap(({ id, name, detail, to }) => {
      const match = matchLabel(name, '', query.value);
      return match ? [{ ...match, id, group: 'go' as const, icon: 'star' as const, detail, keys: '', run: () => { void router.push(to); } }] : [];
    });
  }

  function ofConversations(): Entry[] {
    if (query.value.trim().length < 1) return [];
    return [...inbox.rows.values()].flatMap((row): Entry[] => {
      const match = matchLabel(row.customer?.displayName ?? row.number, '', query.value) ?? (row.subject ? matchLabel(row.subject, '', query.value) : null);
      return match ? [{ ...match, id: row.id, icon: 'inbox', detail: row.subject ?? '', keys: '', run: () => open(row.id) }] : [];
    }).slice(0, 6);
  }

  function ofCustomer(found: Customer): Entry[] {
    return (found.conversations?.nodes ?? []).slice(0, 5).map((conversation) => ({
      id: `customer-${conversation.id}`, icon: 'user', parts: [{ text: found.displayName, isHit: true }], score: 0,
      detail: [found.number, conversation.subject ?? `#${conversation.number}`, t(`inbox.state.${conversation.state}`)].join(' · '), keys: '', run: () => open(conversation.id),
    }));
  }

  const groups = computed<EntryGroup[]>(() => {
    const all = [...ofCommands(), ...ofViews()];
    const found = search.found.value ? foundEntries(search.found.value, { conversation: open, ticket: openTicket }) : null;
    const others: Partial<Record<EntryGroup['name'], Entry[]>> = {
      open: ofConversations(), macro: macros.entries.value, found: found?.found ?? [], ticketFound: found?.ticketFound ?? [],
      customer: customer.value ? ofCustomer(customer.value) : (found?.customer ?? []),
    };
    return ORDER.map((name) => ({
      name, entries: (others[name] ?? all.filter((entry) => entry.group === name)).sort((one, other) => one.score - other.score),
    })).filter((group) => group.entries.length > 0);
  });
  return { groups, isBusy: search.isBusy, hasFailed: search.hasFailed };
}
