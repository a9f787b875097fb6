import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../graphql/errors.ts';
import { Outbox, type Outgoing, type OutboxStore, type SendResult } from './outbox.ts';

const sent = { kind: 'sent', message: {} } as SendResult;
const scheduled = { kind: 'scheduled', scheduled: { id: 'sch_1' } } as SendResult;
const unreached: SendResult = { kind: 'unreached', error: new ApiError('NETWORK', 'cut') };

function outgoing(id: string, facts: Partial<Outgoing> = {}): Outgoing {
  return {
    id, agentId: 'agt_1', conversationId: 'cnv_1', kind: 'reply', text: id, attachments: [], mentionIds: [], lastSeenSeq: 4, isConfirmed: false,
    createdAt: Number(id), state: 'queued', tries: 0, reason: null, conflict: null, ...facts,
  };
}

function device(): OutboxStore & { kept: Map<string, Outgoing> } {
  const kept = new Map<string, Outgoing>();
  return {
    kept,
    load: async (agentId) => [...kept.values()].filter((item) => item.agentId === agentId),
    put: async (item) => { kept.set(item.id, item); },
    remove: async (id) => { kept.delete(id); },
  };
}

function open(store: OutboxStore, answers: SendResult[]) {
  const sentIds: string[] = [];
  const items = new Map<string, Outgoing>();
  const [onConflict, onScheduled, onUndone, onLate] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  const send = vi.fn(async (item: Outgoing) => {
    const answer = answers.shift() ?? sent;
    if (answer.kind === 'sent') sentIds.push(item.id);
    return answer;
  });
  const outbox = new Outbox({ store, items, send, onSent: () => {}, onScheduled, onUndone, onLate, onConflict, retryMs: () => 1_000 });
  return { outbox, items, send, sentIds, onConflict, onScheduled, onUndone, onLate };
}

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe('Outbox', () => {
  it('sends in the order of writing, one at a time, and forgets what the server has', async () => {
    const store = device();
    const { outbox, sentIds } = open(store, [unreached]);
    await Promise.all(['1', '2', '3'].map((id) => outbox.add(outgoing(id))));
    await vi.advanceTimersByTimeAsync(0);
    expect(sentIds).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sentIds).toEqual(['1', '2', '3']);
    expect(store.kept.size).toBe(0);
  });

  it('takes up after a reload what the page before could not send', async () => {
    const store = device();
    await open(store, [unreached]).outbox.add(outgoing('1'));
    await store.put(outgoing('2', { state: 'sending' }));
    await store.put(outgoing('9', { agentId: 'agt_2' }));
    const { outbox, sentIds } = open(store, []);
    await outbox.restore('agt_1');
    await vi.advanceTimersByTimeAsync(0);
    expect(sentIds).toEqual(['1', '2']);
    expect([...store.kept.keys()]).toEqual(['9']);
  });

  it('keeps a refused text with its reason until the agent decides, and sends the next one', async () => {
    const store = device();
    const { outbox, items, sentIds } = open(store, [{ kind: 'refused', reason: '会话已结束' }]);
    await outbox.add(outgoing('1'));
    await outbox.add(outgoing('2'));
    await vi.advanceTimersByTimeAsync(0);
    expect(items.get('1')).toMatchObject({ state: 'failed', reason: '会话已结束' });
    expect(store.kept.get('1')).toMatchObject({ state: 'failed' });
    expect(sentIds).toEqual(['2']);
    await outbox.retry('1');
    await vi.advanceTimersByTimeAsync(0);
    expect(sentIds).toEqual(['2', '1']);
  });

  it('asks when somebody spoke meanwhile, and insists with the same id', async () => {
    const { outbox, items, send, sentIds, onConflict } = open(device(), [{ kind: 'conflict', lastSeq: 7, messages: [] }]);
    await outbox.add(outgoing('1'));
    await vi.advanceTimersByTimeAsync(0);
    expect(onConflict).toHaveBeenCalledOnce();
    expect(items.get('1')).toMatchObject({ state: 'conflict', conflict: { lastSeq: 7 } });
    await outbox.retry('1', { isConfirmed: true, lastSeenSeq: 7 });
    await vi.advanceTimersByTimeAsync(0);
    expect(send.mock.calls[1]![0]).toMatchObject({ id: '1', isConfirmed: true, lastSeenSeq: 7 });
    expect(sentIds).toEqual(['1']);
  });

  it('does not let one conversation wait for another', async () => {
    const { outbox, sentIds } = open(device(), [unreached]);
    await outbox.add(outgoing('1'));
    await outbox.add(outgoing('2', { conversationId: 'cnv_2' }));
    await vi.advanceTimersByTimeAsync(0);
    expect(sentIds).toEqual(['2']);
  });
});

