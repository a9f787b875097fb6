import { agentIdentity } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

const LINKS = 'ticket { id links { kind isReversed ticket { id } } parent { id } children(first: 10) { nodes { id } totalCount } conversations { id } followers { id } lastSeq entries(last: 5) { nodes { kind facts } } }';

let desk: TicketDesk;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk?.world.close());

const read = async (id: string, viewer = desk.agent) => (await desk.ask(`query ($id: ID!) { ${LINKS.replace('ticket', 'ticket(id: $id)')} }`, { id }, viewer)).ticket;
const link = (ticketId: string, otherId: string, kind: string | null, viewer = desk.agent) => desk.tell('linkTickets', { ticketId, otherId, kind }, LINKS, viewer);
const update = (ticketId: string, input: object, viewer = desk.agent) => desk.tell('updateTicket', { ticketId, ...input }, LINKS, viewer);
const noticesOf = async (ticketId: string) => {
  const db = await desk.world.database('tickets');
  const events = (await db.query<{ envelope: any }>('SELECT envelope FROM outbox ORDER BY id')).map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope));
  return events.filter((event) => event.key === ticketId && event.type === 'ticket.noticed').map((event) => event.data.notices);
};

describe('linkTickets', () => {
  it('links two tickets, told from both sides, and takes the link away', async () => {
    const [one, two] = [await desk.create(), await desk.create()];
    expect((await link(one.id, two.id, 'BLOCKED_BY')).ticket.links).toEqual([{ kind: 'BLOCKED_BY', isReversed: false, ticket: { id: two.id } }]);
    const seen = await read(two.id);
    expect(seen.links).toEqual([{ kind: 'BLOCKED_BY', isReversed: true, ticket: { id: one.id } }]);
    expect(seen.entries.nodes.at(-1)).toEqual({ kind: 'LINKED', facts: { linkKind: 'BLOCKED_BY', ticketId: one.id, number: one.number, conversationId: null, isRemoved: false, isReversed: true } });
    expect((await link(two.id, one.id, null)).ticket.links).toEqual([]);
    expect((await read(one.id)).links).toEqual([]);
  });

  it('keeps one link between two, changes its kind, and does nothing twice', async () => {
    const [one, two] = [await desk.create(), await desk.create()];
    await link(one.id, two.id, 'RELATED');
    const { ticket: before } = await link(two.id, one.id, 'RELATED');
    expect(before.links).toHaveLength(1);
    const { ticket: after } = await link(one.id, two.id, 'BLOCKED_BY');
    expect(after.links).toEqual([{ kind: 'BLOCKED_BY', isReversed: false, ticket: { id: two.id } }]);
    expect((await read(two.id)).lastSeq).toBe(before.lastSeq + 1);
  });

  it('lets two who link the same two at once both come to an end', async () => {
    const [one, two] = [await desk.create(), await desk.create()];
    await Promise.all([link(one.id, two.id, 'RELATED'), link(two.id, one.id, 'RELATED')]);
    expect((await read(one.id)).links).toHaveLength(1);
  });

  it('refuses a ticket for itself, kinds that merging writes, and tickets out of sight', async () => {
    const [one, two] = [await desk.create(), await desk.create()];
    expect((await link(one.id, one.id, 'RELATED')).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['otherId'] });
    expect((await link(one.id, two.id, 'DUPLICATE')).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['kind'] });
    const colleague = agentIdentity();
    const mine = await desk.tell('createTickets', { tickets: [{ category: 'PAYMENT', subject: '我的', customerId: newId('cus') }], idempotencyKey: randomUUID() }, 'results { ticket { id } }', colleague);
    await expect(link(mine.results[0].ticket.id, two.id, 'RELATED', colleague)).rejects.toThrow('NOT_FOUND');
    await link(mine.results[0].ticket.id, two.id, 'RELATED');
    expect((await read(mine.results[0].ticket.id, colleague)).links).toEqual([{ kind: 'RELATED', isReversed: false, ticket: null }]);
    await expect(link(one.id, two.id, 'RELATED', agentIdentity({ role: 'auditor' }))).rejects.toThrow('FORBIDDEN');
  });
});

