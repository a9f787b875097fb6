import { createTestWorld, type World } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationsContext } from '../context.ts';
import { createConversations } from '../subgraph.ts';
import { createChannel } from './create-channel.ts';

const SET_UP = 'mutation($input: SetUpInput!) { setUp(input: $input) { userErrors { code } } }';
const START = 'mutation($input: StartVisitInput!) { startVisit(input: $input) { visitorToken userErrors { code field message } } }';
const ORIGINS = 'query($key: String!) { channelOrigins(channelKey: $key) }';
const SHOP = 'https://shop.example';

describe.each([{ isProduction: true }, { isProduction: false }])('origins of a channel, in production: $isProduction', ({ isProduction }) => {
  let world: World;
  beforeAll(async () => {
    world = await createTestWorld(createConversations, { deps: { isProduction } });
    const facts = { identity: null, requestId: 'r', locale: 'EN', address: '127.0.0.1', device: null, clientName: null } as const;
    const ctx = world.subgraphs.conversations!.createContext(facts) as ConversationsContext;
    await world.execute('conversations', SET_UP, { input: { organisationName: 'Shop', timeZone: 'Asia/Shanghai', displayName: 'Ada', email: 'ada@example.com', password: 'a long enough secret 42' } }, null, { address: '127.0.0.1' });
    const system = ctx.runtime.system('test');
    const texts = { title: { zh: '客服', en: 'Support' }, greeting: { zh: '你好', en: 'Hello' } };
    await system.transaction((tx) => createChannel(system, tx, { key: 'shop', kind: 'WEB', name: 'Shop', locale: 'EN', origins: [SHOP], accentColor: '#4f46e5', texts, form: [] }));
    await system.transaction((tx) => createChannel(system, tx, { key: 'closed', kind: 'WEB', name: 'Closed', locale: 'EN', origins: [SHOP], accentColor: '#4f46e5', texts, form: [] }));
    await ctx.db.execute("UPDATE channels SET is_enabled = 0 WHERE channel_key = 'closed'");
  });
  afterAll(() => world?.close());

  const start = async (channelKey: string, pageOrigin: string | null) =>
    (await world.execute('conversations', START, { input: { channelKey } }, null, { pageOrigin, locale: 'EN' })).data.startVisit as { visitorToken: string | null; userErrors: { code: string }[] };

  it.each<[string, string, string | null, boolean]>([
    ['a listed page', 'shop', SHOP, true],
    ['our own frame, or a program', 'shop', null, true],
    ['a page that is not listed', 'shop', 'https://evil.example', false],
    ['a page of another scheme', 'shop', 'http://shop.example', false],
    ['a page that hides its origin', 'shop', 'null', false],
    ['our own page where none is listed', 'demo', null, true],
    ['another page where none is listed', 'demo', SHOP, !isProduction],
  ])('%s', async (_name, key, page, isAdmitted) => {
    const { visitorToken, userErrors } = await start(key, page);
    expect(visitorToken !== null).toBe(isAdmitted);
    expect(userErrors).toEqual(isAdmitted ? [] : [{ code: 'NOT_ALLOWED', field: ['channelKey'], message: 'This page may not use the channel.' }]);
  });

  it('are told to the system alone', async () => {
    const ask = async (key: string, viewer: 'SYSTEM' | null) => world.execute('conversations', ORIGINS, { key }, viewer);
    expect((await ask('shop', 'SYSTEM')).data).toEqual({ channelOrigins: [SHOP] });
    expect((await ask('demo', 'SYSTEM')).data).toEqual({ channelOrigins: [] });
    expect((await ask('closed', 'SYSTEM')).data).toEqual({ channelOrigins: null });
    expect((await ask('nowhere', 'SYSTEM')).data).toEqual({ channelOrigins: null });
    expect((await ask('shop', null)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
