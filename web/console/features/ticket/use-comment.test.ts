import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, type App } from 'vue';
import { i18n } from '../../../shared/i18n/index.ts';
import { provideCareline, type Careline } from '../../../shared/state/careline.ts';
import { useComment } from './use-comment.ts';
import { useTicketDraft, type TicketDraft } from './use-ticket-draft.ts';

const file = { attachmentId: 'att_1', fileName: 'sms.log', bytes: 12, contentType: 'text/plain' };
const stored = { ticket: null, conflict: null, userErrors: [] };
let app: App | null = null;

/** A composer on screen, whose API answers the tries in turn: 'cut' is no answer at all. */
function compose(...answers: Array<'cut' | object>) {
  const inputs: Record<string, unknown>[] = [];
  const mutate = vi.fn(async (document: { toString(): string }, { input }: { input: Record<string, unknown> }) => {
    inputs.push(input);
    const answer = answers.shift() ?? {};
    if (answer === 'cut') throw new Error('cut');
    return { [String(document).includes('mutation CommentTicket') ? 'commentTicket' : 'solveTicket']: { ...stored, ...(answer as object) } };
  });
  provideCareline({ api: { mutate } } as unknown as Careline);
  const onSent = vi.fn();
  let made!: { draft: TicketDraft; comment: ReturnType<typeof useComment> };
  app = createApp({ setup() {
    const draft = useTicketDraft('agt_1', 'tkt_1');
    made = { draft, comment: useComment(draft, { ticketId: 'tkt_1', seenSeq: () => 7, put: () => {}, onSent }) };
    return () => null;
  } }).use(i18n);
  app.mount(document.createElement('div'));
  return { ...made, inputs, onSent };
}

const onDevice = () => localStorage.getItem('careline.ticket-draft.agt_1.tkt_1');

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
});
afterEach(() => {
  app?.unmount();
  app = null;
});

describe('a reply to a ticket', () => {
  it('leaves screen and device only when it is stored', async () => {
    const { draft, comment, onSent } = compose('cut', {});
    draft.form.text = '已退款';
    await comment.send('stay');
    expect([draft.form.text, comment.problem.value, onSent.mock.calls.length]).toEqual(['已退款', i18n.global.t('ticket.composer.unreached'), 0]);
    expect(onDevice()).toContain('已退款');
    await comment.send('stay');
    expect([draft.form.text, comment.problem.value, onSent.mock.calls.length, onDevice()]).toEqual(['', null, 1, null]);
  });

  it('is the same comment when it is tried again, and another one with other words, readers or files', async () => {
    const { draft, comment, inputs } = compose('cut', 'cut', 'cut', 'cut', 'cut');
    draft.form.text = '已退款';
    for (const change of [() => {}, () => {}, () => { draft.form.text = '已全部退款'; }, () => { draft.form.visibility = 'INTERNAL'; }, () => { draft.form.attachments.push(file); }]) {
      change();
      await comment.send('stay');
    }
    const ids = inputs.map((input) => input['clientCommentId']);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(4);
  });

  it('that solves goes with its files first, and then solves', async () => {
    const { draft, comment, inputs } = compose();
    draft.form.text = '日志见附件';
    draft.form.attachments.push(file);
    await comment.send('solve');
    expect(inputs).toEqual([expect.objectContaining({ attachmentIds: ['att_1'], lastSeenSeq: 7, confirm: false }), { ticketId: 'tkt_1' }]);
  });

  it('meets what others wrote, and is sent against it only when the agent insists', async () => {
    const { draft, comment, inputs } = compose({ conflict: { lastSeq: 9, entries: [] }, userErrors: [{ code: 'CONFLICT', message: '' }] }, {});
    draft.form.text = '已退款';
    await comment.send('stay');
    expect([comment.conflict.value?.lastSeq, draft.form.text, comment.problem.value]).toEqual([9, '已退款', null]);
    await comment.insist();
    expect(inputs[1]).toEqual({ ...inputs[0], lastSeenSeq: 9, confirm: true });
    expect(draft.form.text).toBe('');
  });

  it('that is refused says why and keeps its words', async () => {
    const { draft, comment } = compose({ userErrors: [{ code: 'WRONG_STATE', message: '工单已关闭' }] });
    draft.form.text = '已退款';
    await comment.send('stay');
    expect([comment.problem.value, draft.form.text]).toEqual(['工单已关闭', '已退款']);
  });
});

describe('a draft of a reply', () => {
  it('comes back with its files, and is forgotten once it is empty', () => {
    const { draft } = compose();
    draft.form.text = '写到一半';
    draft.form.attachments.push(file);
    app!.unmount();
    const again = compose().draft;
    expect(again.form).toMatchObject({ text: '写到一半', visibility: 'PUBLIC', attachments: [file] });
    again.form.text = '';
    expect(onDevice()).not.toBeNull();
    again.form.attachments.splice(0);
    expect(onDevice()).toBeNull();
  });
});
