import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { provideCareline, type Careline } from './careline.ts';
import { useDrafts } from './drafts.ts';
import type { Row } from './rows.ts';

const row = (draft: object | null = null) => ({ id: 'cnv_1', draft }) as Row;

/** The API as far as drafts use it. */
function listen(save: (input: Record<string, unknown>) => Promise<unknown>) {
  const mutate = vi.fn((_document: unknown, variables: { input: Record<string, unknown> }) => save(variables.input));
  provideCareline({ api: { mutate } } as unknown as Careline);
  return mutate;
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  setActivePinia(createPinia());
});
afterEach(() => { vi.useRealTimers(); });

describe('drafts', () => {
  it('are on the device with every key and on the server half a second later', async () => {
    const mutate = listen(async () => ({ saveDraft: { draft: null, userErrors: [] } }));
    const drafts = useDrafts();
    drafts.start('agt_1');
    drafts.type('cnv_1', '您', 'PUBLIC', []);
    drafts.type('cnv_1', '您好', 'PUBLIC', []);
    expect(JSON.stringify({ ...localStorage })).toContain('您好');
    expect(drafts.drafts.get('cnv_1')!.place).toBe('device');
    await vi.advanceTimersByTimeAsync(500);
    expect(mutate).toHaveBeenCalledOnce();
    expect(mutate.mock.calls[0]![1].input).toMatchObject({ conversationId: 'cnv_1', text: '您好', visibility: 'PUBLIC' });
    expect(drafts.drafts.get('cnv_1')!.place).toBe('server');
  });

  it('stay on the device while the server is out of reach', async () => {
    listen(() => Promise.reject(new Error('cut')));
    const drafts = useDrafts();
    drafts.start('agt_1');
    drafts.type('cnv_1', '您好', 'INTERNAL', []);
    await vi.advanceTimersByTimeAsync(500);
    expect(drafts.drafts.get('cnv_1')!.place).toBe('device');
  });

  it('come back after a reload, to their author only', () => {
    listen(async () => ({}));
    const before = useDrafts();
    before.start('agt_1');
    before.type('cnv_1', '写到一半', 'INTERNAL', []);
    setActivePinia(createPinia());
    const after = useDrafts();
    after.start('agt_2');
    expect(after.open(row())).toBeNull();
    after.start('agt_1');
    expect(after.open(row())).toMatchObject({ text: '写到一半', visibility: 'INTERNAL' });
  });

  it('come from another device when this one has none', () => {
    listen(async () => ({}));
    const drafts = useDrafts();
    drafts.start('agt_1');
    expect(drafts.open(row({ text: '在手机上写的', visibility: 'PUBLIC', savedAt: '2026-11-23T02:00:00.000Z' }))).toMatchObject({ text: '在手机上写的', place: 'server' });
  });
});
