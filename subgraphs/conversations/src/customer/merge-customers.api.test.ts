import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';

const CREATE = `mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id number } userErrors { code } } }`;
const MERGE = `mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) { merge { id mergedNumber undoableUntil actor { kind agent { id } } survivor { id } } customer { id } userErrors { code field } } }`;
const UNDO = `mutation($id: ID!) { undoMerge(input: { mergeId: $id }) { customers { id } userErrors { code } } }`;
const READ = `query($id: ID!) { customer(id: $id) { id number kind displayName company tier tags attributes identities { id kind value } firstSeenAt lastSeenAt conversations(first: 10) { nodes { id } } } }`;
const TIMELINE = `query($id: ID!, $first: Int, $after: String, $kinds: [TimelineKind!]) { customer(id: $id) { timeline(first: $first, after: $after, kinds: $kinds) { nodes { seq kind facts subjectId actor { kind } } totalCount pageInfo { hasNextPage endCursor } } merges { id } } }`;
const START = 'mutation($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }';

let office: Office;
beforeAll(async () => { office = await openOffice(); });
afterAll(() => office.world.close());

const create = async (input: object = {}) => (await office.run(CREATE, { input: { displayName: '王芳', idempotencyKey: randomUUID(), ...input } }, office.admin)).data.createCustomer.customer as { id: string; number: string };
const merge = async (survivorId: string, mergedId: string, viewer = office.admin) => office.run(MERGE, { input: { survivorId, mergedId, reason: '同一个人', idempotencyKey: randomUUID() } }, viewer);
const undo = async (id: string) => (await office.run(UNDO, { id }, office.admin)).data.undoMerge;
const read = async (id: string) => (await office.run(READ, { id }, office.admin)).data.customer;
const start = async (visitor: { identity: Office['admin'] }) =>
  (await office.run(START, { input: { idempotencyKey: randomUUID(), firstMessage: { text: '你好', clientMessageId: randomUUID() } } }, visitor.identity)).data.startConversation.conversation.id as string;
const timeline = async (id: string, more: object = {}) => (await office.run(TIMELINE, { id, first: 50, ...more }, office.admin)).data.customer;

