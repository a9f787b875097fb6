import { randomInt, randomUUID } from 'node:crypto';
import { agentIdentity } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';

const CREATE = `mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id number kind displayName version identities { id kind value } } userErrors { code field } } }`;
const UPDATE = `mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { displayName company tier tags attributes isBlocked version kind identities { kind value } } userErrors { code field } } }`;
const FIND = `query($lookup: String!) { findCustomer(lookup: $lookup) { understoodAs customer { id } candidates { id } } }`;
const READ = `query($id: ID!) { customer(id: $id) { id displayName tier tags identities { kind value } } }`;
const REVEAL = `mutation($input: RevealCustomerInput!) { revealCustomer(input: $input) { fields { field identityId value } auditEntryId userErrors { code } } }`;
const LIST = `query($filter: CustomerFilter, $orderBy: CustomerOrder, $first: Int, $after: String) { customers(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`;

let office: Office;
let masked: Office['admin'];
beforeAll(async () => {
  office = await openOffice();
  masked = agentIdentity({ role: 'admin' });
});
afterAll(() => office.world.close());

const newPhone = () => `136${String(randomInt(100_000_000)).padStart(8, '0')}`;
const create = async (input: object = {}, viewer = office.admin) =>
  (await office.run(CREATE, { input: { displayName: '王小芳', idempotencyKey: randomUUID(), ...input } }, viewer)).data.createCustomer;
const update = async (input: object, viewer = office.admin) => (await office.run(UPDATE, { input }, viewer)).data.updateCustomer;
const find = async (lookup: string, viewer = office.admin) => office.run(FIND, { lookup }, viewer);

