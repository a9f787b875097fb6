import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asked, backoffMs, lossy, retryAfterMs, resumable, RENEWAL_MS, SILENCE_MS, type LiveSink, type ResumableOptions } from './live.ts';

interface Event { __typename: string; seq: number; previousSeq?: number }

const message = (seq: number, previousSeq = seq - 1): Event => ({ __typename: 'MessageSent', seq, previousSeq });
const changed = (seq: number): Event => ({ __typename: 'ConversationChanged', seq });
const heartbeat = (seq: number): Event => ({ __typename: 'ConversationHeartbeat', seq });

/** A stream whose server side the test plays. */
function play(from: number | null, more: Partial<ResumableOptions<Event>> = {}) {
  const positions: Array<number | null> = [];
  const applied: number[] = [];
  const sinks: Array<LiveSink<Event>> = [];
  const ended: number[] = [];
  const stream = resumable<Event>({
    from,
    source: (afterSeq, sink) => {
      const index = positions.push(afterSeq) - 1;
      sinks.push(sink);
      return () => ended.push(index);
    },
    apply: (event) => applied.push(event.seq),
    random: () => 0.5,
    ...more,
  });
  return { stream, positions, applied, ended, sinks, server: () => sinks.at(-1)! };
}

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe('resumable', () => {
  it('applies what comes in order and keeps the last seq', () => {
    const { stream, applied, server } = play(0);
    server().next(changed(0));
    [1, 2, 3].forEach((seq) => server().next(message(seq)));
    expect(applied).toEqual([0, 1, 2, 3]);
    expect(stream.position).toBe(3);
  });

  it('drops doubles', () => {
    const { applied, server } = play(2);
    [1, 2, 3, 3, 2, 4].forEach((seq) => server().next(message(seq)));
    expect(applied).toEqual([3, 4]);
  });

  it('takes numbers it may not see as no hole', () => {
    const fillHole = vi.fn();
    const { applied, server } = play(2, { fillHole });
    server().next(message(5, 2));
    expect(applied).toEqual([5]);
    expect(fillHole).not.toHaveBeenCalled();
  });

  it('reads a hole before it goes on, and later events wait', async () => {
    let finish: (events: Event[]) => void = () => {};
    const fillHole = vi.fn(() => new Promise<Event[]>((resolve) => { finish = resolve; }));
    const { applied, server, stream } = play(1, { fillHole });
    server().next(message(4));
    server().next(message(5));
    expect(fillHole).toHaveBeenCalledExactlyOnceWith(1);
    expect(applied).toEqual([]);
    finish([message(2), message(3)]);
    await vi.advanceTimersByTimeAsync(0);
    expect(applied).toEqual([2, 3, 4, 5]);
    expect(stream.position).toBe(5);
  });

  it('drops the event behind a hole when the load already brought it', async () => {
    const { applied, server, stream } = play(1, { fillHole: async () => [2, 3, 4, 5, 6].map((seq) => message(seq)) });
    server().next(message(4));
    server().next(message(7, 6));
    await vi.advanceTimersByTimeAsync(0);
    expect(applied).toEqual([2, 3, 4, 5, 6, 7]);
    expect(stream.position).toBe(7);
  });

  it('resubscribes from its own position when a hole cannot be read', async () => {
    const { positions, server } = play(1, { fillHole: () => Promise.reject(new Error('away')) });
    server().next(message(4));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(positions).toEqual([1, 1]);
  });

  it('never keeps the seq of a heartbeat, and resubscribes when it is ahead', async () => {
    const { positions, server, stream } = play(3);
    server().next(heartbeat(3));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(positions).toEqual([3]);
    server().next(heartbeat(9));
    expect(stream.position).toBe(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(positions).toEqual([3, 3]);
  });

  it('takes 45 s of silence for a dead line', async () => {
    const onSilence = vi.fn();
    const { positions, server } = play(0, { onSilence });
    server().next(message(1));
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    expect(onSilence).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onSilence).toHaveBeenCalledOnce();
    expect(positions).toEqual([0, 1]);
  });

  it.each([
    ['an error', (sink: LiveSink<Event>) => sink.error(new Error('x'))],
    ['a result with errors', (sink: LiveSink<Event>) => sink.error([{ message: 'x', extensions: { code: 'INTERNAL' } }])],
    ['a complete nobody asked for', (sink: LiveSink<Event>) => sink.complete()],
    ['close code 4205', (sink: LiveSink<Event>) => sink.error({ code: 4205 })],
  ])('resubscribes from its position after %s', async (_name, end) => {
    const { positions, ended, server } = play(0);
    server().next(message(1));
    end(server());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(positions).toEqual([0, 1]);
    expect(ended).toEqual([0]);
  });

  it('ignores whatever a dead line still delivers', async () => {
    const { applied, sinks, server } = play(0);
    server().error(new Error('x'));
    await vi.advanceTimersByTimeAsync(1_000);
    sinks[0]!.next(message(1));
    expect(applied).toEqual([]);
    server().next(message(1));
    expect(applied).toEqual([1]);
  });

  it('resubscribes by itself every 10 minutes', async () => {
    const { positions, server } = play(0);
    for (let elapsed = 0; elapsed < RENEWAL_MS; elapsed += 20_000) {
      server().next(heartbeat(0));
      await vi.advanceTimersByTimeAsync(20_000);
    }
    expect(positions).toHaveLength(2);
  });

  it('renews the token first after 4401, and stops when that is refused', async () => {
    const renew = vi.fn().mockResolvedValueOnce(true).mockResolvedValueOnce(false);
    const states: string[] = [];
    const { positions, server } = play(0, { renew, onState: (state) => states.push(state) });
    server().error({ code: 4401 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(positions).toHaveLength(2);
    server().error([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(positions).toHaveLength(2);
    expect(states.at(-1)).toBe('stopped');
  });

  it('tries again when the token could not be renewed because the network is away', async () => {
    const { positions, server } = play(0, { renew: () => Promise.reject(new Error('offline')) });
    server().error({ code: 4401 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(positions).toHaveLength(2);
  });

  it('stays away after 4403 until a new sign-in asks for it', async () => {
    const { stream, positions, server } = play(0);
    server().error({ code: 4403 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(positions).toHaveLength(1);
    stream.resubscribe();
    expect(positions).toHaveLength(2);
  });

  it('goes on from the seq of a reset after the lists were loaded again', async () => {
    const reset = vi.fn().mockResolvedValue(undefined);
    const { stream, applied, server } = play(3, { reset });
    server().next({ __typename: 'InboxReset', seq: 90 });
    server().next({ __typename: 'InboxConversationChanged', seq: 91 });
    await vi.advanceTimersByTimeAsync(0);
    expect(reset).toHaveBeenCalledOnce();
    expect(applied).toEqual([91]);
    expect(stream.position).toBe(91);
  });

  it('lets a notice take effect once', () => {
    const { applied, server } = play(5, { isOnce: (event) => event.__typename === 'InboxNotice' });
    [5, 6, 6].forEach((seq) => server().next({ __typename: 'InboxNotice', seq }));
    expect(applied).toEqual([6]);
  });

  it('sees every message exactly once through a random history of cuts, doubles and holes', async () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const total = 400;
    const seen: number[] = [];
    let end = 0;
    let sink: LiveSink<Event> | null = null;
    const stream = resumable<Event>({
      from: 0,
      source: (after, next) => {
        sink = next;
        for (let seq = Math.max(0, (after ?? 0) - 2) + 1; seq <= end; seq += 1) queueMicrotask(() => next.next(message(seq)));
        return () => { if (sink === next) sink = null; };
      },
      apply: (event) => seen.push(event.seq),
      fillHole: async (after) => Array.from({ length: end - after }, (_unused, index) => message(after + 1 + index)),
      random,
    });
    while (end < total) {
      end += 1;
      const dice = random();
      if (dice < 0.1) (sink as LiveSink<Event> | null)?.error(new Error('cut'));
      else if (dice > 0.2) (sink as LiveSink<Event> | null)?.next(message(end));
      if (dice > 0.9) await vi.advanceTimersByTimeAsync(700);
    }
    await vi.advanceTimersByTimeAsync(20_000);
    (sink as LiveSink<Event> | null)?.next(heartbeat(total));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(stream.position).toBe(total);
    expect(seen).toEqual(Array.from({ length: total }, (_unused, index) => index + 1));
  });
});

describe('a refusal that says how long to stay away', () => {
  it.each([[0, 3_000], [0.5, 3_750], [1, 4_500]])('is obeyed, with some more by chance (%d)', (random, wait) => {
    const error = [{ message: 'full', extensions: { code: 'UNAVAILABLE', retryAfterMs: 3_000 } }];
    expect(asked(retryAfterMs(error), () => random)).toBe(wait);
  });

  it('is read from answers and errors of ours, and absent from all else', () => {
    expect([retryAfterMs({ retryAfterMs: 5 }), retryAfterMs({ extensions: { retryAfterMs: 6 } }), retryAfterMs(null), retryAfterMs({ code: 1006 }), retryAfterMs([])]).toEqual([5, 6, null, null, null]);
  });
});

describe('backoffMs', () => {
  it.each([[0, 0], [0, 1], [3, 0.5], [40, 1]])('stays between 0.2 and 10 s (attempt %i, random %f)', (attempt, random) => {
    const wait = backoffMs(attempt, () => random);
    expect(wait).toBeGreaterThanOrEqual(200);
    expect(wait).toBeLessThanOrEqual(10_000);
  });
});

describe('lossy', () => {
  it('applies every event, says when it lost the line, and subscribes again', async () => {
    const applied: string[] = [];
    const onLost = vi.fn();
    const sinks: Array<LiveSink<string>> = [];
    const stream = lossy<string>({
      source: (sink) => { sinks.push(sink); return () => {}; },
      apply: (event) => applied.push(event),
      silenceMs: null,
      onLost,
    });
    sinks[0]!.next('a');
    sinks[0]!.error({ code: 4205 });
    expect(onLost).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1_000);
    sinks[1]!.next('b');
    await vi.advanceTimersByTimeAsync(SILENCE_MS * 3);
    expect(sinks).toHaveLength(2);
    expect(applied).toEqual(['a', 'b']);
    stream.stop();
  });
});
