import { expect, it } from 'vitest';
import { foundEntries, partsOf } from './found-entries.ts';

it('marks what was searched for and keeps every letter of the snippet', () => {
  const mark = (start: number, end: number) => ({ __typename: 'Highlight' as const, start, end });
  const parts = partsOf({ snippet: '我上周申请退款', highlights: [mark(1, 3), mark(5, 7)] });
  expect(parts.map((part) => part.text).join('')).toBe('我上周申请退款');
  expect(parts.filter((part) => part.isHit).map((part) => part.text)).toEqual(['上周', '退款']);
});

it('opens the message that was found, or the conversation when its subject was', () => {
  const opened: unknown[] = [];
  const conversation = { id: 'cnv_1', number: '7', subject: null, state: 'ACTIVE', customer: null } as const;
  const hit = { snippet: '退款', highlights: [], conversation };
  const { found } = foundEntries({ searchConversations: { nodes: [{ ...hit, seq: 4 }, { ...hit, seq: null }] } } as never, { conversation: (...to) => opened.push(to), ticket: () => undefined });
  for (const entry of found) entry.run();
  expect(opened).toEqual([['cnv_1', 4], ['cnv_1', null]]);
});

it('says the number of a ticket once, also of one that was found by it', () => {
  const hit = (snippet: string, seq: number | null) => ({ snippet, seq, highlights: [], ticket: { id: 'tkt_1', number: '20481', subject: '退款', state: 'OPEN' } });
  const { ticketFound } = foundEntries({ searchTickets: { nodes: [hit('#20481 退款', null), hit('退款', null), hit('已经退了', 3)] } } as never, { conversation: () => undefined, ticket: () => undefined });
  expect(ticketFound.map(({ detail }) => detail)).toEqual(['', '#20481', '#20481 退款']);
});

it('offers nothing of a part that is away', () => {
  const open = { conversation: () => undefined, ticket: () => undefined };
  expect(foundEntries({ searchConversations: null, searchTickets: null, searchCustomers: null } as never, open)).toEqual({ found: [], ticketFound: [], customer: [] });
});
