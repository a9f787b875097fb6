import { describe, expect, it } from 'vitest';
import { groupRows, mergeRow, type Row } from './rows.ts';

function row(facts: Partial<Row>): Row {
  return {
    id: 'cnv_1', number: '1', subject: null, state: 'ACTIVE', priority: 'P2', channel: { id: 'chn_1', kind: 'WEB' }, customer: null,
    agent: null, queue: null, lastSeq: 1, lastMessage: null, unreadCount: 0, draft: null, tags: [], version: 1, ...facts,
  } as Row;
}

const said = (kind: string, sentAt: string) => ({ seq: 1, kind: 'TEXT', visibility: 'PUBLIC', authorName: 'x', author: { kind }, text: 'x', sentAt }) as Row['lastMessage'];

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

  it('remembers what was said before a service line', () => {
    const event = { ...said('SYSTEM', '2026-01-01T09:00')!, kind: 'EVENT' as const, text: null };
    const asked = mergeRow(undefined, row({ lastMessage: said('CUSTOMER', '2026-01-01T08:00') }));
    expect(mergeRow(asked, row({ lastSeq: 2, version: 2, lastMessage: event })).lastSaid).toMatchObject({ text: 'x', author: { kind: 'CUSTOMER' } });
  });

  it('keeps what only an opened conversation knows', () => {
    expect(mergeRow(row({ agentName: '周' }), row({ version: 2 })).agentName).toBe('周');
  });
});

describe('groupRows', () => {
  it('does not take a note for an answer', () => {
    const note = { ...said('AGENT', '2026-01-01T09:00')!, visibility: 'INTERNAL' as const };
    const asked = row({ id: 'asked', lastMessage: said('CUSTOMER', '2026-01-01T08:00') });
    const answered = row({ id: 'answered', lastMessage: said('AGENT', '2026-01-01T08:00') });
    const rows = [asked, answered].map((known) => mergeRow(mergeRow(undefined, known), row({ id: known.id, lastSeq: 2, lastMessage: note })));
    expect(groupRows(rows).map((group) => [group.name, group.rows.map((one) => one.id)])).toEqual([['waiting', ['asked']], ['answered', ['answered']]]);
  });

  it('puts who waits for us on top, urgent and longest first, then who was answered, then what is over', () => {
    const groups = groupRows([
      row({ id: 'closed', state: 'CLOSED', lastMessage: said('CUSTOMER', '2026-01-01T09:00') }),
      row({ id: 'answered-old', lastMessage: said('AGENT', '2026-01-01T08:00') }),
      row({ id: 'answered-new', lastMessage: said('AGENT', '2026-01-01T09:00') }),
      row({ id: 'late', lastMessage: said('CUSTOMER', '2026-01-01T09:00') }),
      row({ id: 'early', lastMessage: said('CUSTOMER', '2026-01-01T08:00') }),
      row({ id: 'urgent', priority: 'P0', lastMessage: said('CUSTOMER', '2026-01-01T09:30') }),
      row({ id: 'queued', state: 'QUEUED', lastMessage: said('AGENT', '2026-01-01T08:30') }),
    ]);
    expect(groups.map((group) => [group.name, group.rows.map((one) => one.id)])).toEqual([
      ['waiting', ['urgent', 'early', 'queued', 'late']],
      ['answered', ['answered-new', 'answered-old']],
      ['closed', ['closed']],
    ]);
  });
});
