import { describe, expect, it } from 'vitest';
import { groupRows, mergeRow, withoutWaiting, withRecalled, withWaiting, type Row } from './rows.ts';

function row(facts: Partial<Row>): Row {
  return {
    id: 'cnv_1', number: '1', subject: null, state: 'ACTIVE', priority: 'P2', channel: { id: 'chn_1', kind: 'WEB' }, customer: null,
    agent: null, queue: null, lastSeq: 1, lastMessage: null, lastSaid: null, unreadCount: 0, draft: null, tags: [], version: 1, ...facts,
  } as Row;
}

const said = (kind: string, sentAt: string) => ({ seq: 1, authorName: 'x', author: { kind }, text: 'x', sentAt }) as Row['lastSaid'];
/** A row whose last message is also what was said last. */
const talked = (facts: Partial<Row>, kind: string, sentAt: string) => row({ ...facts, lastSaid: said(kind, sentAt), lastMessage: { ...said(kind, sentAt)!, kind: 'TEXT', visibility: 'PUBLIC' } as Row['lastMessage'] });

describe('mergeRow', () => {
  it('keeps the greatest version', () => {
    expect(mergeRow(row({ version: 3, subject: 'new' }), row({ version: 2, subject: 'old' })).subject).toBe('new');
    expect(mergeRow(row({ version: 2, subject: 'old' }), row({ version: 3, subject: 'new' })).subject).toBe('new');
  });

  it('keeps the newest message whichever version it came with', () => {
    const merged = mergeRow(row({ version: 3, lastSeq: 5, unreadCount: 0 }), row({ version: 2, lastSeq: 6, unreadCount: 1 }));
    expect(merged).toMatchObject({ version: 3, lastSeq: 6, unreadCount: 1 });
    expect(mergeRow(row({ version: 2, lastSeq: 6 }), row({ version: 3, lastSeq: 5 }))).toMatchObject({ version: 3, lastSeq: 6 });
  });

  it('keeps what only an opened conversation knows', () => {
    expect(mergeRow(row({ agentName: '周' }), row({ version: 2 })).agentName).toBe('周');
  });
});

describe('a message taken back', () => {
  const before = talked({ version: 3, lastSeq: 1 }, 'AGENT', '2026-01-01T09:00');
  const after = withRecalled(before, { seq: 1, recalledAt: '2026-01-01T09:01' });

  it('is shown by no row any more', () => {
    for (const last of [after.lastMessage, after.lastSaid]) expect(last).toMatchObject({ text: null, recalledAt: '2026-01-01T09:01' });
    expect(withRecalled(before, { seq: 2, recalledAt: '2026-01-01T09:01' })).toEqual(before);
  });

  it('stays so when a state comes that was read before', () => {
    expect(mergeRow(after, before)).toMatchObject({ lastMessage: { recalledAt: '2026-01-01T09:01' }, lastSaid: { text: null } });
    expect(mergeRow(after, row({ version: 3, lastSeq: 2, lastSaid: { ...said('CUSTOMER', '2026-01-01T09:02')!, seq: 2 } })).lastSaid).toMatchObject({ text: 'x' });
  });
});

describe('waiting replies', () => {
  it('stand in the order of their times, each once', () => {
    const one = (clientMessageId: string, sendAt: string) => ({ clientMessageId, sendAt }) as Parameters<typeof withWaiting>[1];
    const waiting = withWaiting([one('later', '2026-01-02'), one('moved', '2026-01-01')], one('moved', '2026-01-03'));
    expect(waiting.map(({ clientMessageId }) => clientMessageId)).toEqual(['later', 'moved']);
    expect(withoutWaiting(waiting, 'later')).toEqual([one('moved', '2026-01-03')]);
  });
});

describe('groupRows', () => {
  it('does not take a note for an answer', () => {
    const note = { ...said('AGENT', '2026-01-01T09:00')!, kind: 'TEXT', visibility: 'INTERNAL' } as Row['lastMessage'];
    const rows = [row({ id: 'asked', lastMessage: note, lastSaid: said('CUSTOMER', '2026-01-01T08:00') }), row({ id: 'answered', lastMessage: note, lastSaid: said('AGENT', '2026-01-01T08:00') })];
    expect(groupRows(rows).map((group) => [group.name, group.rows.map((one) => one.id)])).toEqual([['waiting', ['asked']], ['answered', ['answered']]]);
  });

  it('moves no row for a service line', () => {
    const line = { ...said('SYSTEM', '2026-01-01T10:00')!, kind: 'EVENT', visibility: 'INTERNAL' } as Row['lastMessage'];
    const rows = [row({ id: 'old', lastMessage: line, lastSaid: said('AGENT', '2026-01-01T08:00') }), talked({ id: 'new' }, 'AGENT', '2026-01-01T09:00')];
    expect(groupRows(rows).map((group) => group.rows.map((one) => one.id))).toEqual([['new', 'old']]);
  });

  it('puts what was promised and missed above all, then what runs out soon, each by its deadline', () => {
    const due = (dueAt: string, state: string, isAtRisk: boolean) => ({ target: 'FIRST_RESPONSE', dueAt, state, isAtRisk }) as Row['due'];
    const groups = groupRows([
      talked({ id: 'urgent', priority: 'P0' }, 'CUSTOMER', '2026-01-01T09:30'),
      talked({ id: 'soon', due: due('2026-01-01T10:10', 'RUNNING', true) }, 'CUSTOMER', '2026-01-01T09:00'),
      talked({ id: 'later', due: due('2026-01-01T11:00', 'RUNNING', false) }, 'CUSTOMER', '2026-01-01T09:00'),
      talked({ id: 'missed', due: due('2026-01-01T09:50', 'BREACHED', true) }, 'AGENT', '2026-01-01T09:00'),
      talked({ id: 'missed-first', due: due('2026-01-01T09:40', 'BREACHED', true) }, 'CUSTOMER', '2026-01-01T09:00'),
    ]);
    expect(groups.map((group) => [group.name, group.rows.map((one) => one.id)])).toEqual([['missed', ['missed-first', 'missed']], ['soon', ['soon']], ['waiting', ['later', 'urgent']]]);
  });

  it('puts who waits for us on top, urgent and longest first, then who was answered, then what is over', () => {
    const groups = groupRows([
      talked({ id: 'closed', state: 'CLOSED' }, 'CUSTOMER', '2026-01-01T09:00'),
      talked({ id: 'answered-old' }, 'AGENT', '2026-01-01T08:00'),
      talked({ id: 'answered-new' }, 'AGENT', '2026-01-01T09:00'),
      talked({ id: 'late' }, 'CUSTOMER', '2026-01-01T09:00'),
      talked({ id: 'early' }, 'CUSTOMER', '2026-01-01T08:00'),
      talked({ id: 'urgent', priority: 'P0' }, 'CUSTOMER', '2026-01-01T09:30'),
      talked({ id: 'queued', state: 'QUEUED' }, 'AGENT', '2026-01-01T08:30'),
    ]);
    expect(groups.map((group) => [group.name, group.rows.map((one) => one.id)])).toEqual([
      ['waiting', ['urgent', 'early', 'queued', 'late']],
      ['answered', ['answered-new', 'answered-old']],
      ['closed', ['closed']],
    ]);
  });
});