describe('merging', () => {
  it('answers for both as one and, undone, restores both exactly', async () => {
    const [one, two] = [await create({ phone: `135${randomInt(10_000_000, 99_999_999)}`, company: '甲' }), await office.visit()];
    await start(two);
    const before = [await read(one.id), await read(two.id)];
    const made = (await merge(one.id, two.id)).data.mergeCustomers;
    expect(made).toMatchObject({ userErrors: [], customer: { id: one.id }, merge: { survivor: { id: one.id }, actor: { kind: 'AGENT', agent: { id: office.admin.id } } } });
    const joined = await read(two.id);
    expect(joined).toEqual(await read(one.id));
    expect([joined.id, joined.identities.length, joined.conversations.nodes]).toEqual([one.id, 2, before[1].conversations.nodes]);
    expect((await office.identityOf(two.token))!.id).toBe(one.id);
    expect((await undo(made.merge.id)).customers).toEqual([{ id: one.id }, { id: two.id }]);
    expect([await read(one.id), await read(two.id)]).toEqual(before);
    expect((await office.identityOf(two.token))!.id).toBe(two.id);
  });

  it('leaves what happened later with the customer it was written for', async () => {
    const [one, two] = [await office.visit(), await office.visit()];
    const before = await start(two);
    const made = (await merge(one.id, two.id)).data.mergeCustomers;
    const survivor = (await office.identityOf(one.token))!;
    const closed = await office.run('mutation($id: ID!) { closeConversation(input: { conversationId: $id }) { userErrors { code } } }', { id: before }, survivor);
    expect(closed.data.closeConversation.userErrors).toEqual([]);
    const later = await start({ identity: survivor });
    await undo(made.merge.id);
    expect([(await read(one.id)).conversations.nodes, (await read(two.id)).conversations.nodes]).toEqual([[{ id: later }], [{ id: before }]]);
  });

  it('lets exactly one of two racing callers merge a customer, and never in a circle', async () => {
    const [one, two, three] = [await create(), await create(), await create()];
    const codes = (answers: Awaited<ReturnType<typeof merge>>[]) => answers.map((answer) => answer.data.mergeCustomers.userErrors[0]?.code ?? null).sort();
    expect(codes(await Promise.all([merge(one.id, three.id), merge(two.id, three.id)]))).toEqual(['WRONG_STATE', null].sort());
    const [left, right] = [await create(), await create()];
    expect(codes(await Promise.all([merge(left.id, right.id), merge(right.id, left.id)]))).toEqual(['WRONG_STATE', null].sort());
  });

  it('is done for as many at once as ask, however few connections there are', async () => {
    const lead = await office.hire({ role: 'supervisor' });
    const pairs = await Promise.all(Array.from({ length: 24 }, () => Promise.all([create(), create()])));
    const answers = await Promise.all(pairs.map(([one, two]) => merge(one.id, two.id, lead.identity)));
    const made = answers.map((answer) => answer.data.mergeCustomers);
    expect(made.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const undone = await Promise.all(made.map((one) => office.run(UNDO, { id: one.merge.id }, lead.identity)));
    expect(undone.flatMap((answer) => answer.data.undoMerge.userErrors)).toEqual([]);
  });

  it('follows chains, and undoes a link in the middle', async () => {
    const [a, b, c] = [await create(), await create(), await create()];
    const first = (await merge(b.id, a.id)).data.mergeCustomers.merge;
    await merge(c.id, b.id);
    expect((await read(a.id)).id).toBe(c.id);
    await undo(first.id);
    expect([(await read(a.id)).id, (await read(b.id)).id]).toEqual([a.id, c.id]);
  });

  it('is undone once, within 30 days', async () => {
    const [one, two, three] = [await create(), await create(), await create()];
    const made = (await merge(one.id, two.id)).data.mergeCustomers.merge;
    const late = (await merge(one.id, three.id)).data.mergeCustomers.merge;
    const both = await Promise.all([undo(made.id), undo(made.id)]);
    expect(both.filter((answer) => answer.userErrors.length === 0)).toHaveLength(1);
    expect(both.flatMap((answer) => answer.userErrors)).toEqual([{ code: 'WRONG_STATE' }]);
    office.world.clock.advance(30 * 86_400_000 + 1);
    expect((await undo(late.id)).userErrors).toEqual([{ code: 'WINDOW_CLOSED' }]);
  });

  it('is refused to agents, with itself, and without a reason; leaves an audit entry', async () => {
    const [one, two] = [await create(), await create()];
    expect((await merge(one.id, two.id, (await office.hire()).identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await merge(one.id, one.id)).data.mergeCustomers.userErrors[0].code).toBe('INVALID');
    const made = (await merge(one.id, two.id)).data.mergeCustomers.merge;
    expect(await office.auditOf(one.id)).toMatchObject([{ verb: 'customer:merge', actorId: office.admin.id, details: { reason: '同一个人', after: { mergeId: made.id } } }]);
  });
});

describe('the timeline', () => {
  it('is fed by events, gap-free and newest first', async () => {
    const visitor = await office.visit();
    const conversation = await start(visitor);
    await office.run('mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { userErrors { code } } }', { input: { customerId: visitor.id, email: `${randomUUID()}@example.com` } }, office.admin);
    await office.world.drainEvents();
    const { nodes, totalCount } = (await timeline(visitor.id)).timeline;
    expect(nodes.map((entry: { seq: number }) => entry.seq)).toEqual(Array.from({ length: totalCount }, (_, at) => totalCount - at));
    expect(nodes.find((entry: { kind: string }) => entry.kind === 'CONVERSATION_STARTED')).toMatchObject({ subjectId: conversation, actor: { kind: 'CUSTOMER' }, facts: { channelKind: 'WEB' } });
    expect((await timeline(visitor.id, { kinds: ['IDENTITY_CHANGED'] })).timeline.nodes).toMatchObject([{ facts: { identityKind: 'EMAIL', isRemoved: false } }]);
  });

  it('of merged customers is one, gap-free, and pages without holes', async () => {
    const [one, two] = [await office.visit(), await office.visit()];
    await start(one);
    await start(two);
    const made = (await merge(one.id, two.id)).data.mergeCustomers.merge;
    await office.world.drainEvents();
    const all = (await timeline(two.id)).timeline;
    expect(all.nodes.map((entry: { seq: number }) => entry.seq).sort((a: number, b: number) => a - b)).toEqual(Array.from({ length: all.totalCount }, (_, at) => at + 1));
    expect(all.nodes.filter((entry: { kind: string }) => entry.kind === 'CONVERSATION_STARTED')).toHaveLength(2);
    const seen: unknown[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: { nodes: unknown[]; pageInfo: { endCursor: string; hasNextPage: boolean } } = (await timeline(one.id, { first: 1, after })).timeline;
      seen.push(...page.nodes);
      [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
    }
    expect(seen).toEqual(all.nodes);
    expect((await timeline(one.id)).merges).toEqual([{ id: made.id }]);
  });

  it('is hidden from the customer', async () => {
    const visitor = await office.visit();
    expect((await office.run(TIMELINE, { id: visitor.id, first: 5 }, visitor.identity)).data.customer).toEqual({ timeline: null, merges: [] });
  });
});
