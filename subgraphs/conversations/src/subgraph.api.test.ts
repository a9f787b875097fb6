import { randomUUID } from 'node:crypto';
import { unansweredRoots } from '@careline/kit/graphql';
import { getNamedType, isLeafType, isObjectType, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOffice, type Office } from './world.fixtures.ts';

let office: Office;
beforeAll(async () => { office = await openOffice(); });
afterAll(() => office.world.close());

/** Every field of a type that needs no argument, two levels deep, without fields that belong to other subgraphs. */
function selection(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    const isList = field.args.some((arg) => arg.name === 'first');
    if (field.args.length > 0 && !isList) return [];
    const call = isList ? `${field.name}(first: 5)` : field.name;
    if (isLeafType(named)) return [call];
    return depth > 0 && isObjectType(named) ? [`${call} { ${selection(named, depth - 1)} }`] : [];
  });
  return ['__typename', ...fields].join(' ');
}

async function readWhole(id: string, typeName: string) {
  const type = office.world.subgraphs.conversations!.schema.getType(typeName) as GraphQLObjectType;
  const answer = await office.run(`query($id: ID!) { node(id: $id) { ... on ${typeName} { ${selection(type, 3)} } } }`, { id }, office.admin);
  expect(answer.errors).toBeUndefined();
  expect(answer.data.node.__typename).toBe(typeName);
}

it('answers every root field of its schema', () => {
  expect(unansweredRoots(office.world.subgraphs.conversations!.schema)).toEqual([]);
});

it('answers every field of a customer with a past, of an agent, a team and a role', async () => {
  const visitor = await office.visit();
  const start = 'mutation($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }';
  await office.run(start, { input: { idempotencyKey: randomUUID(), firstMessage: { clientMessageId: randomUUID(), text: '你好' } } }, visitor.identity);
  const other = await office.visit();
  await office.run('mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) { userErrors { code } } }', { input: { survivorId: visitor.id, mergedId: other.id, reason: 'x', idempotencyKey: randomUUID() } }, office.admin);
  await office.world.drainEvents();
  await readWhole(visitor.id, 'Customer');
  await readWhole(office.admin.id, 'Agent');
  const { teams, roles } = (await office.run('{ teams(first: 1) { nodes { id } } roles(first: 1) { nodes { id } } }', {}, office.admin)).data;
  await readWhole(teams.nodes[0].id, 'Team');
  await readWhole(roles.nodes[0].id, 'Role');
});

it('points to objects of other subgraphs without asking for them, and to nothing for what is no id', async () => {
  const node = async (id: string) => (await office.run('query($id: ID!) { node(id: $id) { __typename id } }', { id }, office.admin)).data.node;
  expect(await node('tkt_00000000000000000000000001')).toEqual({ __typename: 'Ticket', id: 'tkt_00000000000000000000000001' });
  expect([await node('cus_00000000000000000000000001'), await node('xyz_1')]).toEqual([null, null]);
});
