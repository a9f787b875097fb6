import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import {
  BroadcastToChildrenDocument, BulkUpdateTicketsDocument, CancelTicketJobDocument, ExportTicketsDocument, MergeTicketsDocument, SplitTicketDocument, TicketJobChangedDocument, TicketJobDocument, UndoTicketJobDocument,
  type BroadcastToChildrenInput, type BulkUpdateTicketsInput, type ExportTicketsInput, type JobPartsFragment, type MergeTicketsInput, type SplitTicketInput, type TicketJobChangedSubscription,
} from '../../gql/graphql.ts';
import type { Resumable } from '../graphql/live.ts';
import { i18n } from '../i18n/index.ts';
import { useCareline } from './careline.ts';
import { followStream } from './streams.ts';
import { useTicketList } from './ticket-list.ts';
import { useToasts } from './toasts.ts';

type Event = TicketJobChangedSubscription['ticketJobChanged'];
export type TicketJob = JobPartsFragment;
export type JobFailure = Extract<Event, { __typename: 'TicketJobChanged' }>['job']['items']['nodes'][number];
interface Answer {
  job?: TicketJob | null;
  ticket?: { number: string } | null;
  userErrors: Array<{ code: string; message: string }>;
}

/** What came of a merge or a split: the number of the ticket to go on with, or why there is none. */
export type Outcome = { number: string } | { code: string; message: string };

const isOver = ({ state }: TicketJob) => state !== 'QUEUED' && state !== 'RUNNING';

