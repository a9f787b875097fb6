import type { Identity } from '@careline/kit/auth';
import type { SubgraphName } from '@careline/schema';
import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { HOUR } from '@careline/kit/time';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVERYTHING } from './everything.ts';

const SET_UP = 'mutation ($input: SetUpInput!) { setUp(input: $input) { viewer { agent { id teams { id } } } userErrors { code } } }';
const HOURS = 'mutation ($input: SaveBusinessHoursInput!) { saveBusinessHours(input: $input) { businessHours { id version } userErrors { code field } } }';
const QUEUE = 'mutation ($input: SaveQueueInput!) { saveQueue(input: $input) { queue { id isOpen opensAt closedAction } userErrors { code field } } }';
const START = 'mutation ($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }';
const SEEN = 'query ($id: ID!) { conversation(id: $id) { state queueEntry { isQueueOpen opensAt closedMessage waitP50Seconds } } }';
const WIDGET = '{ widget(channelKey: "demo") { isOpen opensAt } }';

let world: World;
let admin: Identity;

async function ask(subgraph: SubgraphName, document: string, variables: object = {}, viewer: Identity | null = admin): Promise<Record<string, any>> {
  const { data, errors } = await world.execute(subgraph, document, variables as Record<string, unknown>, viewer, { address: '127.0.0.1' });
  expect(errors).toBeUndefined();
  return data;
}

/** Lets timers and jobs run. */
async function settle(): Promise<void> {
  world.clock.advance(1_000);
  await world.drainEvents();
  await world.runJobs();
}

/** The agent is there, for as long as a presence holds by itself. */
const online = () => ask('conversations', 'mutation { setPresence(input: { presence: ONLINE }) { userErrors { code } } }');

const hoursFrom = (from: string, more: object = {}) => ({
  name: '白班', key: 'day', timeZone: 'Asia/Shanghai', specialDays: [], scope: 'NEW_ONLY', intervals: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from, to: '18:00' })), ...more,
});

// Monday, 08:00 in Shanghai.
const EIGHT = Date.parse('2026-11-23T00:00:00Z');

beforeAll(async () => {
  world = await createTestWorld(EVERYTHING, { startAt: EIGHT });
  const input = { organisationName: '示例', timeZone: 'Asia/Shanghai', displayName: 'Root', email: 'root@example.com', password: 'correct horse battery' };
  const { setUp } = await ask('conversations', SET_UP, { input }, null);
  const { agent } = setUp.viewer;
  admin = agentIdentity({ id: agent.id, role: 'admin', teamIds: agent.teams.map(({ id }: { id: string }) => id) });
  await online();
});
afterAll(() => world?.close());

it('A queue is open by the hours that tickets keep: who comes before waits, is told until when, and is served at that moment', async () => {
  const { saveBusinessHours: made } = await ask('tickets', HOURS, { input: hoursFrom('09:00') });
  const general = (await ask('conversations', '{ queues(first: 1) { nodes { id } } }')).queues.nodes[0].id;
  const nine = new Date(EIGHT + HOUR).toISOString();
  // The event has not come yet: the queue asks for the hours itself.
  expect((await ask('conversations', QUEUE, { input: { queueId: general, businessHoursId: made.businessHours.id, closedWords: { zh: '九点见', en: 'See you at nine' } } })).saveQueue)
    .toEqual({ queue: { id: general, isOpen: false, opensAt: nine, closedAction: 'WAIT' }, userErrors: [] });
  expect((await ask('conversations', WIDGET, {}, null)).widget).toEqual({ isOpen: false, opensAt: nine });
  const { channels } = await ask('conversations', '{ channels(first: 1) { nodes { id } } }');
  const { startVisit } = await ask('conversations', 'mutation { startVisit(input: { channelKey: "demo" }) { customer { id } } }', {}, null);
  const visitor = customerIdentity({ id: startVisit.customer.id, channelId: channels.nodes[0].id });
  const { startConversation } = await ask('conversations', START, { input: { idempotencyKey: 'early' } }, visitor);
  const { id } = startConversation.conversation;
  await settle();
  expect((await ask('conversations', SEEN, { id }, visitor)).conversation).toEqual({ state: 'QUEUED', queueEntry: { isQueueOpen: false, opensAt: nine, closedMessage: 'See you at nine', waitP50Seconds: null } });
  world.clock.advance(HOUR);
  await online();
  await settle();
  expect((await ask('conversations', SEEN, { id }, visitor)).conversation).toEqual({ state: 'ACTIVE', queueEntry: null });
});

it('Hours that are changed move the opening of their queues, by event alone', async () => {
  const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  const { saveBusinessHours: made } = await ask('tickets', HOURS, { input: { ...hoursFrom('09:00'), key: 'changing', intervals: always } });
  const businessHoursId = made.businessHours.id;
  const { queue } = (await ask('conversations', QUEUE, { input: { name: '周日', key: 'sunday', businessHoursId } })).saveQueue;
  expect(queue.isOpen).toBe(true);
  await ask('tickets', HOURS, { input: { ...hoursFrom('09:00'), key: null, businessHoursId, intervals: [{ weekday: 7, from: '10:00', to: '12:00' }] } });
  await world.drainEvents();
  const { queue: after } = await ask('conversations', 'query ($id: ID!) { queue(id: $id) { isOpen opensAt } }', { id: queue.id });
  expect(after).toEqual({ isOpen: false, opensAt: '2026-11-29T02:00:00.000Z' });
});

it('Business hours that do not exist are refused, and nothing changes', async () => {
  const general = (await ask('conversations', '{ queues(first: 1) { nodes { id } } }')).queues.nodes[0].id;
  const { saveQueue } = await ask('conversations', QUEUE, { input: { queueId: general, businessHoursId: 'bhr_00000000000000000000000000' } });
  expect(saveQueue).toEqual({ queue: null, userErrors: [{ code: 'NOT_FOUND', field: ['businessHoursId'] }] });
});
