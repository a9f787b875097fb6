import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';

const payers = newId('tem');

/** Every id that is asked for exists. */
const directory = {
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    if (document.includes('TeamKeys')) return { teams: { nodes: [{ id: payers, key: 'payment_group' }], pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
    return Object.fromEntries([...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, variables[name!] === 'nobody' ? null : { id: variables[name!], isEnabled: true }])) as Data;
  },
};

let world: World;
let server: Server;
let url: string;
let caller: Identity | null;
beforeAll(async () => {
  world = await createTestWorld(createTickets, { deps: { services: directory } });
  server = createServer((req, res) => void world.subgraphs.tickets!.handle(req, res, { identity: caller, requestId: 'req-1', locale: 'EN', address: '192.0.2.1', device: null, clientName: null }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/create_ticket`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});
beforeEach(() => void (caller = { ...agentIdentity({ role: 'admin' }), kind: 'API', id: newId('tok') }));

const item = (changes: object = {}) => ({ category: 'PAYMENT', subject: '退款未到账', customerId: newId('cus'), priority: 'P1', ...changes });
async function post(body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: any }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}
const stored = async () => (await (await world.database('tickets')).query<{ n: number }>('SELECT COUNT(*) AS n FROM tickets'))[0]!.n;

it('creates one ticket with its clocks', async () => {
  const { status, body } = await post(item());
  expect(status).toBe(201);
  expect(body).toEqual({ createdCount: 1, results: [{ index: 0, ticketId: expect.stringMatching(/^tkt_/), number: expect.stringMatching(/^\d+$/), status: 'created', error: null }] });
  const { data } = await world.execute('tickets', 'query ($id: ID!) { ticket(id: $id) { origin clocks { target } } }', { id: body.results[0].ticketId }, caller);
  expect(data.ticket).toEqual({ origin: 'API', clocks: [{ target: 'FIRST_RESPONSE' }, { target: 'RESOLUTION' }] });
});

it('keeps the good ones of a batch and names item and field of the others', async () => {
  const { status, body } = await post([item(), item({ colour: 'red' }), item({ priority: 'P9' }), 'ticket', item({ subject: undefined }), item({ customerId: 'nobody' }), item()]);
  expect([status, body.createdCount]).toEqual([200, 2]);
  expect(body.results.map(({ index, status: one, error }: any) => [index, one, error?.code ?? null, error?.field ?? null])).toEqual([
    [0, 'created', null, null], [1, 'refused', 'INVALID', ['colour']], [2, 'refused', 'INVALID', ['priority']], [3, 'refused', 'INVALID', []],
    [4, 'refused', 'REQUIRED', ['subject']], [5, 'refused', 'NOT_FOUND', ['customerId']], [6, 'created', null, null],
  ]);
  expect(body.results[1].error.message).toContain('Known fields: category');
});

it('gives a ticket to the team that is named by key, whose people see it then', async () => {
  const { body } = await post([item({ team: 'payment_group' }), item({ team: 'nobody' }), item()]);
  expect(body.results.map(({ status, error }: any) => [status, error?.code ?? null, error?.field ?? null])).toEqual([['created', null, null], ['refused', 'NOT_FOUND', ['team']], ['created', null, null]]);
  const colleague = agentIdentity({ teamIds: [payers] });
  const seen = async (id: string) => (await world.execute('tickets', 'query ($id: ID!) { ticket(id: $id) { id } }', { id }, colleague)).data.ticket?.id ?? null;
  expect([await seen(body.results[0].ticketId), await seen(body.results[2].ticketId)]).toEqual([body.results[0].ticketId, null]);
});

it('takes custom fields and the incident a ticket belongs to, and names the field that does not fit', async () => {
  const form = { type: 'object', properties: { order_number: { type: 'string', maxLength: 4 } } };
  const save = 'mutation ($input: SaveCategoryInput!) { saveCategory(input: $input) { userErrors { code } } }';
  expect((await world.execute('tickets', save, { input: { key: 'ORDERS', nameZh: '订单', nameEn: 'Orders', fieldsSchema: form } }, agentIdentity({ role: 'admin' }))).data.saveCategory.userErrors).toEqual([]);
  const parentId = (await post(item())).body.results[0].ticketId as string;
  const ordered = (changes: object) => item({ category: 'ORDERS', ...changes });
  const { body } = await post([ordered({ fields: { order_number: 'A-1' }, parentId }), ordered({ fields: { order_number: 'A-123' } }), ordered({ fields: ['A-1'] }), ordered({ parentId: newId('tkt') })]);
  expect(body.results.map(({ status, error }: any) => [status, error?.code ?? null, error?.field ?? null])).toEqual([
    ['created', null, null], ['refused', 'INVALID', ['fields', 'order_number']], ['refused', 'INVALID', ['fields']], ['refused', 'NOT_FOUND', ['parentId']],
  ]);
  const { data } = await world.execute('tickets', 'query ($id: ID!) { ticket(id: $id) { fields parent { id } } }', { id: body.results[0].ticketId }, caller);
  expect(data.ticket).toEqual({ fields: { order_number: 'A-1' }, parent: { id: parentId } });
});

it('refuses what is nested without end or holds half a character, and says where', async () => {
  const before = await stored();
  for (const description of [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, '"a\\ud83d"']) {
    const { status, body } = await post(`[${JSON.stringify(item())},{"category":"PAYMENT","description":${description}}]`);
    expect([status, body.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(body.title).toContain('1.description');
  }
  expect(await stored()).toBe(before);
});

it('gives the first answer for the same key, and refuses the key for another body', async () => {
  const body = [item(), item()];
  const headers = { 'idempotency-key': randomUUID() };
  const [first, again] = [await post(body, headers), await post(body, headers)];
  expect(again).toEqual(first);
  expect(await post([item()], headers)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_MISMATCH', field: ['Idempotency-Key'] } });
});

it('takes the items that are no tickets for a part of what a key stands for', async () => {
  const [good, headers] = [item(), { 'idempotency-key': randomUUID() }];
  const first = await post([good, item({ colour: 'red' })], headers);
  expect([first.status, first.body.createdCount]).toEqual([200, 1]);
  expect(await post([item({ colour: 'red' }), good], headers)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_MISMATCH' } });
});

it('refuses what is not UTF-8, and passes over a mark of byte order', async () => {
  const send = async (body: Buffer) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: new Uint8Array(body) });
  const text = JSON.stringify(item({ subject: 'x' }));
  // 退款 in GBK.
  const before = await stored();
  const gbk = await send(Buffer.concat([Buffer.from(text.slice(0, text.indexOf('"x"') + 1)), Buffer.from([0xcd, 0xcb, 0xbf, 0xee]), Buffer.from(text.slice(text.indexOf('"x"') + 2))]));
  expect([gbk.status, await gbk.json()]).toMatchObject([400, { code: 'BAD_USER_INPUT', title: expect.stringContaining('UTF-8') }]);
  expect(await stored()).toBe(before);
  expect((await send(Buffer.from(`\ufeff${text}`))).status).toBe(201);
});

it.each<[string, () => Identity | null, number, string]>([
  ['nobody', () => null, 401, 'UNAUTHENTICATED'],
  ['who may not', () => agentIdentity({ grants: {} }), 403, 'FORBIDDEN'],
])('refuses %s and writes nothing', async (_name, who, status, code) => {
  const before = await stored();
  caller = who();
  expect(await post(item())).toMatchObject({ status, body: { code } });
  expect(await stored()).toBe(before);
});

it.each(['constructor', '__proto__', 'toString'])('refuses an item with a field %s, which means something to JavaScript', async (name) => {
  const text = JSON.stringify(item()).replace('{', `{"${name}": 1, `);
  expect((await post(`[${text}]`)).body.results[0]).toMatchObject({ status: 'refused', error: { code: 'INVALID', field: [name] } });
});

it.each([
  ['text that is no JSON', '{"subject": ', {}, 400, 'BAD_USER_INPUT'],
  ['another type', 'subject=x', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'BAD_USER_INPUT'],
  ['an empty list', [], {}, 422, 'REQUIRED'],
  ['more than a thousand', Array.from({ length: 1_001 }, () => 1), {}, 422, 'TOO_MANY'],
  ['a key that is too long', [{}], { 'idempotency-key': 'x'.repeat(201) }, 422, 'INVALID'],
])('refuses %s as a whole', async (_name, body, headers, status, code) => {
  expect(await post(body, headers as Record<string, string>)).toMatchObject({ status, body: { code, requestId: 'req-1' } });
});

it('takes a thousand at once', async () => {
  const { status, body } = await post(Array.from({ length: 1_000 }, (_, index) => item({ subject: `第${index}个` })));
  expect([status, body.createdCount]).toEqual([201, 1_000]);
  expect(new Set(body.results.map(({ number }: any) => number)).size).toBe(1_000);
});
