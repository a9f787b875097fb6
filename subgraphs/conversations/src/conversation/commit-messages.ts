import { isDuplicate } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { counter, gauge } from '@careline/kit/observe';
import type { Runtime } from '../context.ts';
import { FairLine } from './fair-line.ts';
import { decideBatch, type Outcome, type Send, type Sent } from './message-batch.ts';
import { storeBatch } from './store-batch.ts';

const LANES = 2;
const BATCH_MAX = 128;
/** So long a batch keeps the other lane for one as large as itself; a batch that is held up, by a lock or a slow disk, holds up no others. */
const ALONE_MS = 25;
/** Beyond this many waiting sends the table is the bottleneck and waiting longer helps nobody. */
const WAITING_MAX = 2_048;
/** So many of one conversation: a quarter, and more than a channel repeats of one message. */
const WAITING_OF_ONE_MAX = 512;
const RETRY_AFTER_MS = 500;
/** Callers answered in one turn of the event loop: each makes an answer and writes it, and who is refused meanwhile waits for the turn to end. */
const ANSWERS_A_TURN = 8;

const stored = counter('careline_messages_stored_total', 'Messages stored by the group committer.', []);
const batches = counter('careline_message_batches_total', 'Transactions of the group committer, replays one by one included.', ['kind']);

const turnedAway = counter('careline_messages_turned_away_total', 'Sends refused because too many wait, in all or in one conversation.', ['of']);

interface Waiting {
  send: Send;
  resolve(sent: Sent): void;
  reject(error: unknown): void;
}

/** A batch under way: how many sends it carries, and since when. */
interface Flight {
  size: number;
  from: number;
  done: Promise<void>;
}

export interface MessageCommitter {
  /** Stores one message together with all others of this moment; throws its refusal. */
  commit(send: Send): Promise<Sent>;
  /** Waits until everything handed over is stored or refused. */
  close(): Promise<void>;
}

/**
 * Stores all sends of one moment in one transaction, in two lanes: a commit to disk costs the same for one message as for
 * a hundred. The second lane is for as many as the first carries, so that under load batches grow instead of multiplying.
 * Each send keeps its own fate. A batch that fails is tried again with a look-up of earlier results, and then send by send,
 * so that one bad message never takes its neighbours with it. Conversations take turns: a flood in one holds up no other.
 */
export function messageCommitter(runtime: Runtime): MessageCommitter {
  const waiting = new FairLine<Waiting>(WAITING_MAX, WAITING_OF_ONE_MAX);
  const flying = new Set<Flight>();
  const answers = new Answers();
  /** Conversations of the batches under way: their next sends wait, or two lanes would queue for one row. */
  const busy = new Set<string>();
  let isArmed = false;
  gauge('careline_messages_waiting', 'Sends that wait for a lane of the group committer.', [], (metric) => metric.set(waiting.size));

  function fly(): void {
    isArmed = false;
    while (flying.size < LANES && waiting.size >= leastBeside([...flying][0])) {
      const batch = waiting.take(BATCH_MAX, (conversationId) => busy.has(conversationId));
      if (batch.length === 0) return;
      launch(batch);
    }
  }
  function launch(batch: readonly Waiting[]): void {
    const ids = new Set(batch.map((one) => one.send.conversationId));
    for (const id of ids) busy.add(id);
    const alone = setTimeout(fly, ALONE_MS + 1);
    const flight: Flight = { size: batch.length, from: performance.now(), done: flush(runtime, batch, answers).finally(() => {
      clearTimeout(alone);
      flying.delete(flight);
      for (const id of ids) busy.delete(id);
      fly();
    }) };
    flying.add(flight);
  }
  return {
    commit(send) {
      const full = waiting.fullFor(send.conversationId);
      if (full) {
        turnedAway.inc({ of: full });
        return Promise.reject(appError(full === 'all' ? 'UNAVAILABLE' : 'RATE_LIMITED', { internal: `too many sends wait: ${full}`, retryAfterMs: RETRY_AFTER_MS }));
      }
      return new Promise<Sent>((resolve, reject) => {
        waiting.push(send.conversationId, { send, resolve, reject });
        if (isArmed) return;
        isArmed = true;
        setImmediate(fly);
      });
    },
    async close() {
      fly();
      while (flying.size > 0) await Promise.all([...flying].map((flight) => flight.done));
      while (!answers.isEmpty) await new Promise(setImmediate);
    },
  };
}

/** Two small batches cost more than one: while one is under way the next takes off when it is as large. */
function leastBeside(first: Flight | undefined): number {
  return first && performance.now() - first.from < ALONE_MS ? first.size : 0;
}

async function flush(runtime: Runtime, batch: readonly Waiting[], answers: Answers): Promise<void> {
  const outcomes = await storeTogether(runtime, batch.map((one) => one.send));
  answers.add(outcomes.map((outcome, place) => () => {
    const { resolve, reject } = batch[place]!;
    if ('sent' in outcome) resolve(outcome.sent);
    else reject(outcome.refused);
  }));
}

/** Gives answers in the order of the commits, a few in each turn of the event loop. */
class Answers {
  #due: (() => void)[] = [];
  #isGiving = false;

  get isEmpty(): boolean {
    return this.#due.length === 0;
  }

  add(answers: readonly (() => void)[]): void {
    this.#due.push(...answers);
    if (!this.#isGiving) this.#give();
  }

  #give(): void {
    for (const answer of this.#due.splice(0, ANSWERS_A_TURN)) answer();
    this.#isGiving = this.#due.length > 0;
    if (this.#isGiving) setImmediate(() => this.#give());
  }
}

type Fate = Outcome | { refused: unknown };

async function storeTogether(runtime: Runtime, sends: readonly Send[]): Promise<Fate[]> {
  try {
    return await storeOnce(runtime, sends, false);
  } catch (error) {
    if (sends.length > 1 && isDuplicate(error)) {
      const careful = await storeOnce(runtime, sends, true).catch(() => null);
      if (careful) return careful;
    }
    runtime.log.warn({ err: error, sends: sends.length }, 'a batch of messages failed; each is stored by itself');
    const fates: Fate[] = [];
    for (const send of sends) fates.push(await storeAlone(runtime, send));
    return fates;
  }
}

async function storeAlone(runtime: Runtime, send: Send): Promise<Fate> {
  try {
    return (await storeOnce(runtime, [send], true))[0]!;
  } catch (error) {
    return { refused: error };
  }
}

async function storeOnce(runtime: Runtime, sends: readonly Send[], isCareful: boolean): Promise<Outcome[]> {
  batches.inc({ kind: isCareful ? 'careful' : 'fast' });
  const batch = await runtime.db.transaction(async (tx) => {
    const decided = await decideBatch(runtime, tx, sends, isCareful);
    await storeBatch(runtime, tx, decided);
    return decided;
  });
  stored.inc(batch.accepted.length);
  return batch.outcomes;
}
