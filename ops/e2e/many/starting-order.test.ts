import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSystem, type Part, type System } from '../../harness/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem('many');
}, 240_000);
afterAll(() => system?.stop());

const readiness = async (part: Part) => {
  const answer = await fetch(`http://127.0.0.1:${part.port}/readyz`).catch(() => null);
  return answer && { status: answer.status, ...((await answer.json()) as { checks: Record<string, boolean> }) };
};

it('gateways that start first say what they wait for, and are ready by themselves when the last subgraph is', async () => {
  const [gateway] = system.gateways as [Part];
  const apis = system.parts.filter(({ name }) => name.endsWith('-api'));
  await Promise.all(system.parts.map((part) => part.kill()));
  const starting = gateway.start();
  await expect.poll(() => readiness(gateway), { timeout: 60_000 }).toMatchObject({ status: 503, checks: { conversations: false, analytics: false } });
  const last = apis.find(({ name }) => name.startsWith('analytics'))!;
  await Promise.all(apis.filter((api) => api !== last).map((api) => api.start()));
  await expect.poll(() => readiness(gateway)).toMatchObject({ status: 503, checks: { conversations: true, analytics: false } });
  await Promise.all([last.start(), starting]);
  expect(await readiness(gateway)).toMatchObject({ status: 200, checks: { conversations: true, tickets: true, knowledge: true, analytics: true } });
  expect(await readiness(apis[0]!)).toMatchObject({ status: 200, checks: { database: true, redis: true } });
}, 120_000);
