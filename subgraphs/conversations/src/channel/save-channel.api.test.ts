import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';

const SAVE = 'mutation($input: SaveChannelInput!) { saveChannel(input: $input) { channel { id key kind name isEnabled origins units version } identitySecret userErrors { code field } } }';
const START = 'mutation($input: StartVisitInput!) { startVisit(input: $input) { visitorToken userErrors { code } } }';
const IDENTIFY = 'mutation($token: String!) { identifyCustomer(input: { token: $token }) { customer { id kind } userErrors { code } } }';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.world.close());

const save = async (input: object, viewer = office.admin) => (await office.run(SAVE, { input }, viewer)).data.saveChannel;
const make = (more: object = {}) => save({ kind: 'APP', key: `app-${randomUUID().slice(0, 8)}`, name: '商城', origins: ['https://shop.example/'], ...more });

/** What becomes of a visitor whom the host application signs with this secret. */
async function identified(channelKey: string, secret: string) {
  const { visitorToken } = (await office.run(START, { input: { channelKey } })).data.startVisit;
  const now = Math.floor(office.world.clock.now() / 1000);
  const token = await new SignJWT({ sub: randomUUID(), iat: now, exp: now + 300 }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
  return (await office.run(IDENTIFY, { token }, await office.identityOf(visitorToken))).data.identifyCustomer;
}

describe('saving a channel', () => {
  it('tells the secret of a new one once, with which the host application proves who its visitors are', async () => {
    const { channel, identitySecret, userErrors } = await make();
    expect([channel, userErrors]).toEqual([expect.objectContaining({ kind: 'APP', isEnabled: true, origins: ['https://shop.example'], units: 1, version: 1 }), []]);
    expect(await identified(channel.key, identitySecret)).toMatchObject({ customer: { kind: 'KNOWN' }, userErrors: [] });
    expect((await save({ channelId: channel.id, name: '新商城' })).identitySecret).toBeNull();
  });

  it('refuses what the old secret signed once a new one was made', async () => {
    const { channel, identitySecret } = await make();
    const renewed = await save({ channelId: channel.id, isSecretRenewed: true });
    expect((await identified(channel.key, identitySecret)).userErrors).toEqual([{ code: 'WRONG_CREDENTIALS' }]);
    expect((await identified(channel.key, renewed.identitySecret)).userErrors).toEqual([]);
  });

  it('changes what is given and keeps the rest; who is switched off takes no visits', async () => {
    const { channel } = await make();
    expect((await save({ channelId: channel.id, isEnabled: false })).channel).toEqual({ ...channel, isEnabled: false, version: 2 });
    expect((await office.run(START, { input: { channelKey: channel.key } })).data.startVisit.userErrors).not.toEqual([]);
    expect((await save({ channelId: channel.id, isEnabled: true, origins: [] })).channel).toEqual({ ...channel, origins: [], version: 3 });
    const off = (await make({ isEnabled: false })).channel;
    expect(off).toMatchObject({ isEnabled: false, version: 1 });
    expect(await office.auditOf(off.id)).toMatchObject([{ details: { after: { isEnabled: false, locale: 'ZH_CN' } } }]);
  });

  it('weighs its conversations in units that stay until they are changed', async () => {
    const { channel } = await make({ units: 20 });
    expect(channel.units).toBe(20);
    expect((await save({ channelId: channel.id, name: '视频' })).channel).toMatchObject({ units: 20 });
    expect((await save({ channelId: channel.id, units: 3 })).channel).toMatchObject({ units: 3 });
    expect((await office.auditOf(channel.id)).at(-1)!.details).toMatchObject({ before: { units: 20 }, after: { units: 3 } });
  });

  it('makes as many at once as are asked for, however few connections there are', async () => {
    const made = await Promise.all(Array.from({ length: 40 }, () => make()));
    expect(made.every(({ userErrors }) => userErrors.length === 0)).toBe(true);
  });

  it.each<[string, object, object]>([
    ['without a key', { key: null }, { code: 'REQUIRED', field: ['key'] }],
    ['with a key no address can hold', { key: '商城' }, { code: 'INVALID', field: ['key'] }],
    ['with a page instead of an origin', { origins: ['https://a.example', 'https://b.example/path'] }, { code: 'INVALID', field: ['origins', '1'] }],
    ['with a colour on which nobody can read', { accentColor: '#ffff00' }, { code: 'INVALID', field: ['accentColor'] }],
    ['of conversations without weight', { units: 0 }, { code: 'OUT_OF_RANGE', field: ['units'] }],
    ['of conversations that weigh more than anybody carries', { units: 21 }, { code: 'OUT_OF_RANGE', field: ['units'] }],
    ['without a name', { name: ' ' }, { code: 'REQUIRED', field: ['name'] }],
    ['with the key of another', { key: 'demo' }, { code: 'ALREADY_EXISTS', field: ['key'] }],
  ])('refuses a new one %s', async (_name, more, refusal) => {
    expect(await make(more)).toEqual({ channel: null, identitySecret: null, userErrors: [refusal] });
  });

  it('refuses another key, and a version that is gone, showing the present one', async () => {
    const { channel } = await make();
    expect((await save({ channelId: channel.id, key: 'another' })).userErrors).toEqual([{ code: 'WRONG_STATE', field: ['key'] }]);
    await save({ channelId: channel.id, name: '二' });
    expect(await save({ channelId: channel.id, name: '三', expectedVersion: 1 })).toMatchObject({ channel: { name: '二', version: 2 }, userErrors: [{ code: 'STALE_VERSION' }] });
  });

  it('is refused to a viewer without channel:write', async () => {
    const supervisor = await office.hire({ role: 'supervisor' });
    expect((await office.run(SAVE, { input: { name: 'x' } }, supervisor.identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('leaves an audit entry of before and after that holds no secret', async () => {
    const { channel } = await make();
    const { identitySecret } = await save({ channelId: channel.id, origins: ['https://new.example'], isSecretRenewed: true });
    const entries = await office.auditOf(channel.id);
    expect(entries.at(-1)).toMatchObject({ verb: 'channel:write', actorId: office.admin.id, details: { before: { origins: ['https://shop.example'] }, after: { origins: ['https://new.example'], isSecretRenewed: true } } });
    expect(JSON.stringify(entries)).not.toContain(identitySecret);
  });
});

describe('the words and the form of a channel', () => {
  const SETTINGS = 'mutation($input: SaveChannelInput!) { saveChannel(input: $input) { channel { title { zh en } greeting { zh } accentColor locale form { key kind label { zh } isRequired lengthMax choices { value zh en } } } userErrors { code field } } }';
  const set = async (input: object) => (await office.run(SETTINGS, { input }, office.admin)).data.saveChannel;
  const field = (more: object = {}) => ({ key: 'order', label: { zh: '订单号', en: 'Order' }, kind: 'TEXT', isRequired: true, ...more });

  it('are changed, and what is left out stays', async () => {
    const { channel } = await make();
    const form = [field(), field({ key: 'topic', kind: 'CHOICE', isRequired: false, choices: [{ value: 'refund', zh: '退款', en: 'Refund' }] })];
    const changed = (await set({ channelId: channel.id, title: { zh: ' 商城客服 ', en: 'Shop' }, form })).channel;
    expect(changed).toMatchObject({ title: { zh: '商城客服', en: 'Shop' }, form: [{ key: 'order', lengthMax: null, isRequired: true }, { key: 'topic', choices: [{ value: 'refund', zh: '退款', en: 'Refund' }] }] });
    expect((await set({ channelId: channel.id, name: '新名' })).channel).toEqual(changed);
  });

  it.each<[string, object, string, string[]]>([
    ['a title without words', { title: { zh: ' ', en: 'Shop' } }, 'REQUIRED', ['title']],
    ['a greeting of 201 characters', { greeting: { zh: '长'.repeat(201), en: 'x' } }, 'TOO_LONG', ['greeting']],
    ['11 fields', { form: Array.from({ length: 11 }, (_, at) => field({ key: `f${at}` })) }, 'TOO_MANY', ['form']],
    ['two fields of one key', { form: [field(), field()] }, 'ALREADY_EXISTS', ['form', '1', 'key']],
    ['a key with capitals', { form: [field({ key: 'Order' })] }, 'INVALID', ['form', '0', 'key']],
    ['a choice without choices', { form: [field({ kind: 'CHOICE' })] }, 'REQUIRED', ['form', '0', 'choices']],
    ['choices of a text', { form: [field({ choices: [{ value: 'a', zh: 'a', en: 'a' }] })] }, 'INVALID', ['form', '0', 'choices']],
    ['two choices of one value', { form: [field({ kind: 'CHOICE', choices: [{ value: 'a', zh: 'a', en: 'a' }, { value: 'a', zh: 'b', en: 'b' }] })] }, 'ALREADY_EXISTS', ['form', '0', 'choices']],
    ['201 characters of one line', { form: [field({ lengthMax: 201 })] }, 'OUT_OF_RANGE', ['form', '0', 'lengthMax']],
  ])('refuses %s', async (_name, input, code, path) => {
    const { channel } = await make();
    expect(await set({ channelId: channel.id, ...input })).toEqual({ channel: null, userErrors: [{ code, field: path }] });
  });
});

describe('testing a channel', () => {
  const TEST = 'mutation($id: ID!) { testChannel(input: { channelId: $id }) { checks { name isPassed detail } userErrors { code } } }';
  const test = async (id: string, viewer = office.admin) => (await office.run(TEST, { id }, viewer)).data?.testChannel?.checks?.map(({ isPassed }: { isPassed: boolean }) => isPassed);

  it('finds a channel well, and says what is wrong with one that is switched off', async () => {
    const { channel } = await make({ kind: 'WEB' });
    expect(await test(channel.id)).toEqual([true, true, true, true]);
    await save({ channelId: channel.id, isEnabled: false });
    expect(await test(channel.id)).toEqual([false, true, true, true]);
    expect(await office.auditOf(channel.id)).toContainEqual(expect.objectContaining({ details: expect.objectContaining({ after: { isTested: true, failed: ['Switch'] } }) }));
  });
});
