import { randomUUID } from 'node:crypto';
import { testShape } from '@careline/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asker, setUpStaff, tell, type Ask } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';

let system: System;
let ask: Ask;
beforeAll(async () => {
  system = await startSystem(testShape());
  const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const staff = await setUpStaff(url);
  ask = asker(url, () => staff.adminToken);
}, 240_000);
afterAll(() => system?.stop());

interface Job {
  state: string;
  doneCount: number;
  failedCount: number;
}

const COUNT = 400;
const jobOf = async (id: string) => (await ask<{ ticketJob: Job }>('query ($id: ID!) { ticketJob(id: $id) { state doneCount failedCount } }', { id })).ticketJob;

it('a job goes on after its worker was killed in the middle, and every ticket is changed exactly once', async () => {
  const { customer } = await tell<{ customer: { id: string } }>(ask, 'createCustomer', { displayName: '李婷', phone: '+86 138-0013-8000', idempotencyKey: randomUUID() }, 'customer { id }');
  const tickets = Array.from({ length: COUNT }, (_, place) => ({ category: 'PAYMENT', subject: `第${place}张`, customerId: customer.id }));
  await tell(ask, 'createTickets', { tickets, idempotencyKey: randomUUID() }, 'createdCount');
  const { job } = await tell<{ job: { id: string } }>(ask, 'bulkUpdateTickets', { filter: { customerId: customer.id }, change: { note: '渠道故障，统一处理', state: 'OPEN' }, idempotencyKey: randomUUID() }, 'job { id }');
  await expect.poll(async () => (await jobOf(job.id)).doneCount, { interval: 20, timeout: 30_000 }).toBeGreaterThan(0);
  const worker = system.parts.find(({ name }) => name === 'worker' || name === 'tickets-worker')!;
  await worker.kill('SIGKILL');
  const cut = await jobOf(job.id);
  expect(cut.state).toBe('RUNNING');
  expect(cut.doneCount).toBeLessThan(COUNT);
  await worker.start();
  await expect.poll(() => jobOf(job.id), { interval: 200, timeout: 90_000 }).toEqual({ state: 'DONE', doneCount: COUNT, failedCount: 0 });
  const states: string[] = [];
  const notes: number[] = [];
  for (let after: string | null = null, isMore = true; isMore;) {
    const { tickets: page }: { tickets: { nodes: { state: string; entries: { totalCount: number } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await ask(
      'query ($id: ID!, $after: String) { tickets(filter: { customerId: $id }, first: 40, after: $after) { nodes { state entries(first: 1, onlyComments: true) { totalCount } } pageInfo { hasNextPage endCursor } } }', { id: customer.id, after });
    states.push(...page.nodes.map(({ state }) => state));
    notes.push(...page.nodes.map(({ entries }) => entries.totalCount));
    isMore = page.pageInfo.hasNextPage;
    after = page.pageInfo.endCursor;
  }
  expect([states.length, new Set(states), new Set(notes)]).toEqual([COUNT, new Set(['OPEN']), new Set([1])]);
}, 180_000);
