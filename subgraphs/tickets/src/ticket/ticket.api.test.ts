import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';

const CREATE = `mutation ($input: CreateTicketsInput!) { createTickets(input: $input) { createdCount
  results { index ticket { id number subject description state priority origin lastSeq version customerId agentId category { key } conversations { id } customer { id } agent { id } } userErrors { code field message } }
  userErrors { code field } } }`;
const LIST = `query ($filter: TicketFilter, $orderBy: TicketOrder, $first: Int, $after: String, $last: Int, $before: String) {
  tickets(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) { nodes { id subject priority } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;
const ENTITIES = `query ($refs: [_Any!]!, $filter: TicketFilter) { _entities(representations: $refs) {
  ... on Customer { tickets(filter: $filter, first: 10) { nodes { subject } totalCount } } ... on Conversation { conversationTickets: tickets(first: 10) { nodes { subject } } } ... on Ticket { subject } } }`;

/** The directory that conversations keeps, as far as tickets ask it. */
const directory = {
  isAway: false,
  objects: new Map<string, object>(),
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    if (directory.isAway) throw appError('UNAVAILABLE');
    const fields = [...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name, field]) => [name!, directory.objects.get(`${field}:${variables[name!]}`) ?? null]);
    if (document.includes('findCustomer') && Object.values(variables).includes('???')) throw appError('BAD_USER_INPUT');
    return Object.fromEntries(fields) as Data;
  },
};
const known = (field: string, id: string, object: object) => (directory.objects.set(`${field}:${id}`, { id, ...object }), id);
const knownCustomer = () => known('customer', newId('cus'), {});
const knownConversation = (customerId: string, queueId = newId('que')) =>
  known('conversation', newId('cnv'), { customer: { id: customerId }, agent: null, queue: { id: queueId } });

let world: World;
let agent: Identity;
beforeAll(async () => void (world = await createTestWorld(createTickets, { deps: { services: directory } })));
afterAll(() => world.close());
beforeEach(() => {
  directory.isAway = false;
  agent = agentIdentity();
});

const ticket = (changes: object = {}) => ({ category: 'PAYMENT', subject: '退款未到账', description: '三天前申请', ...changes });
const create = async (tickets: object[], viewer = agent, idempotencyKey: string = randomUUID()) =>
  world.execute('tickets', CREATE, { input: { tickets, idempotencyKey } }, viewer);
const created = async (changes: object, viewer = agent) => (await create([ticket(changes)], viewer)).data.createTickets.results[0].ticket;
const list = async (viewer: Identity, variables: object = {}) => (await world.execute('tickets', LIST, { first: 10, ...variables }, viewer)).data.tickets;

describe('createTickets', () => {
  it('takes the customer and queue of a conversation and links both ways', async () => {
    const customerId = knownCustomer();
    const queueId = newId('que');
    const conversationId = knownConversation(customerId, queueId);
    agent = agentIdentity({ queueIds: [queueId] });
    const made = await created({ conversationId });
    expect(made).toMatchObject({ state: 'NEW', priority: 'P2', origin: 'CONVERSATION', lastSeq: 2, customerId, conversations: [{ id: conversationId }], customer: { id: customerId }, category: { key: 'PAYMENT' } });
    const { data } = await world.execute('tickets', ENTITIES, { refs: [{ __typename: 'Conversation', id: conversationId }, { __typename: 'Customer', id: customerId }, { __typename: 'Ticket', id: made.id }] }, agent);
    expect(data._entities).toEqual([{ conversationTickets: { nodes: [{ subject: '退款未到账' }] } }, { tickets: { nodes: [{ subject: '退款未到账' }], totalCount: 1 } }, { subject: '退款未到账' }]);
  });

  it('writes what happened gap-free and tells everybody once', async () => {
    const queueId = newId('que');
    agent = agentIdentity({ queueIds: [queueId] });
    const conversationId = knownConversation(knownCustomer(), queueId);
    const made = await created({ conversationId, priority: 'P1' });
    const { data } = await world.execute('tickets', `query ($id: ID!) { ticket(id: $id) { entries(first: 10) { nodes { seq kind actor { kind agent { id } } facts } totalCount } } }`, { id: made.id }, agent);
    expect(data.ticket.entries.nodes.map((entry: any) => [entry.seq, entry.kind])).toEqual([[1, 'CREATED'], [2, 'LINKED']]);
    expect(data.ticket.entries.nodes[0]).toMatchObject({ actor: { kind: 'AGENT', agent: { id: agent.id } }, facts: { origin: 'CONVERSATION', categoryKey: 'PAYMENT' } });
    const db = await world.database('tickets');
    const events = (await db.query<{ envelope: any }>('SELECT envelope FROM outbox')).map((row) => (typeof row.envelope === 'string' ? JSON.parse(row.envelope) : row.envelope)).filter((event) => event.key === made.id);
    expect(events.map((event) => event.type)).toEqual(['ticket.created', 'ticket.entry_added']);
    expect(events[0].data).toEqual({ ticketId: made.id, number: made.number, customerId: made.customerId, conversationId, agentId: null, priority: 'P1', categoryKey: 'PAYMENT', origin: 'CONVERSATION', by: { kind: 'AGENT', id: agent.id } });
    expect(events[1].data).toMatchObject({ ticketId: made.id, customerId: made.customerId, seq: 1, kind: 'CREATED', facts: { priority: 'P1', categoryKey: 'PAYMENT', isTimed: expect.any(Boolean) }, by: { kind: 'AGENT', id: agent.id } });
  });

  it('makes good items and says what is wrong with the others, in order', async () => {
    const customerId = knownCustomer();
    directory.objects.set('findCustomer:王', { customer: null, candidates: [{ id: 'cus_a' }, { id: 'cus_b' }] });
    directory.objects.set('findCustomer:13800138000', { customer: { id: customerId }, candidates: [] });
    const off = known('agent', newId('agt'), { isEnabled: false });
    const { data } = await create([
      ticket({ customerId }), ticket({ customerId: newId('cus') }), ticket({ customerLookup: '王' }), ticket({ customerLookup: '13800138000' }), ticket({ customerLookup: '???' }),
      ticket({ customerId, category: 'NOTHING' }), ticket({ customerId, subject: '' }), ticket({ customerId, priority: 'P0' }), ticket({ customerId, agentId: off }), ticket({ conversationId: newId('cnv') }),
    ]);
    expect(data.createTickets.createdCount).toBe(2);
    expect(data.createTickets.results.map((result: any) => result.userErrors[0]?.code ?? 'ok')).toEqual(['ok', 'NOT_FOUND', 'AMBIGUOUS', 'ok', 'NOT_FOUND', 'NOT_FOUND', 'REQUIRED', 'NOT_ALLOWED', 'NOT_AVAILABLE', 'NOT_FOUND']);
    expect(data.createTickets.results[6].userErrors[0]).toMatchObject({ field: ['tickets', '6', 'subject'], message: 'Give it a subject.' });
  });

  it('makes one ticket of a double click, and refuses its key for another input', async () => {
    const customerId = knownCustomer();
    const key = randomUUID();
    const both = await Promise.all([create([ticket({ customerId })], agent, key), create([ticket({ customerId })], agent, key)]);
    const ids = both.map(({ data }) => data.createTickets.results[0].ticket.id);
    expect(ids[0]).toBe(ids[1]);
    expect((await list(agent, { filter: { customerId } })).totalCount).toBe(1);
    expect((await create([ticket({ customerId, subject: '别的' })], agent, key)).data.createTickets.userErrors[0].code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await create([ticket({ customerId })], agentIdentity(), key)).data.createTickets.createdCount).toBe(1);
  });

  it('does not tell who may not read a conversation that it exists', async () => {
    const { data } = await create([ticket({ conversationId: knownConversation(knownCustomer()) })], agentIdentity({ queueIds: [newId('que')] }));
    expect(data.createTickets.results[0].userErrors[0]).toMatchObject({ code: 'NOT_FOUND', field: ['tickets', '0', 'conversationId'] });
  });

  it('gives a thousand tickets rising numbers and refuses one more', async () => {
    const customerId = knownCustomer();
    const many = Array.from({ length: 1_000 }, (_, index) => ticket({ customerId, subject: `第${index}个` }));
    const { data } = await create(many);
    const numbers = data.createTickets.results.map((result: any) => Number(result.ticket.number));
    expect(data.createTickets.createdCount).toBe(1_000);
    expect(numbers).toEqual(numbers.map((_: number, index: number) => numbers[0] + index));
    expect((await create([...many, ticket({ customerId })])).data.createTickets.userErrors[0].code).toBe('TOO_MANY');
  });

  it('keeps words out of the table in clear and says so when the directory is away', async () => {
    const customerId = knownCustomer();
    await created({ customerId, subject: '银行卡尾号查询' });
    const db = await world.database('tickets');
    const [row] = await db.query<{ found: number }>("SELECT COUNT(*) AS found FROM tickets WHERE LOCATE('银行卡', CONVERT(sealed_subject USING binary)) > 0");
    expect(row!.found).toBe(0);
    directory.isAway = true;
    expect((await create([ticket({ customerId })])).errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
  });

  it.each([['customer', customerIdentity()], ['editor', agentIdentity({ role: 'editor' })]])('refuses a viewer without ticket:create (%s)', async (_name, viewer) => {
    expect((await create([ticket({ customerId: knownCustomer() })], viewer)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('lets a supervisor set P0', async () => {
    expect(await created({ customerId: knownCustomer(), priority: 'P0' }, agentIdentity({ role: 'supervisor' }))).toMatchObject({ priority: 'P0' });
  });
});

describe('tickets', () => {
  it('are read by owner, maker and team, and by nobody else', async () => {
    const [queueId, owner] = [newId('que'), agentIdentity()];
    known('agent', owner.id, { isEnabled: true });
    const maker = agentIdentity({ queueIds: [queueId] });
    const made = await created({ conversationId: knownConversation(knownCustomer(), queueId), agentId: owner.id }, maker);
    const sees = async (viewer: Identity) => [
      (await world.execute('tickets', 'query ($number: String) { ticket(number: $number) { id } }', { number: made.number }, viewer)).data.ticket !== null,
      (await list(viewer, { filter: { ids: [made.id] } })).totalCount === 1,
    ];
    expect(await sees(owner)).toEqual([true, true]);
    expect(await sees(maker)).toEqual([true, true]);
    expect(await sees(agentIdentity({ queueIds: [queueId] }))).toEqual([true, true]);
    expect(await sees(agentIdentity({ role: 'supervisor' }))).toEqual([true, true]);
    expect(await sees(agentIdentity({ queueIds: [newId('que')] }))).toEqual([false, false]);
    expect((await world.execute('tickets', LIST, { first: 1 }, customerIdentity())).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('come most urgent first, page by page without doubles or holes, from both ends', async () => {
    const customerId = knownCustomer();
    const supervisor = agentIdentity({ role: 'supervisor' });
    await create(['P2', 'P0', 'P1', 'P0', 'P2'].map((priority, index) => ticket({ customerId, priority, subject: String(index) })), supervisor);
    const filter = { customerId };
    const subjects = (page: any) => page.nodes.map((node: any) => node.subject);
    const all = subjects(await list(supervisor, { filter }));
    expect(all).toEqual(['1', '3', '2', '0', '4']);
    const forward: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: any = await list(supervisor, { filter, first: 2, after });
      forward.push(...subjects(page));
      ({ endCursor: after, hasNextPage: more } = page.pageInfo);
    }
    expect(forward).toEqual(all);
    const last = await list(supervisor, { filter, first: null, last: 2 });
    const before = await list(supervisor, { filter, first: null, last: 10, before: last.pageInfo.startCursor });
    expect([...subjects(before), ...subjects(last)]).toEqual(all);
    expect(subjects(await list(supervisor, { filter, orderBy: { field: 'CREATED', direction: 'DESC' } }))).toHaveLength(5);
    expect(subjects(await list(supervisor, { filter: { ...filter, priorities: ['P0'], states: ['NEW'] } }))).toEqual(['1', '3']);
  });

  it('are asked by page: exactly one of first and last', async () => {
    for (const variables of [{}, { first: 1, last: 1 }, { first: 0 }, { first: 101 }, { first: 1, after: 'nonsense' }]) {
      expect((await world.execute('tickets', LIST, variables, agent)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('offer the first three categories in order', async () => {
    const { data } = await world.execute('tickets', '{ categories { key nameZh nameEn parent { id } isRetired } }', {}, agent);
    expect(data.categories.map((one: any) => [one.key, one.nameZh])).toEqual([['TECHNICAL', '技术问题'], ['ACCOUNT', '账户问题'], ['PAYMENT', '支付问题']]);
  });

  it('show nothing of a customer whose key is gone, and stay countable', async () => {
    const customerId = knownCustomer();
    const made = await created({ customerId });
    const db = await world.database('tickets');
    await db.execute('UPDATE data_keys SET wrapped = NULL, destroyed_at = NOW(3) WHERE owner_id = ?', [customerId]);
    // Another process: this one may remember the key for five minutes.
    const again = await createTickets(world.deps);
    const { data } = await world.execute(again, 'query ($id: ID!) { ticket(id: $id) { subject description number } }', { id: made.id }, agent);
    expect(data.ticket).toEqual({ subject: null, description: null, number: made.number });
    await again.stop();
  });
});

describe('duplicateTickets', () => {
  const ask = async (customerId: string, text: string, viewer = agent) =>
    (await world.execute('tickets', 'query ($customerId: ID!, $text: String!) { duplicateTickets(customerId: $customerId, text: $text) { similarity ticket { subject } } }', { customerId, text }, viewer));
  const subjects = (answer: any) => answer.data.duplicateTickets.map((one: any) => one.ticket.subject);

  it('finds what the same person asked in much the same words within a day, most similar first', async () => {
    const customerId = knownCustomer();
    const queueId = newId('que');
    agent = agentIdentity({ queueIds: [queueId] });
    await created({ customerId, subject: '收不到短信验证码', description: '换了手机也不行' });
    await created({ customerId, subject: '发票抬头写错', description: '' });
    await created({ customerId: knownCustomer(), subject: '收不到短信验证码' });
    await created({ customerId, subject: '短信验证码一直没有', description: '收不到' });
    expect(subjects(await ask(customerId, '收不到短信验证码，无法登录'))).toEqual(['收不到短信验证码', '短信验证码一直没有']);
    expect(subjects(await ask(customerId, '收'))).toEqual([]);
    world.clock.advance(24 * 3_600_000 + 1_000);
    expect(subjects(await ask(customerId, '收不到短信验证码，无法登录'))).toEqual([]);
  });

  it('shows nothing that the caller may not read, and needs ticket:create', async () => {
    const customerId = knownCustomer();
    await created({ customerId, subject: '收不到短信验证码' });
    expect(subjects(await ask(customerId, '收不到短信验证码', agentIdentity()))).toEqual([]);
    expect((await ask(customerId, '收不到短信验证码', agentIdentity({ grants: { 'ticket:read': 'ALL' } }))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
