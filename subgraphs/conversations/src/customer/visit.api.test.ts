import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';
import type { ConversationsContext } from '../context.ts';

const START = `mutation($input: StartVisitInput!) { startVisit(input: $input) { customer { id kind displayName number locale } visitorToken refreshToken openConversation { id } userErrors { code field } } }`;
const IDENTIFY = `mutation($token: String!) { identifyCustomer(input: { token: $token }) {
  customer { id kind displayName identities { kind value isVerified } } visitorToken merge { id mergedNumber actor { kind } } userErrors { code field } } }`;

let office: Office;
let secret: Uint8Array;
beforeAll(async () => {
  office = await openOffice();
  const visitor = await office.visit();
  const ctx = office.world.subgraphs.conversations!.createContext({ identity: null, requestId: 'r', locale: 'EN', address: null, device: null, clientName: null }) as ConversationsContext;
  const channel = await ctx.deps.channelById(ctx, visitor.identity.channelId!);
  secret = Buffer.from(channel!.identitySecret!);
});
afterAll(() => office.world.close());

const start = async (input: object = {}) => (await office.run(START, { input: { channelKey: 'demo', ...input } })).data.startVisit;

/** A proof as a host application signs one; `claims` override. */
function sign(claims: Record<string, unknown>, key = secret): Promise<string> {
  const now = Math.floor(office.world.clock.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 300, ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key);
}
async function identify(visitor: { token: string }, claims: Record<string, unknown>, key?: Uint8Array) {
  return (await office.run(IDENTIFY, { token: await sign(claims, key) }, await office.identityOf(visitor.token))).data.identifyCustomer;
}

describe('a visit', () => {
  it('makes a visitor with a name made of the number', async () => {
    const { customer, visitorToken } = await start({ locale: 'EN' });
    expect(customer).toMatchObject({ kind: 'VISITOR', displayName: `Visitor ${customer.number.slice(2, 6)}`, locale: 'EN' });
    expect(await office.identityOf(visitorToken)).toMatchObject({ kind: 'CUSTOMER', id: customer.id, grants: { 'message:send': 'OWN' } });
  });

  it('comes back as the same customer by its refresh token, also without a new one having arrived', async () => {
    const first = await start();
    const again = await start({ refreshToken: first.refreshToken });
    expect(again.customer.id).toBe(first.customer.id);
    office.world.clock.advance(5 * 60_000);
    const lostAnswer = await start({ refreshToken: first.refreshToken });
    expect(lostAnswer.customer.id).toBe(first.customer.id);
    expect((await start({ refreshToken: again.refreshToken })).customer.id).not.toBe(first.customer.id);
  });

  it('ends when a copied token and its successor are both in use', async () => {
    const first = await start();
    const second = await start({ refreshToken: first.refreshToken });
    office.world.clock.advance(2 * 60_000);
    const third = await start({ refreshToken: second.refreshToken });
    expect((await start({ refreshToken: first.refreshToken })).customer.id).not.toBe(first.customer.id);
    expect(await office.identityOf(third.visitorToken)).toBeNull();
    expect((await start({ refreshToken: third.refreshToken })).customer.id).not.toBe(first.customer.id);
  });

  it('lets two tabs refresh at the same moment', async () => {
    const first = await start();
    const both = await Promise.all([start({ refreshToken: first.refreshToken }), start({ refreshToken: first.refreshToken })]);
    for (const tab of both) expect((await start({ refreshToken: tab.refreshToken })).customer.id).toBe(first.customer.id);
  });

  it('starts anew with an unknown or run out token, and refuses an unknown channel', async () => {
    const first = await start();
    expect((await start({ refreshToken: 'clv_unknown' })).customer.id).not.toBe(first.customer.id);
    office.world.clock.advance(90 * 86_400_000);
    expect((await start({ refreshToken: first.refreshToken })).customer.id).not.toBe(first.customer.id);
    expect((await start({ channelKey: 'nothing' })).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['channelKey'] }]);
  });

  it('is online for 15 s at a time', async () => {
    const visitor = await office.visit();
    const isOnline = async () => (await office.run('query($id: ID!) { customer(id: $id) { isOnline } }', { id: visitor.id }, office.admin)).data.customer.isOnline;
    expect(await isOnline()).toBe(true);
    office.world.clock.advance(15_000);
    expect(await isOnline()).toBe(false);
  });
});

