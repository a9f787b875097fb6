import { createTestWorld, type World } from '@careline/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConversations } from '../subgraph.ts';
import { setUpCode } from './index.ts';

const SET_UP = `mutation($input: SetUpInput!) { setUp(input: $input) { accessToken viewer { kind } userErrors { code field } } }`;
const input = { organisationName: '云帆科技', timeZone: 'Asia/Shanghai', displayName: '管理员', email: 'admin@example.com', password: 'a long enough secret 42' };

let world: World;
beforeAll(async () => { world = await createTestWorld(createConversations); });
afterAll(() => world.close());

const setUp = async (changes: object, address: string) => (await world.execute('conversations', SET_UP, { input: { ...input, ...changes } }, null, { address })).data.setUp;

it('refuses another machine without the code, and malformed input', async () => {
  expect((await setUp({}, '203.0.113.9')).userErrors).toEqual([{ code: 'WRONG_CREDENTIALS', field: ['code'] }]);
  expect((await setUp({ timeZone: 'Asia/Nowhere' }, '127.0.0.1')).userErrors).toEqual([{ code: 'INVALID', field: ['timeZone'] }]);
  expect((await setUp({ email: 'nobody' }, '127.0.0.1')).userErrors).toEqual([{ code: 'INVALID', field: ['email'] }]);
});

it('lets exactly one of two racing set-ups win, from anywhere with the code', async () => {
  const code = setUpCode(world.deps.keyring).toLowerCase();
  const answers = await Promise.all([setUp({ code }, '203.0.113.9'), setUp({}, '::1')]);
  expect(answers.filter((answer) => answer.accessToken)).toHaveLength(1);
  expect(answers.flatMap((answer) => answer.userErrors)).toEqual([{ code: 'WRONG_STATE', field: null }]);
});
