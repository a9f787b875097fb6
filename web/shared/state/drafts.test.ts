import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { provideCareline, type Careline } from './careline.ts';
import { useDrafts, type Attached } from './drafts.ts';
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

  it('go on after a reload where another device left them', async () => {
    listen(async () => ({ saveDraft: { draft: null, userErrors: [] } }));
    await saved('您好，我');
    const drafts = reloaded();
    expect(drafts.open(row({ text: '您好，我查到了', visibility: 'PUBLIC', savedAt: later() }))).toMatchObject({ text: '您好，我查到了' });
  });

  it('are gone after a reload when they were sent from another device', async () => {
    listen(async () => ({ saveDraft: { draft: null, userErrors: [] } }));
    await saved('您好，我');
    const drafts = reloaded();
    expect(drafts.open(row())).toBeNull();
  });

  it('keep their files after a reload, which the server does not give back', async () => {
    listen(async () => ({ saveDraft: { draft: null, userErrors: [] } }));
    const file = { attachmentId: 'att_1', fileName: '回执.png', bytes: 10, contentType: 'image/png' };
    await saved('见附件', [file]);
    const drafts = reloaded();
    expect(drafts.open(row({ text: '见附件', visibility: 'PUBLIC', savedAt: later() }))).toMatchObject({ text: '见附件', attachments: [file] });
  });
});

const later = () => new Date(Date.now() + 1_000).toISOString();

/** Types a text and waits until the server has it too. */
async function saved(text: string, attachments: Attached[] = []): Promise<void> {
  const drafts = useDrafts();
  drafts.start('agt_1');
  drafts.type('cnv_1', text, 'PUBLIC', attachments);
  await vi.advanceTimersByTimeAsync(500);
}

/** The drafts of the page that is loaded after everything before it. */
function reloaded(): ReturnType<typeof useDrafts> {
  setActivePinia(createPinia());
  const drafts = useDrafts();
  drafts.start('agt_1');
  return drafts;
}