describe('a proof of identity', () => {
  it('makes the visitor a known customer, whose old token ends', async () => {
    const visitor = await office.visit();
    const answer = await identify(visitor, { sub: randomUUID(), name: '王芳', phone: `139${String(Date.now()).slice(-8)}`, email: `${randomUUID()}@example.com` });
    expect(answer).toMatchObject({ userErrors: [], merge: null, customer: { id: visitor.id, kind: 'KNOWN', displayName: '王芳' } });
    expect(answer.customer.identities.filter((one: { isVerified: boolean }) => one.isVerified).map((one: { kind: string }) => one.kind).sort()).toEqual(['EMAIL', 'EXTERNAL_ID', 'PHONE']);
    expect([await office.identityOf(visitor.token), (await office.identityOf(answer.visitorToken))?.id]).toEqual([null, visitor.id]);
  });

  it('is the same customer on another device, and the history of that device joins it', async () => {
    const sub = randomUUID();
    const [phone, laptop] = [await office.visit(), await office.visit()];
    await identify(phone, { sub });
    const second = await identify(laptop, { sub });
    expect(second).toMatchObject({ customer: { id: phone.id }, merge: { actor: { kind: 'SYSTEM' } } });
    expect((await office.identityOf(second.visitorToken))!.id).toBe(phone.id);
    expect((await office.run('query($id: ID!) { customer(id: $id) { id } }', { id: laptop.id }, office.admin)).data.customer.id).toBe(phone.id);
    expect(await office.auditOf(phone.id)).toContainEqual(expect.objectContaining({ verb: 'customer:merge', actorId: 'identify-customer' }));
    expect((await start({ refreshToken: laptop.refreshToken })).customer.id).toBe(phone.id);
  });

  it('of somebody else on the same device keeps the two apart', async () => {
    const visitor = await office.visit();
    const first = await identify(visitor, { sub: randomUUID() });
    const second = await identify({ token: first.visitorToken }, { sub: randomUUID() });
    expect(second).toMatchObject({ merge: null, userErrors: [] });
    expect(second.customer.id).not.toBe(first.customer.id);
  });

  it('makes one customer when two devices prove the same person at once', async () => {
    const sub = randomUUID();
    const answers = await Promise.all([identify(await office.visit(), { sub }), identify(await office.visit(), { sub })]);
    expect(answers[0].customer.id).toBe(answers[1].customer.id);
  });

  it('leaves a phone with the customer who has it', async () => {
    const phone = `137${String(Date.now()).slice(-8)}`;
    await identify(await office.visit(), { sub: randomUUID(), phone });
    const second = await identify(await office.visit(), { sub: randomUUID(), phone });
    expect(second.customer.identities.map((one: { kind: string }) => one.kind)).not.toContain('PHONE');
  });

  it.each([
    ['signed by another', () => ({ sub: 'x' }), 'WRONG_CREDENTIALS', Buffer.from('another secret of the same length!')],
    ['without a sub', () => ({}), 'WRONG_CREDENTIALS', undefined],
    ['that lasts longer than ten minutes', () => ({ sub: 'x', exp: Math.floor(office.world.clock.now() / 1000) + 601 }), 'WRONG_CREDENTIALS', undefined],
    ['that has run out', () => ({ sub: 'x', exp: Math.floor(office.world.clock.now() / 1000) }), 'EXPIRED', undefined],
  ])('%s is refused', async (_name, claims, code, key) => {
    expect((await identify(await office.visit(), claims(), key)).userErrors[0].code).toBe(code);
  });

  it('without a signature is refused', async () => {
    const body = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(office.world.clock.now() / 1000);
    const token = `${body({ alg: 'none' })}.${body({ sub: 'x', iat: now, exp: now + 60 })}.`;
    const answer = await office.run(IDENTIFY, { token }, (await office.visit()).identity);
    expect(answer.data.identifyCustomer.userErrors[0].code).toBe('WRONG_CREDENTIALS');
    expect((await office.run(IDENTIFY, { token: 'nonsense' }, (await office.visit()).identity)).data.identifyCustomer.userErrors[0].code).toBe('WRONG_CREDENTIALS');
  });

  it('is for visitors only', async () => {
    expect((await office.run(IDENTIFY, { token: await sign({ sub: 'x' }) }, office.admin)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
