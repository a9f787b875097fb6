import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationsContext } from '../context.ts';
import { MIGRATIONS, openRuntime } from '../runtime.ts';
import { migrate } from '@careline/kit/db';
import { ports } from '../wiring.ts';
import { channelById, channelByKey, channelCard, readForm } from './channel.ports.ts';
import { createChannel, type NewChannel } from './create-channel.ts';

let world: World;
let machine: Awaited<ReturnType<typeof openRuntime>>;
let admin: ConversationsContext;

beforeAll(async () => {
  world = await createTestWorld([]);
  machine = await openRuntime(world.deps, ports);
  await migrate(machine.db, [MIGRATIONS]);
  admin = machine.contextOf(agentIdentity({ role: 'admin' }), { locale: 'EN' });
});

afterAll(async () => {
  await machine?.close();
  await world?.close();
});

const makeInput = (overrides: Partial<NewChannel> = {}): NewChannel => ({
  key: 'shop', kind: 'WEB', name: '商城', locale: 'EN', origins: ['https://shop.example'], accentColor: '#4F46E5', secret: 'known-secret-of-the-host',
  texts: { title: { zh: '客服', en: 'Support' }, greeting: { zh: '你好', en: 'Hello' } },
  form: [{ key: 'email', label: { zh: '邮箱', en: 'Mail' }, kind: 'EMAIL', isRequired: true, lengthMax: null, choices: [] }],
  ...overrides,
});
const make = (overrides: Partial<NewChannel> = {}) => machine.db.transaction((tx) => createChannel(admin, tx, makeInput(overrides)));

describe('a channel', () => {
  it('is found by key and id, and its secret opens only through the vault', async () => {
    const { id } = await make();
    const facts = { id, kind: 'WEB', isEnabled: true, locale: 'EN', identitySecret: 'known-secret-of-the-host', admitsPage: expect.any(Function) };
    expect(await channelByKey(admin, 'shop')).toEqual(facts);
    expect(await channelById(admin, id)).toEqual(facts);
    expect(await channelCard(admin, id)).toEqual({ id, kind: 'WEB', isEnabled: true, units: 1, hasRecall: true });
    const [row] = await machine.db.query<{ secret_enc: Buffer }>("SELECT secret_enc FROM channels WHERE channel_key = 'shop'");
    expect(row!.secret_enc.includes('known-secret')).toBe(false);
  });

  it('does not exist under another spelling, another kind of id or a key no channel can have', async () => {
    expect(await channelByKey(admin, 'SHOP')).toBeNull();
    expect(await channelByKey(admin, 'shop ')).toBeNull();
    expect(await channelByKey(admin, '商城')).toBeNull();
    expect(await channelById(admin, 'cnv_00000000000000000000000000')).toBeNull();
  });

  it.each<[string, Partial<NewChannel>]>([
    ['an origin with a path', { origins: ['https://shop.example/'] }],
    ['an accent on which white cannot be read', { accentColor: '#ffee00' }],
    ['a key with blanks', { key: 'my shop' }],
    ['a form with two fields of one key', { form: [...makeInput().form, ...makeInput().form] }],
  ])('is refused with %s', async (_, overrides) => {
    await expect(make({ key: 'refused', ...overrides })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('gives the answers of its form as people read them and as rules use them', async () => {
    const { id } = await make({ key: 'asks' });
    expect(await readForm(admin, id, { email: ' a@b.cn ' })).toEqual([{ key: 'email', label: 'Mail', value: 'a@b.cn', fact: 'a@b.cn' }]);
    await expect(readForm(admin, id, {})).rejects.toMatchObject({ code: 'FIELDS_MISSING', field: ['form', 'email'] });
  });
});
