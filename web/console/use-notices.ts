import { onUnmounted, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter, type RouteLocationRaw } from 'vue-router';
import { NoticedTicketDocument } from '../gql/graphql.ts';
import { useCareline } from '../shared/state/careline.ts';
import { conversationsOf, ticketsOf, useAlerts, type Alert } from '../shared/state/alerts.ts';
import { useInbox, type Notice } from '../shared/state/inbox.ts';
import { isQuiet, playSound } from '../shared/state/notice.ts';
import { useSendQueue } from '../shared/state/send-queue.ts';
import { useSettings } from '../shared/state/settings.ts';
import { useToasts } from '../shared/state/toasts.ts';

/** Tells the agent: always in the application, by sound and on the desktop as the settings say. */
export function useNotices(): void {
  const { t } = useI18n();
  const router = useRouter();
  const settings = useSettings();
  const toasts = useToasts();

  function open(place: RouteLocationRaw): void {
    void router.push(place);
    window.focus();
  }

  function tell(notice: Notice): void {
    if (!notice.about) {
      void tellOfTicket(notice);
      return;
    }
    const subject = notice.about.subject ?? notice.about.number;
    const isOnScreen = document.hasFocus() && router.currentRoute.value.params['id'] === notice.subjectId;
    if (!isOnScreen) show(notice, t(`inbox.notice.${notice.kind}`, { subject }), { name: 'inbox', params: { view: 'mine', id: notice.about.id } });
  }

  /** The notice of a ticket carries its id alone: who may not read it any more is told nothing. */
  async function tellOfTicket(notice: Notice): Promise<void> {
    const ticket = (await useCareline().api.query(NoticedTicketDocument, { id: notice.subjectId }).catch(() => null))?.ticket;
    if (!ticket) return;
    const isOnScreen = document.hasFocus() && router.currentRoute.value.name === 'ticket' && router.currentRoute.value.params['number'] === ticket.number;
    const subject = `#${ticket.number} ${ticket.subject ?? t('ticket.row.erased')}`;
    if (!isOnScreen) show(notice, t(notice.kind === 'MENTIONED' ? 'inbox.notice.ticketMentioned' : `inbox.notice.${notice.kind}`, { subject }), { name: 'ticket', params: { number: ticket.number } });
  }

  function show(notice: Notice, text: string, place: RouteLocationRaw): void {
    toasts.show(text, { about: notice.subjectId, action: { label: t('common.action.open'), run: () => open(place) } });
    const setting = settings.notifications.find((one) => one.kind === notice.kind);
    if (isQuiet(new Date(), settings.quietFrom, settings.quietTo)) return;
    if (setting?.isSound) playSound();
    if (setting?.isDesktop && !document.hasFocus() && globalThis.Notification?.permission === 'granted') {
      const shown = new Notification('Careline', { body: text, tag: notice.subjectId });
      shown.onclick = () => open(place);
    }
  }

  /** A warning is for whoever answers for the day: it is never a matter of taste whether to show it. */
  function warn(alert: Alert): void {
    const [label, place] = alert.conversationIds.length > 0
      ? [t('alert.row.conversations', { count: alert.conversationIds.length }), conversationsOf(alert)] : [t('alert.row.tickets', { count: alert.ticketIds.length }), ticketsOf(alert)];
    toasts.show(alert.text, { about: alert.id, action: { label, run: () => { void router.push(place); } } });
    if (!isQuiet(new Date(), settings.quietFrom, settings.quietTo)) playSound();
  }

  /** Whoever undid a reply may have gone on to another conversation by now. */
  watch(() => useSendQueue().late, (late) => { if (late) toasts.show(late.reason || t('conversation.waiting.late')); });
  watch(() => router.currentRoute.value.params['id'], (id) => toasts.dismissAbout(id ? String(id) : null));
  onUnmounted(useInbox().onNotice(tell));
  onUnmounted(useAlerts().onRaised(warn));
}
