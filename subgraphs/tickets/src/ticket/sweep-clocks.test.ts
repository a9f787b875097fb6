import { newId } from '@careline/kit/db';
import { HOUR, MINUTE, SECOND } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clockOf, kinds, openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
beforeEach(async () => void (desk = await openTicketDesk()));
afterEach(() => desk.world.close());

async function createMany(count: number): Promise<string[]> {
  const tickets = Array.from({ length: count }, () => ({ category: 'PAYMENT', subject: '退款未到账', customerId: newId('cus'), priority: 'P0' }));
  const { results } = await desk.tell('createTickets', { tickets, idempotencyKey: randomUUID() }, 'results { ticket { id } }');
  return results.map(({ ticket }: any) => ticket.id);
}

it('an escalation waits for a directory that was never heard of, and is lost for nobody', async () => {
  desk.directory.areTeamsAway = true;
  const db = await desk.world.database('tickets');
  const { id } = await desk.create();
  await desk.after(26 * MINUTE);
  expect(kinds(await desk.read(id))).toContain('CLOCK_BREACHED');
  expect(kinds(await desk.read(id))).not.toContain('ESCALATED');
  desk.directory.areTeamsAway = false;
  await desk.after(SECOND);
  const ticket = await desk.read(id);
  expect(ticket.team).toEqual({ id: desk.supervisorsId });
  expect(kinds(ticket).filter((kind) => kind === 'ESCALATED')).toHaveLength(1);
  expect(await db.query('SELECT 1 FROM sla_clocks WHERE next_at <= ?', [new Date(desk.world.clock.now())])).toEqual([]);
});

it('any number of tickets that cannot be read keep no other waiting', async () => {
  const broken = await createMany(210);
  const db = await desk.world.database('tickets');
  await db.execute('DELETE FROM tickets');
  await desk.after(MINUTE);
  const { id } = await desk.create();
  await desk.after(16 * MINUTE);
  expect(broken).toHaveLength(210);
  expect(clockOf(await desk.read(id), 'FIRST_RESPONSE').state).toBe('BREACHED');
});

it('all tickets that were solved a week ago are closed, however many', async () => {
  const ids = await createMany(230);
  const db = await desk.world.database('tickets');
  await db.execute("UPDATE tickets SET state = 'SOLVED', solved_at = created_at");
  await desk.after(7 * 24 * HOUR + HOUR);
  expect(await db.query("SELECT state, COUNT(*) AS count FROM tickets GROUP BY state")).toEqual([{ state: 'CLOSED', count: ids.length }]);
});
