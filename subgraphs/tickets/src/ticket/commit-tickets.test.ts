import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';

/** Every id that is asked for exists. */
const directory = {
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    if (document.includes('TeamKeys')) return { teams: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
    return Object.fromEntries([...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, { id: variables[name!], isEnabled: true }])) as Data;
  },
};
const CREATE = `mutation ($input: CreateTicketsInput!) { createTickets(input: $input) {
  results { index ticket { id number subject } userErrors { code field } } userErrors { code field } } }`;

let world: World;
beforeAll(async () => {
  world = await createTestWorld(createTickets, { deps: { services: directory } });
});
afterAll(() => world.close());

const admin = agentIdentity({ role: 'admin' });
const item = (changes: object = {}) => ({ category: 'PAYMENT', subject: '退款未到账', customerId: newId('cus'), priority: 'P1', ...changes });
const create = async (tickets: object[], idempotencyKey: string = randomUUID(), who = admin) => (await world.execute('tickets', CREATE, { input: { tickets, idempotencyKey } }, who));
const rows = async <Row>(sql: string, params: unknown[] = []) => (await world.database('tickets')).query<Row>(sql, params);
const oneOf = (answer: Awaited<ReturnType<typeof create>>) => answer.data.createTickets.results?.[0];

describe('tickets that many create at once', () => {
  it('are one for each, with a number of its own, its own words and its own creator', async () => {
    const creators = Array.from({ length: 40 }, () => agentIdentity({ role: 'admin' }));
    const answers = await Promise.all(creators.map((creator, place) => create([item({ subject: `第 ${place} 个` })], randomUUID(), creator)));
    expect(answers.map((answer) => oneOf(answer).ticket.subject)).toEqual(creators.map((_, place) => `第 ${place} 个`));
    expect(new Set(answers.map((answer) => oneOf(answer).ticket.number)).size).toBe(40);
    const ids = answers.map((answer) => oneOf(answer).ticket.id);
    const stored = await rows<{ creator: string; clocks: number }>('SELECT HEX(t.creator_agent_id) AS creator, (SELECT COUNT(*) FROM sla_clocks c WHERE c.ticket_id = t.id) AS clocks FROM tickets t WHERE t.number IN (?)', [answers.map((answer) => Number(oneOf(answer).ticket.number))]);
    expect(stored.map(({ clocks }) => Number(clocks))).toEqual(ids.map(() => 2));
    expect(new Set(stored.map(({ creator }) => creator)).size).toBe(40);
  });

  it('are refused where they stand: each caller gets what came of its own', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, place) => create([item(), item(place % 3 === 0 ? { category: 'NONE' } : {})])));
    expect(answers.map(({ data }) => data.createTickets.results.map(({ index, ticket, userErrors: [problem] }: any) => [index, ticket !== null, problem?.field ?? null])))
      .toEqual(answers.map((_, place) => [[0, true, null], place % 3 === 0 ? [1, false, ['tickets', '1', 'category']] : [1, true, null]]));
  });

  it('are made once for a key that comes twice, at once or later, and refused for a key that has another input', async () => {
    const [twice, earlier] = [randomUUID(), randomUUID()];
    const ticket = item();
    const first = await create([ticket], earlier);
    const answers = await Promise.all([create([ticket], twice), create([item()]), create([ticket], twice), create([ticket], earlier), create([item({ subject: '别的' })], earlier), create([item()])]);
    expect(answers.map((answer) => answer.data.createTickets.userErrors[0]?.code ?? null)).toEqual([null, null, null, null, 'IDEMPOTENCY_MISMATCH', null]);
    expect(oneOf(answers[2]!)).toEqual(oneOf(answers[0]!));
    expect(oneOf(answers[3]!)).toEqual(oneOf(first));
    expect(new Set(answers.flatMap((answer) => oneOf(answer)?.ticket.id ?? [])).size).toBe(4);
  });

  it('take nobody with them when one can not be stored: its customer was erased meanwhile', async () => {
    const erased = newId('cus');
    await (await world.database('tickets')).execute('INSERT INTO data_keys (owner_id, kek_id, wrapped, created_at, destroyed_at) VALUES (?, 0, NULL, NOW(3), NOW(3))', [erased]);
    const answers = await Promise.all([create([item()]), create([item({ customerId: erased })]), create([item()])]);
    expect(answers.map(({ errors }) => errors?.[0]?.extensions?.code ?? null)).toEqual([null, 'NOT_FOUND', null]);
    expect([oneOf(answers[0]!).ticket, oneOf(answers[2]!).ticket].map((ticket) => ticket !== null)).toEqual([true, true]);
  });
});