describe('a reply that is to wait on the server', () => {
  const later = { later: { delaySeconds: 10 } };

  it('leaves the device once the server has it', async () => {
    const store = device();
    const { outbox, onScheduled } = open(store, [unreached, scheduled]);
    await outbox.add(outgoing('1', later));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onScheduled).toHaveBeenCalledOnce();
    expect(store.kept.size).toBe(0);
  });

  it('is gone at once when it is taken back before any try', async () => {
    const store = device();
    const { outbox, send } = open(store, [unreached]);
    await outbox.add(outgoing('1'));
    await outbox.add(outgoing('2', later));
    await outbox.takeBack('2');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(send.mock.calls.map(([item]) => item.id)).toEqual(['1', '1']);
    expect(store.kept.size).toBe(0);
  });

  it('that was taken back on its way is asked for until the server has let go of it, before anything else is sent', async () => {
    const store = device();
    let answer!: (result: SendResult) => void;
    const { outbox, items, send, onScheduled, onUndone } = open(store, [unreached, { kind: 'undone' }]);
    send.mockImplementationOnce(() => new Promise((resolve) => { answer = resolve; }));
    await outbox.add(outgoing('1', later));
    await vi.advanceTimersByTimeAsync(0);
    await outbox.add(outgoing('2'));
    await outbox.takeBack('1');
    answer(scheduled);
    await vi.advanceTimersByTimeAsync(0);
    expect(onScheduled).not.toHaveBeenCalled();
    expect(items.get('1')).toMatchObject({ isUndone: true, scheduledId: 'sch_1' });
    expect(store.kept.get('1')).toMatchObject({ isUndone: true, scheduledId: 'sch_1' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onUndone).toHaveBeenCalledOnce();
    expect(send.mock.calls.map(([item]) => item.id)).toEqual(['1', '1', '1', '2']);
    expect(store.kept.size).toBe(0);
  });

  it('whose try was cut by a reload may have arrived: taken back, it is asked for', async () => {
    const store = device();
    await store.put(outgoing('1'));
    await store.put(outgoing('2', { ...later, state: 'sending' }));
    let answer!: (result: SendResult) => void;
    const { outbox, send, onUndone } = open(store, [scheduled, { kind: 'undone' }]);
    send.mockImplementationOnce(() => new Promise((resolve) => { answer = resolve; }));
    await outbox.restore('agt_1');
    await outbox.takeBack('2');
    await vi.advanceTimersByTimeAsync(0);
    answer(sent);
    await vi.advanceTimersByTimeAsync(0);
    expect(send.mock.calls.map(([item]) => item.id)).toEqual(['1', '2', '2']);
    expect(onUndone).toHaveBeenCalledOnce();
  });

  it('that waits on the server is undone before what is still to be sent: its time runs', async () => {
    const { outbox, send } = open(device(), [unreached, { kind: 'undone' }]);
    await outbox.add(outgoing('1'));
    await vi.advanceTimersByTimeAsync(0);
    await outbox.add(outgoing('2', { ...later, isUndone: true, scheduledId: 'sch_1' }));
    await vi.advanceTimersByTimeAsync(0);
    expect(send.mock.calls.map(([item]) => item.id)).toEqual(['1', '2', '1']);
  });

  it('says so when it had been sent before it was taken back', async () => {
    const { outbox, onLate, onUndone } = open(device(), [unreached, sent]);
    await outbox.add(outgoing('1', later));
    await vi.advanceTimersByTimeAsync(0);
    await outbox.takeBack('1');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onLate).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: '1' }), null);
    expect(onUndone).not.toHaveBeenCalled();
  });
});
