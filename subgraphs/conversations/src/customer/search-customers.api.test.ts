import { randomUUID } from 'node:crypto';
import { agentIdentity, beforeIndex } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { idToBinary } from '@careline/kit/db';
import { HOUR } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../conversation/desk.fixtures.ts';
import { customerIndex } from './customer-words.ts';

const SEARCH = `query($text: String!, $filter: CustomerFilter, $first: Int, $after: String) {
  searchCustomers(text: $text, filter: $filter, first: $first, after: $after) { nodes { id displayName } pageInfo { hasNextPage endCursor } } }`;
const CREATE = 'mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } userErrors { code } } }';
const UPDATE = 'mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { userErrors { code } } }';
const MERGE = 'mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) { userErrors { code } } }';
const FIND = 'query($id: String!) { findCustomer(lookup: $id) { customer { id } } }';

let desk: Desk;
let clear: Identity;
beforeAll(async () => {
  desk = await openDesk();
  clear = agentIdentity({ role: 'admin', clearMasks: ['name'] });
});
afterAll(() => desk.close());

const create = async (displayName: string, company?: string) =>
  (await desk.ask(CREATE, { input: { displayName, company, idempotencyKey: randomUUID() } }, clear)).createCustomer.customer.id as string;
const idsOf = async (text: string, viewer: Identity = clear, more: object = {}) =>
  ((await desk.ask(SEARCH, { text, first: 20, ...more }, viewer)).searchCustomers.nodes as { id: string }[]).map((node) => node.id);

/** Every job once, whenever it ran before. */
async function runJobs(): Promise<void> {
  desk.office.world.clock.advance(HOUR);
  await desk.office.world.runJobs();
}

describe('searchCustomers', () => {
  it('finds by a part of name, company or tags, as they are now', async () => {
    const id = await create('欧阳建国', '东海远洋航运');
    await desk.ask(UPDATE, { input: { customerId: id, tags: ['钻石会员'] } }, clear);
    for (const text of ['建国', '欧阳建', '远洋', '远洋 钻石']) expect(await idsOf(text), text).toEqual([id]);
    await desk.ask(UPDATE, { input: { customerId: id, displayName: '司马建业', company: '' } }, clear);
    expect([await idsOf('司马'), await idsOf('欧阳'), await idsOf('远洋'), await idsOf('钻石')]).toEqual([[id], [], [], [id]]);
  });

  it('obeys the filter of lists and goes on page by page', async () => {
    const ids = [await create('甲', '群山矿业'), await create('乙', '群山矿业'), await create('丙', '群山矿业')];
    await desk.ask(UPDATE, { input: { customerId: ids[1], isBlocked: true } }, clear);
    expect(await idsOf('群山', clear, { filter: { isBlocked: true } })).toEqual([ids[1]]);
    const { nodes, pageInfo } = (await desk.ask(SEARCH, { text: '群山', first: 2 }, clear)).searchCustomers;
    const rest = await idsOf('群山', clear, { after: pageInfo.endCursor });
    expect([pageInfo.hasNextPage, [...nodes.map((node: { id: string }) => node.id), ...rest].toSorted()]).toEqual([true, ids.toSorted()]);
  });

  it('does not show who was merged into another', async () => {
    const [survivorId, mergedId] = [await create('留下', '白鹭湾'), await create('并入', '白鹭湾')];
    await desk.ask(MERGE, { input: { survivorId, mergedId, reason: '重复', idempotencyKey: randomUUID() } }, clear);
    expect(await idsOf('白鹭')).toEqual([survivorId]);
  });

  it('finds nobody by name for who reads names masked', async () => {
    const id = await create('尉迟明月', '玄武门业');
    const masked = agentIdentity({ role: 'admin', clearMasks: [] });
    expect([await idsOf('尉迟'), await idsOf('尉迟', masked), await idsOf('玄武', masked)]).toEqual([[id], [], [id]]);
  });

  it('finds within the scope of each role alone', async () => {
    const { visitor } = await desk.begin();
    await desk.ask(UPDATE, { input: { customerId: visitor.id, company: '赤水河酒业' } }, clear);
    const cases: [string, Identity, boolean][] = [
      ['the agent who talks to the customer', desk.agent, true], ['an agent of another team', desk.stranger, false], ['the customer', visitor, true],
      ['another customer', (await desk.office.visit()).identity, false],
      ...(['supervisor', 'admin', 'auditor', 'analyst', 'editor', 'trainer'] as const).map((role): [string, Identity, boolean] => [role, agentIdentity({ role }), true]),
    ];
    for (const [who, viewer, finds] of cases) expect(await idsOf('赤水河', viewer), who).toEqual(finds ? [visitor.id] : []);
    expect((await desk.office.run(SEARCH, { text: '赤水河', first: 1 }, null)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await desk.office.run(SEARCH, { text: '赤', first: 1 }, clear)).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('finds whom the caller may open and nobody else, also who never had a conversation', async () => {
    const { visitor } = await desk.begin();
    await desk.ask(UPDATE, { input: { customerId: visitor.id, company: '青海湖牧业' } }, clear);
    const typedIn = await create('褚遂良', '青海湖牧业');
    const { queueIds, teamIds } = desk.agent;
    const cases: [string, Identity, string[]][] = [
      ['the agent who talks to one of them', desk.agent, [visitor.id, typedIn]],
      ['an agent of the same queue', agentIdentity({ queueIds, teamIds }), [visitor.id, typedIn]],
      ['an agent of another team', desk.stranger, [typedIn]],
      ['who reads only what is their own', agentIdentity({ queueIds, teamIds, grants: { 'customer:read': 'OWN' } }), []],
    ];
    for (const [who, viewer, expected] of cases) {
      const opened = await Promise.all([visitor.id, typedIn].map(async (id) => ((await desk.ask(FIND, { id }, viewer)).findCustomer.customer?.id as string | undefined) ?? []));
      expect([opened.flat(), (await idsOf('青海湖', viewer)).toSorted()], who).toEqual([expected, expected.toSorted()]);
    }
    expect(await idsOf('遂良', desk.stranger)).toEqual([typedIn]);
  });

  it('has no tokens of who was erased', async () => {
    const [id, { db, vault }] = [await create('慕容雪', '落霞岭'), desk.machine];
    await db.transaction((tx) => vault.destroy(tx, id));
    await runJobs();
    expect(await db.query('SELECT seq FROM customer_words WHERE owner_id = ?', [idToBinary(id)])).toEqual([]);
  });

  it('finds who was there before the index, after the job', async () => {
    const id = await create('端木磊', '紫云英');
    await desk.machine.db.transaction((tx) => customerIndex.drop(tx, idToBinary(id)));
    expect(await idsOf('端木')).toEqual([]);
    await beforeIndex(desk.machine.db, 'customer_words');
    await runJobs();
    expect([await idsOf('端木'), await idsOf('紫云英')]).toEqual([[id], [id]]);
  });
});
