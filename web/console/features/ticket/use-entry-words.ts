import { useI18n } from 'vue-i18n';
import type { TicketEntryKind } from '../../../gql/graphql.ts';
import { span } from '../../../shared/format/time.ts';
import { useDirectory } from '../../../shared/state/directory.ts';
import type { IconName } from '../../../shared/ui/icons.ts';
import { useTime } from '../../../shared/ui/use-time.ts';
import type { Customer, Entry } from './use-ticket.ts';

const ICONS: Record<TicketEntryKind, IconName> = {
  COMMENT: 'reply', CREATED: 'ticket', CHANGED: 'arrow-right', PRIORITISED: 'flag', CLOCK_PAUSED: 'pause', CLOCK_RESUMED: 'play', CLOCK_MET: 'check',
  CLOCK_BREACHED: 'circle-alert', WARNED: 'bell', ESCALATED: 'users', ESCALATION_CANCELLED: 'circle-x', LINKED: 'merge',
};

/** What happened to a ticket, in whole sentences of the agent's language. */
export function useEntryWords(customer: () => Customer) {
  const { t, te, locale } = useI18n();
  const time = useTime();
  const directory = useDirectory();

  function actorName(actor: Entry['actor']): string {
    if (actor.kind === 'AGENT' && actor.agent) return directory.agentName(actor.agent.id);
    if (actor.kind === 'CUSTOMER') return customer()?.displayName ?? t('customer.erased');
    if (actor.ruleId?.startsWith('aut_')) return t('rule.actor.rule');
    return t(`common.actor.${actor.kind}`);
  }

  /** A word of the server as words of ours, or as it is. */
  function named(prefix: string, value: unknown): string {
    const key = `${prefix}.${String(value)}`;
    return te(key) ? t(key) : String(value ?? '');
  }

  const spanOf = (seconds: unknown) => span(typeof seconds === 'number' ? seconds : 0, locale.value);
  const momentOf = (at: unknown) => (typeof at === 'string' ? time.moment(at) : t('sla.never'));

  function changed(name: string, facts: Record<string, unknown>, actorId: string | undefined): string {
    const { field, from, to } = facts;
    if (field === 'state' && facts['undoes']) return t('ticket.event.stateUndone', { name, to: named('ticket.state', to) });
    if (field === 'state') return t('ticket.event.state', { name, from: named('ticket.state', from), to: named('ticket.state', to) });
    if (field === 'agent' && to && to === actorId) return t('ticket.event.taken', { name });
    if (field === 'agent') return to ? t('ticket.event.agent', { name, to: directory.agentName(String(to)) }) : t('ticket.event.unassigned', { name, from: directory.agentName(String(from)) });
    if (field === 'team') return t('ticket.event.team', { name, to: directory.teamName(String(to)) });
    if (field === 'category') return t('ticket.event.category', { name, from: directory.categoryName(String(from)), to: directory.categoryName(String(to)) });
    if (field === 'tags') return t('ticket.event.tags', { name, to: Array.isArray(to) && to.length > 0 ? to.join(t('common.list.separator')) : t('conversation.event.nothing') });
    if (field === 'fields') return t('ticket.event.words', { name, field: t('ticket.form.title') });
    if (field === 'followers') return followed(name, from, to, actorId);
    return t('ticket.event.words', { name, field: named('ticket.column', field) });
  }

  /** Who began or ceased to follow: oneself, or others by name. */
  function followed(name: string, from: unknown, to: unknown, actorId: string | undefined): string {
    const [before, after] = [from, to].map((list) => (Array.isArray(list) ? (list as string[]) : []));
    const added = after!.filter((id) => !before!.includes(id));
    const removed = before!.filter((id) => !after!.includes(id));
    const names = (ids: string[]) => ids.map((id) => directory.agentName(id)).join(t('common.list.separator'));
    if (added.length + removed.length === 1 && (added[0] ?? removed[0]) === actorId) return t(added.length > 0 ? 'ticket.event.followed' : 'ticket.event.unfollowed', { name });
    return added.length > 0 ? t('ticket.event.followers', { name, to: names(added) }) : t('ticket.event.followersGone', { name, to: names(removed) });
  }

  function linked(name: string, { linkKind, number, isRemoved, seqs }: Record<string, unknown>): string {
    if (!number) return t(linkKind === 'PARENT' && isRemoved ? 'ticket.event.parentGone' : 'ticket.event.linked', { name, number: '' });
    if (linkKind === 'PARENT') return t(isRemoved ? 'ticket.event.parentGone' : 'ticket.event.parent', { name, number });
    if (linkKind === 'CHILD') return t(isRemoved ? 'ticket.event.childGone' : 'ticket.event.child', { name, number });
    if (isRemoved) return t('ticket.event.unlinkedTicket', { name, number });
    const key = `ticket.event.link${String(linkKind)}`;
    return t(te(key) ? key : 'ticket.event.linkedTicket', { name, number, count: Array.isArray(seqs) ? seqs.length : 0 });
  }

  function plain(entry: Entry): string {
    const facts = entry.facts ?? {};
    const name = actorName(entry.actor);
    const target = named('sla.target', facts['target']);
    const team = directory.teamName(facts['teamKey'] as string | null);
    switch (entry.kind) {
      case 'CREATED': return t('ticket.event.created', { name, category: directory.categoryName(facts['categoryKey'] as string), origin: named('ticket.origin', facts['origin']) });
      case 'CHANGED': return changed(name, facts, entry.actor.agent?.id);
      case 'PRIORITISED': return t('ticket.event.priority', { name, from: facts['from'] ?? '', to: facts['to'] ?? '' });
      case 'CLOCK_PAUSED': return t('ticket.event.paused', { target, why: named('sla.pause', facts['pauseReason']) });
      case 'CLOCK_RESUMED': return t('ticket.event.resumed', { target, due: momentOf(facts['dueAt']) });
      case 'CLOCK_MET': return t('ticket.event.met', { target, used: spanOf(facts['usedSeconds']) });
      case 'CLOCK_BREACHED': return t('ticket.event.breached', { target, due: momentOf(facts['dueAt']) });
      case 'WARNED': return t(team ? 'ticket.event.warnedTeam' : 'ticket.event.warned', { target, left: spanOf(facts['remainingSeconds']), team });
      case 'ESCALATED': return facts['target'] ? t('ticket.event.escalated', { target, after: spanOf(facts['afterSeconds']), team }) : t('ticket.event.escalatedBy', { name, team });
      case 'ESCALATION_CANCELLED': return t('ticket.event.cancelled', { team, why: named('sla.cancel', facts['reason']) });
      case 'LINKED': return linked(name, facts);
      default: return '';
    }
  }

  /** The sentence, with the reason that somebody gave behind it. */
  function sentence(entry: Entry): string {
    const reason = entry.kind === 'ESCALATION_CANCELLED' ? null : entry.facts?.['reason'];
    const text = plain(entry);
    return typeof reason === 'string' && reason ? t('ticket.event.because', { sentence: text, reason }) : text;
  }

  return { actorName, sentence, iconOf: (entry: Entry) => ICONS[entry.kind] };
}
