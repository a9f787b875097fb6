import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { idToBinary, type Db } from '@careline/kit/db';
import { createTestWorld, type World } from '@careline/kit/testing';
import { HOUR, MINUTE } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from './everything.ts';

const TIMELINE = `query ($id: ID!, $after: String) { customer(id: $id) { timeline(first: 100, after: $after) {
  nodes { id seq at kind actor { kind ruleId agent { id } customer { id } } facts subjectId } pageInfo { hasNextPage endCursor } totalCount } } }`;

let world: World;
let db: Db;
let admin: Identity;

beforeAll(async () => {
  world = await createTestWorld(EVERYTHING);
  db = await world.database('conversations');
  const { accessToken } = await tell('conversations', 'setUp', { organisationName: 'Timeline', timeZone: 'Asia/Shanghai', displayName: '林书言', email: 'a@example.com', password: `proof-${randomUUID()}` }, 'accessToken', null);
  admin = await identityOf(accessToken);
});
afterAll(() => world?.close());

async function tell(subgraph: 'conversations' | 'tickets', verb: string, input: object, selection: string, viewer: Identity | null = admin): Promise<any> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}Input!`;
  const { data, errors } = await world.execute(subgraph, `mutation ($input: ${type}) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }, viewer, { address: '127.0.0.1' });
  if (errors) throw errors[0]!;
  if (data[verb].userErrors.length > 0) throw new Error(`${verb}: ${JSON.stringify(data[verb].userErrors)}`);
  return data[verb];
}

/** Who a token speaks for, for as long as the test runs. */
async function identityOf(token: string): Promise<Identity> {
  const { data } = await world.execute('conversations', 'query ($token: String!) { identity(token: $token) }', { token }, 'SYSTEM');
  return { ...data.identity, expiresAt: 4_102_444_800 };
}

async function pass(ms: number): Promise<void> {
  world.clock.advance(ms);
  await world.runJobs();
  await world.drainEvents();
}

async function timelineOf(id: string): Promise<any[]> {
  const { data, errors } = await world.execute('conversations', TIMELINE, { id }, admin);
  if (errors) throw errors[0]!;
  return data.customer.timeline.nodes;
}

/** A customer whose conversation and ticket went through all that a timeline tells. */
async function livedThrough(): Promise<{ customerId: string; ticketId: string; conversationId: string }> {
  const visit = await tell('conversations', 'startVisit', { channelKey: 'demo' }, 'customer { id } visitorToken', null);
  const visitor = await identityOf(visit.visitorToken);
  const { conversation: { id: conversationId } } = await tell('conversations', 'startConversation', { idempotencyKey: randomUUID(), firstMessage: { clientMessageId: randomUUID(), text: '退款没到账' } }, 'conversation { id }', visitor);
  await tell('conversations', 'assignConversation', { conversationId, agentId: admin.id }, 'conversation { id }');
  await pass(MINUTE);
  const made = await tell('tickets', 'createTickets', { tickets: [{ category: 'PAYMENT', subject: '退款', conversationId, priority: 'P1' }], idempotencyKey: randomUUID() }, 'results { ticket { id } userErrors { code } }');
  const ticketId = made.results[0].ticket.id as string;
  const changed = (input: object) => tell('tickets', 'updateTicket', { ticketId, ...input }, 'ticket { id }');
  await changed({ subject: '退款没有到账', tags: ['急'] });
  await tell('tickets', 'commentTicket', { ticketId, clientCommentId: randomUUID(), visibility: 'INTERNAL', text: '先查流水' }, 'entry { seq }');
  await changed({ state: 'PENDING' });
  await pass(MINUTE);
  await changed({ state: 'OPEN', agentId: admin.id });
  await changed({ priority: 'P0', reason: '客户着急' });
  await tell('conversations', 'closeConversation', { conversationId, lastSeenSeq: 99, confirm: true }, 'conversation { id }');
  await pass(6 * HOUR);
  await tell('tickets', 'solveTicket', { ticketId }, 'ticket { id }');
  await pass(MINUTE);
  return { customerId: visit.customer.id, ticketId, conversationId };
}