/** The job over tickets that was asked for last: it goes on wherever the agent goes meanwhile. */
export const useTicketJobs = defineStore('ticketJobs', () => {
  const { t } = i18n.global;
  const job = shallowRef<TicketJob | null>(null);
  /** The first of those that were refused or stay. */
  const failures = shallowRef<JobFailure[]>([]);
  /** Whether it is, or was, taken back. */
  const isUndo = ref(false);
  const isGoing = computed(() => job.value !== null && !isOver(job.value));
  /** Work over many tickets, of which the list tells; merging and splitting are told by a toast alone. */
  const isShown = computed(() => job.value !== null && job.value.kind !== 'MERGE' && job.value.kind !== 'SPLIT');
  let stream: Resumable | null = null;
  let seq = 0;

  function stop(): void {
    stream?.stop();
    stream = null;
  }

  function follow(found: TicketJob): void {
    stop();
    job.value = found;
    stream = followStream(TicketJobChangedDocument, (afterSeq) => ({ jobId: found.id, afterSeq: afterSeq ?? 0 }), (data) => data.ticketJobChanged as Event, {
      from: 0,
      apply: (event) => {
        if (event.__typename !== 'TicketJobChanged' || event.seq < seq) return;
        seq = event.seq;
        job.value = event.job;
        failures.value = [...event.job.items.nodes];
        if (!isOver(event.job)) return;
        stop();
        tell(event.job);
        if (event.job.kind !== 'EXPORT' && useTicketList().isLoaded) void useTicketList().refresh();
      },
    });
  }

  function tell(ended: TicketJob): void {
    if (!isShown.value) useToasts().show(t(ended.failedCount > 0 ? 'ticket.merge.kept' : 'ticket.merge.undone'));
    else if (ended.state === 'UNDONE') useToasts().show(t('ticket.job.undone', { count: ended.doneCount }, ended.doneCount));
    else if (ended.kind === 'BROADCAST') useToasts().show(t('ticket.broadcast.done', { count: ended.doneCount, failed: ended.failedCount }, ended.doneCount));
    else if (ended.undoableUntil) useToasts().show(t('ticket.job.done', { count: ended.doneCount }, ended.doneCount), { undo: () => { void undo(); } });
  }

  /** Shows the answer's job; gives the refusal, or null when there is none. */
  async function take(asking: Promise<Answer>, isNew: boolean): Promise<string | null> {
    const answer = await asking.catch(() => null);
    if (!answer) return t('conversation.verb.unreached');
    if (answer.userErrors[0]) return answer.userErrors[0].message;
    if (!answer.job) return null;
    if (isNew) {
      seq = 0;
      failures.value = [];
      isUndo.value = false;
    }
    follow(answer.job);
    return null;
  }

  /** One intent, one key: asking again after a cut makes no second job. */
  let tried: { key: string; content: string } | null = null;

  async function begin<Input extends object>(input: Input, asking: (whole: Input & { idempotencyKey: string }) => Promise<Answer>): Promise<string | null> {
    const content = JSON.stringify(input);
    if (tried?.content !== content) tried = { key: crypto.randomUUID(), content };
    const refusal = await take(asking({ ...input, idempotencyKey: tried.key }), true);
    if (refusal === null) tried = null;
    return refusal;
  }

  const update = (asked: Omit<BulkUpdateTicketsInput, 'idempotencyKey'>) =>
    begin(asked, (input) => useCareline().api.mutate(BulkUpdateTicketsDocument, { input }).then(({ bulkUpdateTickets }) => bulkUpdateTickets));
  const broadcast = (asked: Omit<BroadcastToChildrenInput, 'idempotencyKey'>) =>
    begin(asked, (input) => useCareline().api.mutate(BroadcastToChildrenDocument, { input }).then(({ broadcastToChildren }) => broadcastToChildren));
  const write = (asked: Omit<ExportTicketsInput, 'idempotencyKey'>) =>
    begin(asked, (input) => useCareline().api.mutate(ExportTicketsDocument, { input }).then(({ exportTickets }) => exportTickets));

  /** Downloads the file of the export by a link made for this moment. */
  async function download(): Promise<void> {
    const id = job.value?.id;
    const url = id ? (await useCareline().api.query(TicketJobDocument, { id }).catch(() => null))?.ticketJob?.downloadUrl : null;
    if (url) globalThis.location.assign(url);
    else useToasts().show(t('conversation.verb.unreached'));
  }

  /** Merges or splits; what was done can be taken back from a toast. */
  async function settle(asking: Promise<Answer>, say: (number: string) => string): Promise<Outcome> {
    const answer = await asking.catch(() => null);
    if (!answer) return { code: 'NETWORK', message: t('conversation.verb.unreached') };
    if (!answer.job || !answer.ticket) return answer.userErrors[0] ?? { code: 'INTERNAL', message: t('common.error.INTERNAL') };
    stop();
    seq = 0;
    isUndo.value = false;
    const done = (job.value = answer.job);
    useToasts().show(say(answer.ticket.number), { undo: () => { if (job.value?.id === done.id) void undo(); } });
    if (useTicketList().isLoaded) void useTicketList().refresh();
    return { number: answer.ticket.number };
  }

  const merge = (input: MergeTicketsInput) =>
    settle(useCareline().api.mutate(MergeTicketsDocument, { input }).then(({ mergeTickets }) => mergeTickets), (number) => t('ticket.merge.done', { count: input.mergedIds.length, number }, input.mergedIds.length));
  const split = (input: SplitTicketInput) =>
    settle(useCareline().api.mutate(SplitTicketDocument, { input }).then(({ splitTicket }) => splitTicket), (number) => t('ticket.split.done', { number }));

  async function tellRefusal(asking: Promise<string | null>): Promise<void> {
    const refusal = await asking;
    if (refusal) useToasts().show(refusal);
  }

  async function cancel(): Promise<void> {
    const jobId = job.value?.id;
    if (jobId) await tellRefusal(take(useCareline().api.mutate(CancelTicketJobDocument, { input: { jobId } }).then(({ cancelTicketJob }) => cancelTicketJob), false));
  }

  async function undo(): Promise<void> {
    const jobId = job.value?.id;
    if (!jobId) return;
    isUndo.value = true;
    await tellRefusal(take(useCareline().api.mutate(UndoTicketJobDocument, { input: { jobId } }).then(({ undoTicketJob }) => undoTicketJob), false));
  }

  function dismiss(): void {
    stop();
    job.value = null;
    failures.value = [];
  }

  return { job, failures, isGoing, isShown, isUndo, update, broadcast, write, download, merge, split, cancel, undo, dismiss };
});
