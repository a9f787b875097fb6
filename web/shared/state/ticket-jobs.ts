import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import {
  BulkUpdateTicketsDocument, CancelTicketJobDocument, TicketJobChangedDocument, UndoTicketJobDocument,
  type BulkUpdateTicketsInput, type JobPartsFragment, type TicketJobChangedSubscription,
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
  userErrors: Array<{ message: string }>;
}

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
        if (useTicketList().isLoaded) void useTicketList().refresh();
      },
    });
  }

  function tell(ended: TicketJob): void {
    if (ended.state === 'UNDONE') useToasts().show(t('ticket.job.undone', { count: ended.doneCount }, ended.doneCount));
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

  async function update(input: Omit<BulkUpdateTicketsInput, 'idempotencyKey'>): Promise<string | null> {
    const content = JSON.stringify(input);
    if (tried?.content !== content) tried = { key: crypto.randomUUID(), content };
    const asking = useCareline().api.mutate(BulkUpdateTicketsDocument, { input: { ...input, idempotencyKey: tried.key } });
    const refusal = await take(asking.then(({ bulkUpdateTickets }) => bulkUpdateTickets), true);
    if (refusal === null) tried = null;
    return refusal;
  }

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

  return { job, failures, isGoing, isUndo, update, cancel, undo, dismiss };
});