describe('the timeline of a customer', () => {
  it('tells conversations and tickets, with who did it, why, and in one order without gaps', async () => {
    const { customerId, ticketId, conversationId } = await livedThrough();
    const entries = (await timelineOf(customerId)).toReversed();
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, at) => at + 1));
    const kinds = entries.map((entry) => entry.kind);
    for (const kind of ['CONVERSATION_STARTED', 'CONVERSATION_ASSIGNED', 'CONVERSATION_CLOSED', 'TICKET_CREATED', 'TICKET_COMMENTED', 'TICKET_CHANGED', 'TICKET_PRIORITISED', 'TICKET_ESCALATED', 'SLA_PAUSED', 'SLA_RESUMED', 'SLA_BREACHED']) expect(kinds).toContain(kind);
    const one = (kind: string) => entries.find((entry) => entry.kind === kind);
    expect(one('CONVERSATION_STARTED')).toMatchObject({ subjectId: conversationId, actor: { kind: 'CUSTOMER', customer: { id: customerId } } });
    expect(one('TICKET_CREATED')).toMatchObject({ subjectId: ticketId, actor: { kind: 'AGENT', agent: { id: admin.id } }, facts: { priority: 'P1', categoryKey: 'PAYMENT', isTimed: true } });
    expect(one('SLA_PAUSED')).toMatchObject({ subjectId: ticketId, actor: { kind: 'SYSTEM' }, facts: { pauseReason: expect.any(String) } });
    expect(JSON.stringify(entries)).not.toMatch(/退款|流水|着急|急/);
  });

  it('written anew from messages and tickets is the same, byte by byte, whatever became of it', async () => {
    const { customerId, ticketId } = await livedThrough();
    const served = JSON.stringify(await timelineOf(customerId));
    const customer = idToBinary(customerId);
    await db.execute("DELETE FROM timeline_entries WHERE customer_id = ? AND kind IN ('TICKET_CHANGED', 'CONVERSATION_STARTED')", [customer]);
    await db.execute("UPDATE timeline_entries SET facts = '{}', actor_kind = 'BOT' WHERE customer_id = ? AND kind LIKE 'SLA%'", [customer]);
    await db.execute("INSERT INTO timeline_entries (customer_id, id, happened_at, kind, actor_kind, facts) VALUES (?, UNHEX(REPLACE(UUID(), '-', '')), '2026-11-23 00:00:00', 'TICKET_CREATED', 'SYSTEM', '{}')", [customer]);
    expect(JSON.stringify(await timelineOf(customerId))).not.toBe(served);
    await db.execute('INSERT INTO timeline_rebuilds (customer_id) VALUES (?)', [customer]);
    await pass(2 * MINUTE);
    expect(JSON.stringify(await timelineOf(customerId))).toBe(served);
    expect(await db.query('SELECT * FROM timeline_rebuilds')).toEqual([]);
    await tell('tickets', 'commentTicket', { ticketId, clientCommentId: randomUUID(), visibility: 'INTERNAL', text: '回访' }, 'entry { seq }');
    await world.drainEvents();
    expect((await timelineOf(customerId))[0]).toMatchObject({ kind: 'TICKET_COMMENTED', facts: { visibility: 'INTERNAL' } });
  });

  it('keeps what is told while it is being written anew', async () => {
    const { customerId, ticketId } = await livedThrough();
    await db.execute('INSERT INTO timeline_rebuilds (customer_id) VALUES (?)', [idToBinary(customerId)]);
    await tell('tickets', 'commentTicket', { ticketId, clientCommentId: randomUUID(), visibility: 'INTERNAL', text: '回访' }, 'entry { seq }');
    await Promise.all([world.drainEvents(), pass(MINUTE)]);
    expect((await timelineOf(customerId)).filter((entry) => entry.kind === 'TICKET_COMMENTED')).toHaveLength(2);
  });
});