describe('an incident', () => {
  it('counts its children, made for it or moved to it, and lets them go', async () => {
    const incident = await desk.create();
    const [one, two] = [await desk.create({ parentId: incident.id }), await desk.create()];
    expect((await update(two.id, { parentId: incident.id })).ticket.parent).toEqual({ id: incident.id });
    const whole = await read(incident.id);
    expect([whole.children.totalCount, whole.children.nodes.map(({ id }: any) => id).sort()]).toEqual([2, [one.id, two.id].sort()]);
    expect(whole.entries.nodes.at(-1).facts).toMatchObject({ linkKind: 'CHILD', ticketId: two.id });
    expect((await update(one.id, { isParentRemoved: true })).ticket.parent).toBeNull();
    expect((await read(incident.id)).children.totalCount).toBe(1);
    expect((await read(incident.id)).entries.nodes.at(-1).facts).toMatchObject({ linkKind: 'CHILD', ticketId: one.id, isRemoved: true });
  });

  it('is one level deep, open, and never the ticket itself', async () => {
    const incident = await desk.create();
    const child = await desk.create({ parentId: incident.id });
    const other = await desk.create();
    expect((await update(other.id, { parentId: child.id })).userErrors[0]).toMatchObject({ code: 'WRONG_STATE', field: ['parentId'] });
    expect((await update(incident.id, { parentId: other.id })).userErrors[0]).toMatchObject({ code: 'WRONG_STATE', field: ['parentId'] });
    expect((await update(other.id, { parentId: other.id })).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['parentId'] });
    expect((await update(other.id, { parentId: newId('tkt') })).userErrors[0]).toMatchObject({ code: 'NOT_FOUND', field: ['parentId'] });
    await desk.tell('solveTicket', { ticketId: incident.id });
    await desk.tell('closeTicket', { ticketId: incident.id });
    expect((await update(other.id, { parentId: incident.id })).userErrors[0]).toMatchObject({ code: 'WRONG_STATE', field: ['parentId'] });
  });
});

describe('linkConversation', () => {
  it('links a conversation once and tells its side by an event', async () => {
    const ticket = await desk.create();
    const conversationId = newId('cnv');
    const tell = (viewer?: Identity) => desk.tell('linkConversation', { ticketId: ticket.id, conversationId }, LINKS, viewer);
    const first = (await tell()).ticket;
    expect([first.conversations, first.entries.nodes.at(-1).facts]).toEqual([[{ id: conversationId }], { linkKind: 'CONVERSATION', ticketId: null, number: null, conversationId }]);
    expect((await tell()).ticket.lastSeq).toBe(first.lastSeq);
    const db = await desk.world.database('tickets');
    const events = (await db.query<{ envelope: any }>('SELECT envelope FROM outbox')).map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope));
    expect(events.filter((event) => event.type === 'ticket.linked').map(({ data }) => [data.ticketId, data.conversationId])).toEqual([[ticket.id, conversationId]]);
    await expect(tell(agentIdentity({ role: 'auditor' }))).rejects.toThrow('FORBIDDEN');
  });

  it('answers a conversation out of sight like one that is not there', async () => {
    const colleague = agentIdentity();
    const mine = await desk.tell('createTickets', { tickets: [{ category: 'PAYMENT', subject: '我的', customerId: newId('cus') }], idempotencyKey: randomUUID() }, 'results { ticket { id } }', colleague);
    const { userErrors } = await desk.tell('linkConversation', { ticketId: mine.results[0].ticket.id, conversationId: newId('cnv') }, LINKS, colleague);
    expect(userErrors[0]).toMatchObject({ code: 'NOT_FOUND', field: ['conversationId'] });
  });
});

