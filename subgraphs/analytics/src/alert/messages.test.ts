import { newId } from '@careline/kit/db';
import { expect, it } from 'vitest';
import type { AlertRow } from './alert.tables.ts';
import { ATTAINMENT_WARNINGS } from './attainment-warning.rules.ts';
import { bodyOf, mailOf } from './messages.ts';

const warning = (changes: Partial<AlertRow>): AlertRow => ({
  id: newId('alt'), kind: 'WARNING', name: ATTAINMENT_WARNINGS.TICKET, facts: { day: '2026-11-23', metCount: 18, breachedCount: 2, cleared: null }, value: 0.9, threshold: 0.95, ticketIds: [], conversationIds: [],
  raisedAt: 0, clearedAt: null, isOn: 1, onName: null, acknowledgedBy: null, acknowledgedAt: null, ...changes,
});
const told = (alert: AlertRow, occasion: 'RAISED' | 'CLEARED' = 'RAISED') => ({ id: 'adl_1', occasion, alert, publicUrl: 'https://careline.test/' });

it('a warning of tickets, and one of conversations, names those responsible to programs and counts them in mails', () => {
  const [ticketIds, conversationIds] = [[newId('tkt'), newId('tkt')], [newId('cnv')]];
  const [ofTickets, ofConversations] = [warning({ ticketIds }), warning({ name: ATTAINMENT_WARNINGS.CONVERSATION, conversationIds })];
  expect(bodyOf(told(ofTickets))).toMatchObject({ alert: { name: 'attainment_below_95', ticketIds, conversationIds: [] } });
  expect(bodyOf(told(ofConversations))).toMatchObject({ alert: { name: 'conversation_attainment_below_95', ticketIds: [], conversationIds }, text: { zh: expect.stringContaining('会话首次响应达标率 90.0%') } });
  expect(mailOf(told(ofTickets)).text).toContain('Tickets responsible: 2, behind the link.');
  expect(mailOf(told(ofConversations)).text).toContain('责任会话 1 个');
});

it('nobody is named any more when it goes off', () => {
  expect(mailOf(told(warning({ ticketIds: [newId('tkt')] }), 'CLEARED')).text).not.toContain('responsible');
});
