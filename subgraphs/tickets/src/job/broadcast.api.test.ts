import type { Identity } from '@careline/kit/auth';
import { agentIdentity } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { SECOND } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk.world.close());

const JOB = 'job { id kind state totalCount doneCount failedCount undoableUntil items(first: 100) { nodes { ticket { id } error { code } } } }';
const broadcast = (input: object, viewer?: Identity) => desk.tell('broadcastToChildren', { idempotencyKey: randomUUID(), text: '短信通道已恢复，请再试一次。', ...input }, JOB, viewer);
const readJob = async (id: string) => (await desk.ask(`query ($id: ID!) { ticketJob(id: $id) { ${JOB.slice(6, -1)} } }`, { id })).ticketJob;
const said = async (id: string) => (await desk.read(id)).entries.nodes.flatMap(({ comment }: any) => comment ?? []);

/** An incident with this many children. */
async function incident(count: number): Promise<{ id: string; children: any[] }> {
  const { id } = await desk.create();
  const children = await Promise.all(Array.from({ length: count }, () => desk.create()));
  for (const child of children) await desk.tell('updateTicket', { ticketId: child.id, parentId: id });
  return { id, children };
}

describe('a reply to all children of an incident', () => {
  it('reaches every open child once, moves it when asked, and answers its first response', async () => {
    const { id, children } = await incident(3);
    await desk.tell('solveTicket', { ticketId: children[2].id });
    const { job, userErrors } = await broadcast({ ticketId: id, state: 'SOLVED' });
    expect(userErrors).toEqual([]);
    await desk.after(SECOND / 4);
    expect(await readJob(job.id)).toMatchObject({ kind: 'BROADCAST', state: 'DONE', totalCount: 2, doneCount: 2, failedCount: 0, undoableUntil: null });
    for (const child of children.slice(0, 2)) {
      expect(await said(child.id)).toEqual([{ text: '短信通道已恢复，请再试一次。', visibility: 'PUBLIC' }]);
      const { state, clocks } = await desk.read(child.id);
      expect([state, clocks.find(({ target }: any) => target === 'FIRST_RESPONSE').state]).toEqual(['SOLVED', 'MET']);
    }
    expect(await said(children[2].id)).toEqual([]);
    expect(await said(id)).toEqual([]);
  });

  it('is one job for one key', async () => {
    const { id, children } = await incident(1);
    const idempotencyKey = randomUUID();
    const [first, again] = [await broadcast({ ticketId: id, idempotencyKey }), await broadcast({ ticketId: id, idempotencyKey })];
    expect(again.job.id).toBe(first.job.id);
    await desk.after(SECOND / 4);
    expect(await said(children[0].id)).toHaveLength(1);
    expect((await broadcast({ ticketId: id, idempotencyKey, text: '另一句话' })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }]);
  });

  it('refuses a child that was closed meanwhile, and the others have their reply', async () => {
    const { id, children } = await incident(2);
    const { job } = await broadcast({ ticketId: id });
    await desk.tell('solveTicket', { ticketId: children[0].id });
    await desk.tell('closeTicket', { ticketId: children[0].id });
    await desk.after(SECOND / 4);
    const { items, doneCount, failedCount } = await readJob(job.id);
    expect([doneCount, failedCount]).toEqual([1, 1]);
    expect(items.nodes.find(({ ticket }: any) => ticket.id === children[0].id).error).toEqual({ code: 'WRONG_STATE' });
    expect(await said(children[1].id)).toHaveLength(1);
  });

  it.each([
    ['nothing to say', { text: '  ' }, { code: 'REQUIRED', field: ['text'] }],
    ['too much', { text: 'x'.repeat(20_001) }, { code: 'TOO_LONG', field: ['text'] }],
    ['a state that needs a reason', { state: 'ON_HOLD' }, { code: 'INVALID', field: ['state'] }],
  ])('refuses %s', async (_name, input, error) => {
    const { id } = await incident(1);
    expect((await broadcast({ ticketId: id, ...input })).userErrors).toMatchObject([error]);
  });

  it('refuses a ticket without open children, and one that nobody sees', async () => {
    expect((await broadcast({ ticketId: (await desk.create()).id })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await broadcast({ ticketId: newId('tkt') })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('refuses a viewer without ticket:bulk, and says nothing where comment:write is missing', async () => {
    const { id } = await incident(1);
    await expect(broadcast({ ticketId: id }, agentIdentity({ grants: { 'ticket:read': 'ALL', 'comment:write': 'ALL' } }))).rejects.toThrow('FORBIDDEN');
    await expect(broadcast({ ticketId: id }, agentIdentity({ grants: { 'ticket:read': 'ALL', 'ticket:bulk': 'ALL' } }))).rejects.toThrow('FORBIDDEN');
  });

  it('leaves an audit entry that does not hold what was written', async () => {
    const { id } = await incident(1);
    const { job } = await broadcast({ ticketId: id });
    const db = await desk.world.database('tickets');
    const [event] = await db.query('SELECT envelope FROM outbox WHERE envelope LIKE ?', [`%${job.id}%`]);
    expect(JSON.stringify(event)).toContain('ticket:bulk');
    expect(JSON.stringify(event)).not.toContain('短信通道');
  });
});
