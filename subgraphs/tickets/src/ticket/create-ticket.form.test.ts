import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createTickets } from '../subgraph.ts';

const OPENAPI = parse(readFileSync(new URL('../../../../schema/rest/openapi.yaml', import.meta.url), 'utf8')) as any;
const MEGABYTE = 1_048_576;

/** Every id that is asked for exists. */
const directory = {
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    if (document.includes('TeamKeys')) return { teams: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
    return Object.fromEntries([...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, variables[name!] === 'nobody' ? null : { id: variables[name!], isEnabled: true }])) as Data;
  },
};

let world: World;
let server: Server;
let url: string;
let caller: Identity | null;
let schemaOf: (name: string) => ValidateFunction;
beforeAll(async () => {
  world = await createTestWorld(createTickets, { deps: { services: directory } });
  server = createServer((req, res) => void world.subgraphs.tickets!.handle(req, res, { identity: caller, requestId: 'req-1', locale: 'EN', address: '192.0.2.1', device: null, clientName: null }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/create_ticket`;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.addSchema({ $id: 'openapi', components: OPENAPI.components });
  schemaOf = (name) => ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});
beforeEach(() => void (caller = { ...agentIdentity({ role: 'admin' }), kind: 'API', id: newId('tok') }));

const item = (changes: object = {}) => ({ category: 'PAYMENT', subject: '退款未到账', customerId: newId('cus'), priority: 'P1', ...changes });
const form = (ticket: unknown, files: { name: string; bytes: Buffer }[] = []) => {
  const data = new FormData();
  data.append('ticket', typeof ticket === 'string' ? ticket : JSON.stringify(ticket));
  for (const { name, bytes } of files) data.append('file', new Blob([new Uint8Array(bytes)]), name);
  return data;
};
async function post(body: FormData | object, headers: Record<string, string> = {}): Promise<{ status: number; body: any }> {
  const isForm = body instanceof FormData;
  const response = await fetch(url, { method: 'POST', headers: { ...(isForm ? {} : { 'content-type': 'application/json' }), ...headers }, body: isForm ? body : JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}
const query = async (sql: string) => (await world.database('tickets')).query<any>(sql);
const filesOf = async (ticketId: string) => (await world.execute('tickets', 'query ($id: ID!) { ticket(id: $id) { attachments(first: 20) { nodes { fileName bytes state } } } }', { id: ticketId }, caller)).data.ticket.attachments.nodes;

describe('a ticket with files, as a form', () => {
  it('is created with its files, sealed, and leaves nothing beside them', async () => {
    const secret = Buffer.from(`PLAIN-${randomUUID()} `.repeat(40_000));
    const { status, body } = await post(form(item(), [{ name: '日志 "1".txt', bytes: secret }, { name: 'b.txt', bytes: Buffer.from('b') }]));
    expect([status, body.createdCount]).toEqual([201, 1]);
    expect(await filesOf(body.results[0].ticketId)).toEqual([{ fileName: '日志 "1".txt', bytes: secret.length, state: 'READY' }, { fileName: 'b.txt', bytes: 1, state: 'READY' }]);
    expect(await readdir(join(world.deps.dataDir, 'blobs', 'parts'))).toEqual([]);
  });

  it('is the same ticket with the same files for the same key', async () => {
    const send = async (headers: Record<string, string>, ticket: object) => post(form(ticket, [{ name: 'a.txt', bytes: Buffer.from('same') }]), headers);
    const [headers, ticket] = [{ 'idempotency-key': randomUUID() }, item()];
    const first = await send(headers, ticket);
    expect(await send(headers, ticket)).toEqual(first);
    expect(await filesOf(first.body.results[0].ticketId)).toHaveLength(1);
    expect(await post(form(ticket, [{ name: 'a.txt', bytes: Buffer.from('other!') }]), headers)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_MISMATCH', field: ['Idempotency-Key'] } });
  });

  it('needs no file, and takes the attachments its JSON names', async () => {
    expect(await post(form(item()))).toMatchObject({ status: 201, body: { createdCount: 1 } });
    expect(await post(form(item({ attachmentIds: ['att_nonsense'] }), [{ name: 'a.txt', bytes: Buffer.from('a') }]))).toMatchObject({ status: 422 });
  });

  it('takes a file of exactly 50 MB and refuses one byte more, before it is all there', async () => {
    const whole = Buffer.concat([Buffer.from('log '), randomBytes(MEGABYTE * 50 - 4)]);
    expect((await post(form(item(), [{ name: 'large.bin', bytes: whole }]))).status).toBe(201);
    const before = await query('SELECT COUNT(*) AS n FROM tickets');
    const sent = await overfill();
    expect(sent.status).toBe(413);
    expect(sent.bytes).toBeLessThan(60 * MEGABYTE);
    expect(await query('SELECT COUNT(*) AS n FROM tickets')).toEqual(before);
    expect(await readdir(join(world.deps.dataDir, 'blobs', 'parts'))).toEqual([]);
  }, 60_000);

  it.each<[string, () => FormData, number, string]>([
    ['a program', () => form(item(), [{ name: 'a.exe', bytes: Buffer.from('MZ') }]), 422, 'FILE_TYPE_REFUSED'],
    ['an empty file', () => form(item(), [{ name: 'a.txt', bytes: Buffer.alloc(0) }]), 422, 'OUT_OF_RANGE'],
    ['eleven files', () => form(item(), Array.from({ length: 11 }, (_, place) => ({ name: `${place}.txt`, bytes: Buffer.from('x') }))), 422, 'TOO_MANY'],
    ['a ticket that is no JSON', () => form('{'), 400, 'BAD_USER_INPUT'],
    ['no ticket', () => { const data = new FormData(); data.append('file', new Blob(['x']), 'a.txt'); return data; }, 422, 'REQUIRED'],
    ['another field', () => { const data = form(item()); data.append('colour', 'red'); return data; }, 422, 'INVALID'],
  ])('is refused with %s, and nothing is created', async (_name, make, status, code) => {
    const before = await query('SELECT COUNT(*) AS n FROM tickets');
    expect(await post(make())).toMatchObject({ status, body: { code } });
    expect(await query('SELECT COUNT(*) AS n FROM tickets')).toEqual(before);
  });

  it('names the file at fault', async () => {
    const { body } = await post(form(item(), [{ name: 'a.txt', bytes: Buffer.from('a') }, { name: 'b.txt', bytes: Buffer.alloc(0) }]));
    expect(body).toMatchObject({ code: 'OUT_OF_RANGE', field: ['file', '1'] });
  });

  it('is refused to who may not create tickets before any byte is kept, and to who may not upload', async () => {
    const grants = caller!.grants;
    caller = agentIdentity({ grants: {} });
    expect((await post(form(item(), [{ name: 'a.txt', bytes: Buffer.from('a') }]))).status).toBe(403);
    caller = agentIdentity({ grants: { 'ticket:create': grants['ticket:create']! } });
    expect((await post(form(item(), [{ name: 'a.txt', bytes: Buffer.from('a') }]))).status).toBe(403);
  });
});

/** Sends a file without an end until the answer comes; tells how much went out. */
function overfill(): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let isAnswered = false;
    const chunk = Buffer.alloc(MEGABYTE, 'x');
    const req = request(url, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=B' } }, (res) => {
      isAnswered = true;
      res.resume().once('end', () => resolve({ status: res.statusCode!, bytes }));
    });
    req.once('error', (error) => { if (!isAnswered) reject(error); });
    req.write(`--B\r\ncontent-disposition: form-data; name="ticket"\r\n\r\n${JSON.stringify(item())}\r\n--B\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`);
    const more = () => {
      if (isAnswered || bytes > 200 * MEGABYTE) return;
      bytes += chunk.length;
      req.write(chunk, () => setImmediate(more));
    };
    more();
  });
}

describe('the OpenAPI document', () => {
  it('has every field the door knows, and no other', async () => {
    const { body } = await post([item({ colour: 'red' })]);
    expect(body.results[0].error.message).toContain(`Known fields: ${Object.keys(OPENAPI.components.schemas.Ticket.properties).join(', ')}.`);
  });

  it('describes every answer there is', async () => {
    const [answer, problem] = [schemaOf('Answer'), schemaOf('Problem')];
    const described = OPENAPI.paths['/create_ticket'].post.responses;
    const asked: [FormData | object, (() => Identity | null)?][] = [
      [item()], [[item(), item({ colour: 'red' }), 'ticket', item({ customerId: 'nobody' })]], [[{}]], [form(item(), [{ name: 'a.txt', bytes: Buffer.from('a') }])],
      [[]], [form('{')], [item(), () => null], [item(), () => agentIdentity({ grants: {} })],
    ];
    for (const [body, who] of asked) {
      if (who) caller = who();
      const got = await post(body);
      const validate = 'results' in got.body ? answer : problem;
      expect([got.status, validate(got.body), validate.errors]).toEqual([got.status, true, null]);
      expect(Object.keys(described)).toContain(String(got.status));
    }
  });

  it.each<[string, unknown]>([
    ['a whole ticket', item({ description: 'x', agentId: newId('agt') })], ['custom fields and an incident', item({ fields: {}, parentId: null })], ['a text for custom fields', item({ fields: 'x' })], ['nulls', item({ description: null, priority: null, agentId: null, attachmentIds: null })],
    ['an unknown field', item({ colour: 'red' })], ['another priority', item({ priority: 'P9' })], ['a number for a text', item({ subject: 1 })], ['no subject', item({ subject: undefined })],
    ['no category', item({ category: undefined })], ['a text for a list', item({ attachmentIds: 'x' })], ['a list of numbers', item({ attachmentIds: [1] })], ['a list', []], ['nothing', null],
  ])('takes and refuses the form of a ticket as the door does: %s', async (_name, ticket) => {
    const { body } = await post([ticket]);
    const isFormRefused = ['INVALID', 'REQUIRED'].includes(body.results[0].error?.code ?? '');
    expect(schemaOf('Ticket')(JSON.parse(JSON.stringify(ticket ?? null)))).toBe(!isFormRefused);
  });
});
