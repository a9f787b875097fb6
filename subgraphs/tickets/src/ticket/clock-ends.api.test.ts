import { MINUTE } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

let desk: TicketDesk;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk.world.close());

/** What was told of the ends of a ticket's clocks, in order. */
async function told(ticketId: string): Promise<{ type: string; data: any }[]> {
  const rows = await (await desk.world.database('tickets')).query<{ envelope: any }>('SELECT envelope FROM outbox ORDER BY id');
  const envelopes = rows.map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope));
  return envelopes.filter(({ type, key }) => key === ticketId && type.startsWith('sla.clock_'));
}
const names = async (ticketId: string) => (await told(ticketId)).map(({ type, data }) => `${type} ${data.target} ${data.state}`);

describe('the end of a clock is told to whoever counts', () => {
  it('once, with all that is to be known of it', async () => {
    const { id } = await desk.create();
    await desk.after(5 * MINUTE);
    await desk.reply(id);
    await desk.reply(id);
    expect(await names(id)).toEqual(['sla.clock_ended FIRST_RESPONSE MET']);
    const { data } = (await told(id))[0]!;
    expect(data).toMatchObject({
      ticketId: id, priority: 'P0', categoryKey: 'PAYMENT', usedMs: 5 * MINUTE, budgetMs: 15 * MINUTE, pausedMs: 0, escalationCount: 0, policyVersion: 1,
      endedAt: desk.world.clock.now(), dueAt: data.startedAt + 15 * MINUTE,
    });
  });

  it('as missed, with its escalations, and only when it ends', async () => {
    const { id } = await desk.create();
    await desk.after(15 * MINUTE + 1);
    await desk.after(11 * MINUTE);
    expect(await names(id)).toEqual([]);
    await desk.reply(id);
    expect(await names(id)).toEqual(['sla.clock_ended FIRST_RESPONSE BREACHED']);
    expect((await told(id))[0]!.data.escalationCount).toBe(1);
  });

  it('again when the ticket is opened again, under a higher seq', async () => {
    const { id } = await desk.create();
    await desk.reply(id);
    await desk.tell('solveTicket', { ticketId: id });
    await desk.tell('reopenTicket', { ticketId: id, reason: '还没好' });
    expect(await names(id)).toEqual(['sla.clock_ended FIRST_RESPONSE MET', 'sla.clock_ended RESOLUTION MET', 'sla.clock_resumed RESOLUTION RUNNING']);
    const [, ended, resumed] = (await told(id)) as [any, any, any];
    expect(resumed.data.seq).toBeGreaterThan(ended.data.seq);
    expect(resumed.data.endedAt).toBeNull();
  });
});