describe('a customer made by hand', () => {
  it('is made once for one key', async () => {
    const idempotencyKey = randomUUID();
    const [first, second] = [await create({ idempotencyKey }), await create({ idempotencyKey })];
    expect(second.customer.id).toBe(first.customer.id);
    expect(first.customer).toMatchObject({ kind: 'KNOWN', displayName: '王小芳', number: expect.stringMatching(/^C-[0-9A-Z]{4}-\d{4}$/) });
  });

  it('is refused with a phone that is malformed or somebody else\'s, in any spelling', async () => {
    const phone = newPhone();
    await create({ phone });
    expect((await create({ phone: `+86 ${phone.slice(0, 3)}-${phone.slice(3)}` })).userErrors).toEqual([{ code: 'ALREADY_EXISTS', field: ['phone'] }]);
    expect((await create({ phone: '12' })).userErrors).toEqual([{ code: 'INVALID', field: ['phone'] }]);
    expect((await create({ email: 'nobody' })).userErrors).toEqual([{ code: 'INVALID', field: ['email'] }]);
  });

  it('is refused to who may not write customers', async () => {
    const analyst = agentIdentity({ role: 'analyst' });
    const answer = await office.run(CREATE, { input: { displayName: 'x', idempotencyKey: randomUUID() } }, analyst);
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('lets exactly one of two racing callers have a phone', async () => {
    const phone = newPhone();
    const answers = await Promise.all([create({ phone }), create({ phone })]);
    expect(answers.filter((answer) => answer.customer)).toHaveLength(1);
  });
});

describe('changing a customer', () => {
  it('keeps what is left out, clears what is empty, merges attributes', async () => {
    const { customer } = await create({ company: '云帆' });
    await update({ customerId: customer.id, tier: '企业版', tags: ['vip', ' vip ', '上海'], attributes: { plan: 'pro', seats: 12 } });
    const changed = (await update({ customerId: customer.id, company: '', attributes: { seats: null, region: 'east' } })).customer;
    expect(changed).toMatchObject({ displayName: '王小芳', company: null, tier: '企业版', tags: ['vip', '上海'], attributes: { plan: 'pro', region: 'east' }, version: 3 });
    expect((await update({ customerId: customer.id, tier: 'x', expectedVersion: 1 }))).toMatchObject({ userErrors: [{ code: 'STALE_VERSION' }], customer: { tier: '企业版' } });
    expect((await update({ customerId: customer.id, tags: Array.from({ length: 21 }, (_, at) => `t${at}`) })).userErrors[0].code).toBe('TOO_MANY');
  });

  it('puts a new phone in the place of the old one', async () => {
    const [old, fresh] = [newPhone(), newPhone()];
    const { customer } = await create({ phone: old });
    await update({ customerId: customer.id, phone: fresh });
    expect([(await find(old)).data.findCustomer.customer, (await find(fresh)).data.findCustomer.customer]).toEqual([null, { id: customer.id }]);
    await update({ customerId: customer.id, phone: '' });
    expect((await find(fresh)).data.findCustomer.customer).toBeNull();
  });

  it('makes a visitor known', async () => {
    const visitor = await office.visit();
    expect((await update({ customerId: visitor.id, displayName: '李雷' })).customer).toMatchObject({ kind: 'KNOWN', displayName: '李雷' });
  });
});

describe('a lookup', () => {
  it.each([
    ['+86 {3}-{4}-{4}'], ['0086 {3} {4} {4}'], ['{3}{4}{4}'], ['({3}) {4}{4}'], ['86{3}{4}{4}'],
  ])('finds a phone spelt %s', async (spelling) => {
    const phone = newPhone();
    const { customer } = await create({ phone });
    const parts = [phone.slice(0, 3), phone.slice(3, 7), phone.slice(7)];
    const lookup = spelling.replace(/\{\d\}/g, () => parts.shift()!);
    expect((await find(lookup)).data.findCustomer).toEqual({ understoodAs: 'PHONE', customer: { id: customer.id }, candidates: [] });
  });

  it('finds numbers and ids, and understands nothing else', async () => {
    const { customer } = await create();
    for (const lookup of [customer.number, customer.number.toLowerCase().replaceAll('-', ''), customer.id]) {
      expect((await find(lookup)).data.findCustomer).toEqual({ understoodAs: 'CUSTOMER', customer: { id: customer.id }, candidates: [] });
    }
    for (const lookup of ['hello', '', '1'.repeat(65)]) expect((await find(lookup)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('gives candidates when a text means two people', async () => {
    const phone = newPhone();
    const [chinese, american] = [await create({ phone }), await create({ phone: `+${phone}` })];
    const found = (await find(phone)).data.findCustomer;
    expect([found.customer, found.candidates.map((one: { id: string }) => one.id).sort()]).toEqual([null, [chinese.customer.id, american.customer.id].sort()]);
  });
});

describe('masks', () => {
  it('hide names and identities from who does not read them in clear', async () => {
    const phone = newPhone();
    const { customer } = await create({ phone, email: `w${randomUUID()}@example.com` });
    const seen = (await office.run(READ, { id: customer.id }, masked)).data.customer;
    expect(seen.displayName).toBe('王**');
    expect(seen.identities.map((one: { value: string }) => one.value)).toEqual([`${phone.slice(0, 3)} **** ${phone.slice(-4)}`, 'w***@example.com']);
    expect((await office.run(READ, { id: customer.id }, office.admin)).data.customer).toMatchObject({ displayName: '王小芳', identities: [{ value: `${phone.slice(0, 3)} **** ${phone.slice(-4)}` }, {}] });
  });

  it('are lifted once, with a reason and an audit entry', async () => {
    const phone = newPhone();
    const { customer } = await create({ phone });
    const reveal = async (input: object, viewer = masked) => office.run(REVEAL, { input: { customerId: customer.id, fields: ['name', 'identity'], reason: '核对身份', ...input } }, viewer);
    const shown = (await reveal({})).data.revealCustomer;
    expect(shown.fields).toEqual([{ field: 'name', identityId: null, value: '王小芳' }, { field: 'identity', identityId: customer.identities[0].id, value: `+86${phone}` }]);
    expect(await office.auditOf(customer.id)).toMatchObject([{ verb: 'customer:reveal', actorId: masked.id, details: { reason: '核对身份', after: { fields: ['name', 'identity'] } } }]);
    expect((await reveal({ reason: ' ' })).data.revealCustomer.userErrors[0].code).toBe('REQUIRED');
    expect((await reveal({ fields: ['address'] })).data.revealCustomer.userErrors[0].code).toBe('NOT_ALLOWED');
    expect((await reveal({}, (await office.hire()).identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('do not hide customers from themselves, but what only staff sees does', async () => {
    const visitor = await office.visit();
    await update({ customerId: visitor.id, displayName: '李雷', tier: '企业版', tags: ['vip'] });
    expect((await office.run(READ, { id: visitor.id }, visitor.identity)).data.customer).toMatchObject({ displayName: '李雷', tier: null, tags: [] });
  });
});

describe('scope', () => {
  it('keeps a customer from other customers, also as an entity', async () => {
    const [visitor, other] = [await office.visit(), await office.visit()];
    expect((await office.run(READ, { id: other.id }, visitor.identity)).data.customer).toBeNull();
    const entity = await office.run('query($r: [_Any!]!) { _entities(representations: $r) { ... on Customer { displayName } } }', { r: [{ __typename: 'Customer', id: other.id }] }, visitor.identity);
    expect(entity.data._entities).toEqual([null]);
    expect((await office.run(LIST, { first: 10 }, visitor.identity)).data.customers.nodes).toEqual([{ id: visitor.id }]);
  });

  it('gives agents who see their team the customers of its queues', async () => {
    const visitor = await office.visit();
    await office.run('mutation($input: StartConversationInput!) { startConversation(input: $input) { conversation { id queue { id } } userErrors { code } } }',
      { input: { idempotencyKey: randomUUID(), firstMessage: { text: '你好', clientMessageId: randomUUID() } } }, visitor.identity);
    const queueIds = (await office.identityOf(office.adminTokens.accessToken))!.queueIds;
    const [inside, outside] = [agentIdentity({ queueIds }), agentIdentity({})];
    expect((await office.run(READ, { id: visitor.id }, inside)).data.customer).toMatchObject({ id: visitor.id });
    expect((await office.run(READ, { id: visitor.id }, outside)).data.customer).toBeNull();
    expect((await office.run(LIST, { first: 100 }, inside)).data.customers.nodes).toContainEqual({ id: visitor.id });
    expect((await office.run(LIST, { first: 100 }, outside)).data.customers.nodes).not.toContainEqual({ id: visitor.id });
  });

  it('pages through customers of a filter without gaps', async () => {
    const company = randomUUID();
    const ids: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      office.world.clock.advance(10);
      ids.unshift((await create({ company })).customer.id);
    }
    const page = async (after: string | null) => (await office.run(LIST, { filter: { company }, first: 2, after }, office.admin)).data.customers;
    const seen: string[] = [];
    for (let next: string | null = null, more = true; more;) {
      const { nodes, pageInfo, totalCount } = await page(next);
      seen.push(...nodes.map((one: { id: string }) => one.id));
      expect(totalCount).toBe(5);
      [next, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(seen).toEqual(ids);
  });
});

it('stores nothing that says who a customer is in clear', async () => {
  const phone = newPhone();
  const name = `秘密${randomUUID()}`;
  await create({ displayName: name, phone, email: `${phone}@example.com` });
  const db = await office.world.database('conversations');
  for (const table of ['customers', 'customer_identities', 'outbox', 'idempotency_keys', 'timeline_entries']) {
    const dump = Buffer.from((await db.query(`SELECT * FROM ${table}`)).map((row) => Object.values(row as object).map((cell) => (Buffer.isBuffer(cell) ? cell.toString('latin1') : JSON.stringify(cell))).join()).join());
    expect(dump.includes(phone) || dump.includes(name), table).toBe(false);
  }
});
