import { defineStore } from 'pinia';
import { computed, reactive } from 'vue';
import { AlertChangedDocument, type AlertChangedSubscription, type AlertPartsFragment } from '../../gql/graphql.ts';
import type { Resumable } from '../graphql/live.ts';
import { useSession } from './session.ts';
import { followStream } from './streams.ts';

export type Alert = AlertPartsFragment;
type Event = AlertChangedSubscription['alertChanged'];

/** Warnings, as long as somebody is signed in who may see them: those that are on, and what became of those seen since. */
export const useAlerts = defineStore('alerts', () => {
  const known = reactive(new Map<string, Alert>());
  const listeners = new Set<(alert: Alert) => void>();
  let stream: Resumable | null = null;
  let startedAt = 0;

  const on = computed(() => [...known.values()].filter((alert) => !alert.clearedAt).sort((a, b) => b.raisedAt.localeCompare(a.raisedAt)));

  function take(alert: Alert): void {
    const isNew = !known.has(alert.id) && !alert.clearedAt && Date.parse(alert.raisedAt) >= startedAt;
    known.set(alert.id, alert);
    if (isNew) listeners.forEach((tell) => tell(alert));
  }

  function start(): void {
    const session = useSession();
    if (stream || !session.may('alert:read')) return;
    startedAt = session.serverNow();
    stream = followStream(AlertChangedDocument, (afterSeq) => ({ afterSeq }), (data) => data.alertChanged as Event, {
      from: null,
      apply: (event) => { if (event.__typename === 'AlertChanged') take(event.alert); },
    });
  }

  function stop(): void {
    stream?.stop();
    stream = null;
    known.clear();
  }

  /** Calls back for each warning that comes on from now on; gives what ends that. */
  function onRaised(tell: (alert: Alert) => void): () => void {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }

  return { known, on, take, start, stop, onRaised };
});

/** The address of the conversations responsible. */
export const conversationsOf = (alert: Alert) => ({ name: 'alerts', params: { id: alert.id }, query: { show: 'conversations' } });

/** The address of the tickets responsible. */
export const ticketsOf = (alert: Alert) => ({ name: 'tickets', query: { view: 'all', ids: alert.ticketIds.join() } });
