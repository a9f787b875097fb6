import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { MINUTE, SECOND } from '@careline/kit/time';
import { agentIdentity } from '@careline/kit/testing';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
let server: Server;
let signedIn: Identity | null = null;
beforeAll(async () => {
  desk = await openTicketDesk();
  server = createServer((req, res) => void desk.world.subgraphs.tickets!.handle(req, res, { identity: signedIn, requestId: 'req-test', locale: 'EN', address: null, device: null, clientName: null }));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await desk.world.close();
});

const JOB = 'job { id kind state totalCount doneCount undoableUntil downloadUrl items(first: 1) { nodes { index } } }';
const begin = (input: object, viewer?: Identity) => desk.tell('exportTickets', { idempotencyKey: randomUUID(), ...input }, JOB, viewer);
const look = async (id: string, viewer?: Identity) => (await desk.ask(`query ($id: ID!) { ticketJob(id: $id) { ${JOB.slice(6, -1)} } }`, { id }, viewer)).ticketJob;
const open = (url: string, method = 'GET') => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(url).pathname}${new URL(url).search}`, { method });

async function written(input: object, viewer?: Identity): Promise<any> {
  const { job, userErrors } = await begin(input, viewer);
  expect([userErrors, job?.downloadUrl]).toEqual([[], null]);
  await desk.after(SECOND / 4);
  return look(job.id, viewer);
}

async function textOf(job: any): Promise<string> {
  const answer = await open(job.downloadUrl);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  return Buffer.from(await answer.arrayBuffer()).toString('utf8');
}

describe('an export', () => {
  it('is a file that spreadsheets read and cannot be run by: byte order mark, RFC 4180, no formulas', async () => {
    const customerId = newId('cus');
    const one = await desk.create({ customerId, subject: '=HYPERLINK("http://x")', description: '第一行\n"第二行", 完' });
    await desk.tell('updateTicket', { ticketId: one.id, agentId: desk.agent.id, tags: ['退款', '@vip'] });
    const job = await written({ filter: { customerId }, columns: ['number', 'subject', 'description', 'priority', 'agent', 'tags', 'firstResponse'] });
    expect(job).toMatchObject({ kind: 'EXPORT', state: 'DONE', totalCount: 1, doneCount: 1, undoableUntil: null, items: { nodes: [] } });
    expect(await textOf(job)).toBe(`\ufeffNumber,Subject,Description,Priority,Agent,Tags,First response\r\n${one.number},"'=HYPERLINK(""http://x"")","第一行\n""第二行"", 完",P0,'=林书言,"退款, @vip",RUNNING\r\n`);
  });

  it('goes over as many stretches as it takes, oldest first, each ticket once', async () => {
    const customerId = newId('cus');
    const { results } = await desk.tell('createTickets', { tickets: Array.from({ length: 260 }, (_, place) => ({ category: 'PAYMENT', subject: `第${place}张`, customerId })), idempotencyKey: randomUUID() }, 'results { ticket { number } }');
    const job = await written({ filter: { customerId }, columns: ['number'] });
    expect(job).toMatchObject({ state: 'DONE', totalCount: 260, doneCount: 260 });
    const lines = (await textOf(job)).split('\r\n').slice(1, -1);
    expect(lines).toHaveLength(260);
    expect([...lines].sort()).toEqual(results.map(({ ticket }: any) => ticket.number).sort());
  });

  it('shows names only to who reads them in clear, and only tickets within reach', async () => {
    const customerId = newId('cus');
    const { id } = await desk.create({ customerId });
    const seeing = agentIdentity({ role: 'admin', clearMasks: ['name'] });
    expect(await textOf(await written({ filter: { customerId }, columns: ['customer'] }, seeing))).toContain('王小明');
    expect(await textOf(await written({ filter: { customerId }, columns: ['customer'] }))).toContain('王**');
    const lead = agentIdentity({ role: 'supervisor' });
    expect(await written({ filter: { customerId } }, lead)).toMatchObject({ doneCount: 0 });
    await desk.tell('updateTicket', { ticketId: id, agentId: lead.id });
    expect(await written({ filter: { customerId } }, lead)).toMatchObject({ doneCount: 1 });
  });

  it('is nobody else’s, and its link ends after five minutes', async () => {
    const job = await written({ filter: { customerId: newId('cus') } });
    const other = agentIdentity({ role: 'admin' });
    expect(await look(job.id, other)).toBeNull();
    signedIn = other;
    expect((await open(job.downloadUrl)).status).toBe(403);
    signedIn = desk.agent;
    expect((await open(job.downloadUrl)).status).toBe(200);
    signedIn = null;
    expect((await open(job.downloadUrl, 'PUT')).status).toBe(405);
    expect((await open(job.downloadUrl.replace(/sig=./, 'sig=_'))).status).toBe(403);
    desk.world.clock.advance(5 * MINUTE + SECOND);
    expect((await open(job.downloadUrl)).status).toBe(403);
    expect((await open((await look(job.id)).downloadUrl)).status).toBe(200);
  });

  it('keeps nothing of it in clear', async () => {
    const customerId = newId('cus');
    await desk.create({ customerId, subject: '只在文件里的标题' });
    await written({ filter: { customerId } });
    const db = await desk.world.database('tickets');
    const [row] = await db.query<{ found: number }>('SELECT COUNT(*) AS found FROM ticket_job_parts WHERE INSTR(sealed_text, ?) > 0', [Buffer.from('只在文件里的标题')]);
    expect(Number(row!.found)).toBe(0);
  });

  it('is refused with a column that is none, and to who may not', async () => {
    for (const columns of [['nonsense'], ['number', 'number'], ['__proto__']]) expect((await begin({ columns })).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['columns'] });
    await expect(begin({}, agentIdentity())).rejects.toThrow('FORBIDDEN');
  });

  it('is within reach of an analyst, who changes nothing', async () => {
    const analyst = agentIdentity({ role: 'analyst' });
    const ticket = await desk.create();
    expect(await written({ filter: { ids: [ticket.id] } }, analyst)).toMatchObject({ state: 'DONE', doneCount: 1 });
    const { job } = await desk.tell('bulkUpdateTickets', { ids: [ticket.id], change: { state: 'SOLVED' }, idempotencyKey: randomUUID() }, JOB, analyst);
    await desk.after(SECOND / 4);
    expect(await look(job.id, analyst)).toMatchObject({ state: 'DONE', doneCount: 0 });
    expect((await desk.read(ticket.id)).state).toBe('NEW');
  });

  it('is gone a week after its end', async () => {
    const job = await written({ filter: { customerId: newId('cus') } });
    await desk.after(7 * 24 * 60 * MINUTE + SECOND);
    expect(await look(job.id)).toBeNull();
    const db = await desk.world.database('tickets');
    expect(await db.query('SELECT * FROM ticket_job_parts')).toEqual([]);
  });
});