describe('followers and mentions', () => {
  it('replace each other, and those who follow are told of what others do, once', async () => {
    const ticket = await desk.create();
    const [anna, ben] = [newId('agt'), newId('agt')];
    expect((await update(ticket.id, { followerIds: [anna, ben, desk.agent.agentId!] })).ticket.followers.map(({ id }: any) => id).sort()).toEqual([anna, ben, desk.agent.agentId!].sort());
    await desk.reply(ticket.id, { mentionIds: [ben], visibility: 'INTERNAL' });
    const notices = await noticesOf(ticket.id);
    expect(notices.at(-1)).toEqual([{ kind: 'MENTIONED', agentIds: [ben], teamIds: [] }, { kind: 'FOLLOWED', agentIds: [anna], teamIds: [] }]);
    const count = notices.length;
    await update(ticket.id, { followerIds: [] });
    await desk.reply(ticket.id);
    expect(await noticesOf(ticket.id)).toHaveLength(count);
  });

  it('shows who was mentioned, and a retry tells nobody again', async () => {
    const ticket = await desk.create();
    const ben = newId('agt');
    const said = { clientCommentId: randomUUID(), visibility: 'INTERNAL', text: '@Ben 请看', mentionIds: [ben, ben] };
    for (let turn = 0; turn < 2; turn += 1) {
      const { entry } = await desk.tell('commentTicket', { ticketId: ticket.id, ...said }, 'entry { comment { mentions { id } } }');
      expect(entry.comment.mentions).toEqual([{ id: ben }]);
    }
    expect(await noticesOf(ticket.id)).toEqual([[{ kind: 'MENTIONED', agentIds: [ben], teamIds: [] }]]);
  });

  it('never let somebody in who may not read the ticket', async () => {
    const ticket = await desk.create();
    const blind = newId('agt');
    desk.directory.blindIds.add(blind);
    expect((await update(ticket.id, { followerIds: [blind] })).userErrors[0]).toMatchObject({ code: 'NOT_ALLOWED', field: ['followerIds'] });
    expect((await desk.reply(ticket.id, { mentionIds: [blind] })).userErrors[0]).toMatchObject({ code: 'NOT_ALLOWED', field: ['mentionIds'] });
    expect((await desk.read(ticket.id)).lastSeq).toBe(ticket.lastSeq);
  });

  it('are at most 50 and 20', async () => {
    const ticket = await desk.create();
    const many = (count: number) => Array.from({ length: count }, () => newId('agt'));
    expect((await update(ticket.id, { followerIds: many(51) })).userErrors[0].code).toBe('TOO_MANY');
    expect((await desk.reply(ticket.id, { mentionIds: many(21) })).userErrors[0].code).toBe('TOO_MANY');
  });
});

describe('the tracking link', () => {
  const track = async (token: string) => (await desk.ask('query ($token: String!) { ticketTracking(token: $token) { number subject state replies { kind text } } }', { token }, null as never)).ticketTracking;
  const tokenOf = async (id: string) => String((await desk.ask('query ($id: ID!) { ticket(id: $id) { trackingUrl } }', { id })).ticket.trackingUrl).split('/track/')[1]!;

  it('shows a customer state and public replies, never a note, without signing in', async () => {
    const ticket = await desk.create();
    await desk.reply(ticket.id, { text: '已为您核实' });
    await desk.reply(ticket.id, { text: '内部', visibility: 'INTERNAL' });
    expect(await track(await tokenOf(ticket.id))).toEqual({ number: ticket.number, subject: '退款未到账', state: 'OPEN', replies: [{ kind: 'AGENT', text: '已为您核实' }] });
  });

  it('is good for 30 days and for no other ticket', async () => {
    const [one, two] = [await desk.create(), await desk.create()];
    const [token, other] = [await tokenOf(one.id), await tokenOf(two.id)];
    const [id, day, signature] = token.split('.');
    const forged = [`${two.id}.${day}.${signature}`, `${id}.${Number(day) + 1}.${signature}`, `${id}.${day}.${other.split('.')[2]}`, `${token}.x`, 'x', ''];
    for (const one of forged) expect(await track(one)).toBeNull();
    desk.world.clock.advance(30 * 86_400_000 - 1);
    expect(await track(token)).not.toBeNull();
    desk.world.clock.advance(86_400_001);
    expect(await track(token)).toBeNull();
  });
});
