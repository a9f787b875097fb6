import { registry } from '@careline/kit/observe';
import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { MINUTE, SECOND } from '@careline/kit/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAnalytics } from '../subgraph.ts';
import { endedClock, endedConversationClock, tellClocks } from '../testing/ended-clocks.ts';

const ALERTS = 'query ($filter: AlertFilter) { alerts(filter: $filter, first: 10) { nodes { name value text ticketIds conversationIds clearedAt } } }';

let world: World;
beforeAll(async () => {
  world = await createTestWorld(createAnalytics);
  await world.runJobs();
});
afterAll(() => world?.close());

async function alerts(variables: Record<string, unknown> = {}) {
  const { data, errors } = await world.execute('analytics', ALERTS, variables, agentIdentity({ role: 'admin' }), { locale: 'EN' });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.alerts;
}

async function after(ms: number): Promise<void> {
  world.clock.advance(ms);
  await world.runJobs();
}

it('counts conversations by themselves: they have a warning of their own, with those responsible', async () => {
  await tellClocks(world, Array.from({ length: 40 }, () => endedClock(world.clock.now())));
  const missed = [1, 2].map((place) => endedConversationClock(world.clock.now() + place * SECOND, { state: 'BREACHED' }));
  await tellClocks(world, [...Array.from({ length: 18 }, () => endedConversationClock(world.clock.now())), ...missed]);
  await after(MINUTE);
  const { nodes } = await alerts();
  expect(nodes).toEqual([expect.objectContaining({
    name: 'conversation_attainment_below_95', value: 0.9, clearedAt: null, ticketIds: [], conversationIds: missed.map(({ conversationId }) => conversationId).toReversed(),
    text: 'First-response attainment of conversations on 2026-11-23 is 90.0%, below 95.0%: 20 ended, 18 met, 2 missed.',
  })]);
  const printed = await registry.metrics();
  for (const [subject, share] of [['TICKET', '1'], ['CONVERSATION', '0\\.9']]) expect(printed).toMatch(new RegExp(`^careline_sla_attainment_ratio\\{[^}]*subject="${subject}"[^}]*\\} ${share}$`, 'm'));
  await tellClocks(world, Array.from({ length: 20 }, () => endedClock(world.clock.now(), { state: 'BREACHED' })));
  await after(MINUTE);
  expect((await alerts({ filter: { isOn: true } })).nodes.map((alert: any) => [alert.name, alert.ticketIds.length, alert.conversationIds.length])).toEqual([['attainment_below_95', 20, 0], ['conversation_attainment_below_95', 0, 2]]);
  await tellClocks(world, Array.from({ length: 30 }, () => endedConversationClock(world.clock.now())));
  await after(MINUTE);
  expect((await alerts({ filter: { isOn: true } })).nodes.map((alert: any) => alert.name)).toEqual(['attainment_below_95']);
});
