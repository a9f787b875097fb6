import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { idToBinary, newId } from '@careline/kit/db';
import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from './everything.ts';

type Step = { verb: string; value?: string };

let world: World;
let admin: Identity;
/** Agents as hired: one of the team of the conversations, one of no team. */
let lin: Identity;
let stranger: Identity;
let teamId: string;

const TICKET = `id state priority tags version agentId team { id } category { key }
  entries(first: 50) { nodes { kind facts actor { kind agent { id } } comment { text visibility } } }`;
const SAVE = 'macro { id version steps { verb value label } }';
const RUN = `ticket { ${TICKET} } conflict { lastSeq entries { comment { text } } }`;

async function tell(subgraph: 'conversations' | 'tickets', verb: string, input: object, selection: string, viewer: Identity | null = admin): Promise<any> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}Input!`;
  const { data, errors } = await world.execute(subgraph, `mutation ($input: ${type}) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }, viewer, { address: '127.0.0.1' });
  if (errors) throw new Error(errors.map((error) => String(error.extensions?.code)).join());
  return data[verb];
}
const asks = async (subgraph: 'conversations' | 'tickets', document: string, variables: object, viewer: Identity | 'SYSTEM' = admin): Promise<any> => {
  const { data, errors } = await world.execute(subgraph, document, variables as Record<string, unknown>, viewer);
  if (errors) throw new Error(errors.map((error) => String(error.extensions?.code)).join());
  return data;
};
const identityOf = async (token: string): Promise<Identity> => ({ ...(await asks('conversations', 'query ($token: String!) { identity(token: $token) }', { token }, 'SYSTEM')).identity, expiresAt: 4_102_444_800 });

/** An agent of the default role, known to the directory. */
async function hire(displayName: string, teamIds: string[]): Promise<Identity> {
  const { nodes } = (await asks('conversations', '{ roles(first: 20) { nodes { id name } } }', {})).roles;
  const roleIds = [nodes.find(({ name }: { name: string }) => name === '客服').id];
  const { agent } = await tell('conversations', 'createAgent', { displayName, email: `${randomUUID()}@example.com`, roleIds, teamIds, idempotencyKey: randomUUID() }, 'agent { id }');
  return agentIdentity({ role: 'agent', id: agent.id, name: displayName, teamIds });
}

beforeAll(async () => {
  world = await createTestWorld(EVERYTHING);
  const { accessToken } = await tell('conversations', 'setUp', { organisationName: '云帆科技', timeZone: 'Asia/Shanghai', displayName: '林书言', email: 'a@example.com', password: `proof-${randomUUID()}` }, 'accessToken', null);
  admin = await identityOf(accessToken);
  teamId = (await tell('conversations', 'saveTeam', { name: '支付组', key: 'payment_group' }, 'team { id }')).team.id;
  lin = await hire('李雷', [teamId]);
  stranger = await hire('韩梅', []);
});
afterAll(() => world?.close());

async function talk(): Promise<{ conversationId: string; customerId: string }> {
  const visit = await tell('conversations', 'startVisit', { channelKey: 'demo' }, 'customer { id } visitorToken', null);
  const { conversation } = await tell('conversations', 'startConversation', { idempotencyKey: randomUUID(), firstMessage: { clientMessageId: randomUUID(), text: '退款没到账' } }, 'conversation { id }', await identityOf(visit.visitorToken));
  await tell('conversations', 'assignConversation', { conversationId: conversation.id, agentId: lin.agentId }, 'conversation { id }');
  return { conversationId: conversation.id, customerId: visit.customer.id };
}

/** A ticket of the team, made from a conversation of 李雷. */
async function ticketOf(conversationId: string): Promise<any> {
  const { results } = await tell('tickets', 'createTickets', { tickets: [{ category: 'PAYMENT', subject: '退款', conversationId, priority: 'P2' }], idempotencyKey: randomUUID() }, `results { ticket { ${TICKET} } }`);
  const { id } = results[0].ticket;
  await tell('tickets', 'updateTicket', { ticketId: id, teamId }, 'ticket { id }');
  return look(id);
}
const make = async () => ticketOf((await talk()).conversationId);
const look = async (id: string) => (await asks('tickets', `query ($id: ID!) { ticket(id: $id) { ${TICKET} } }`, { id })).ticket;
const saved = (steps: Step[], more: object = {}, viewer = admin) => tell('conversations', 'saveMacro', { name: '退款登记', steps, sharing: 'ALL', ...more }, SAVE, viewer);
const macroOf = async (steps: Step[], more: object = {}, viewer = admin): Promise<string> => (await saved(steps, more, viewer)).macro.id;
const run = (macroId: string, ticketId: string, more: object = {}, viewer = lin) => tell('tickets', 'runMacroOnTicket', { macroId, ticketId, lastSeenSeq: 99, idempotencyKey: randomUUID(), ...more }, RUN, viewer);
const plan = async (macroId: string, ticketId: string, more: object = {}, viewer = lin) =>
  (await asks('tickets', 'query ($macroId: ID!, $ticketId: ID!, $conversationId: ID) { planMacroOnTicket(macroId: $macroId, ticketId: $ticketId, conversationId: $conversationId) { place label problem } }', { macroId, ticketId, ...more }, viewer)).planMacroOnTicket;

const usage = async (macroId: string) => {
  await world.drainEvents();
  return (await asks('conversations', 'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Macro { usageCount } } }', { ids: [{ __typename: 'Macro', id: macroId }] }))._entities[0].usageCount;
};

describe('the steps of a macro on a ticket', () => {
  it('count as one use of the macro, alone or with its steps on the conversation, and once for one key', async () => {
    const { conversationId } = await talk();
    const ticket = await ticketOf(conversationId);
    const [both, alone] = [await macroOf([{ verb: 'ADD_NOTE', value: '甲' }, { verb: 'TICKET_ADD_TAG', value: '用一次' }]), await macroOf([{ verb: 'TICKET_ADD_TAG', value: '再用' }])];
    await tell('conversations', 'runMacro', { macroId: both, conversationId, lastSeenSeq: 99, idempotencyKey: randomUUID() }, 'conversation { id }', lin);
    await run(both, ticket.id, { conversationId });
    expect(await usage(both)).toBe(1);
    await run(both, ticket.id);
    expect(await usage(both)).toBe(2);
    const idempotencyKey = randomUUID();
    for (let time = 0; time < 2; time += 1) await run(alone, ticket.id, { conversationId, idempotencyKey });
    expect((await run(alone, ticket.id, { expectedVersion: 9 })).userErrors).toMatchObject([{ code: 'STALE_VERSION' }]);
    expect(await usage(alone)).toBe(1);
  });

  it('are planned while somebody changes the ticket, who is not waited for', async () => {
    const ticket = await make();
    const macro = await macroOf([{ verb: 'TICKET_SET_PRIORITY', value: 'P1' }, { verb: 'TICKET_REPLY', value: '好' }, { verb: 'TICKET_SET_STATE', value: 'SOLVED' }]);
    await (await world.database('tickets')).transaction(async (tx) => {
      await tx.query('SELECT id FROM tickets WHERE id = ? FOR UPDATE', [idToBinary(ticket.id)]);
      await tx.query("SELECT next_value FROM counters WHERE name = 'sla_terms' FOR UPDATE");
      expect(await plan(macro, ticket.id)).toMatchObject([{ problem: null }, { problem: null }, { problem: null }]);
    });
    expect(await look(ticket.id)).toEqual(ticket);
  });

  it('are done in their order by who runs it, and those on the conversation are left to the conversation', async () => {
    const { conversationId } = await talk();
    const ticket = await ticketOf(conversationId);
    const macro = await macroOf([
      { verb: 'SEND_MESSAGE', value: '已登记。' }, { verb: 'TICKET_REPLY', value: '{{agent.publicName}}已登记工单{{ticket.number}}' }, { verb: 'TICKET_COMMENT', value: '会话{{conversation.number}}' },
      { verb: 'TICKET_ADD_TAG', value: '退款' }, { verb: 'TICKET_SET_PRIORITY', value: 'P1' }, { verb: 'TICKET_SET_CATEGORY', value: 'ACCOUNT' }, { verb: 'TICKET_ASSIGN' },
      { verb: 'TICKET_ASSIGN_TEAM', value: teamId }, { verb: 'TICKET_SET_STATE', value: 'PENDING' }, { verb: 'CLOSE' },
    ]);
    const { number } = (await asks('tickets', 'query ($id: ID!) { ticket(id: $id) { number } }', { id: ticket.id })).ticket;
    const told = (await asks('conversations', 'query ($id: ID!) { conversation(id: $id) { number lastSeq } }', { id: conversationId })).conversation;
    const done = await run(macro, ticket.id, { conversationId });
    expect(done.userErrors).toEqual([]);
    expect(done.ticket).toMatchObject({ state: 'PENDING', priority: 'P1', tags: ['退款'], agentId: lin.agentId, team: { id: teamId }, category: { key: 'ACCOUNT' } });
    const lines = done.ticket.entries.nodes.slice(ticket.entries.nodes.length);
    expect(lines.filter(({ comment }: any) => comment).map(({ comment }: any) => [comment.visibility, comment.text])).toEqual([['PUBLIC', `李雷已登记工单${number}`], ['INTERNAL', `会话${told.number}`]]);
    expect(lines.filter(({ kind }: any) => !kind.startsWith('CLOCK_')).map(({ kind, actor }: any) => [kind, actor.agent?.id])).toEqual(['COMMENT', 'CHANGED', 'COMMENT', 'CHANGED', 'PRIORITISED', 'CHANGED', 'CHANGED', 'CHANGED'].map((kind) => [kind, lin.agentId]));
    expect(lines.find(({ kind }: any) => kind === 'PRIORITISED').facts.reason).toBe('Macro: 退款登记');
    expect((await asks('conversations', 'query ($id: ID!) { conversation(id: $id) { lastSeq state } }', { id: conversationId })).conversation).toEqual({ lastSeq: told.lastSeq, state: 'ACTIVE' });
    const spoken = await tell('conversations', 'runMacro', { macroId: macro, conversationId, lastSeenSeq: 99, idempotencyKey: randomUUID() }, 'conversation { state }', lin);
    expect(spoken).toEqual({ conversation: { state: 'CLOSED' }, userErrors: [] });
  });

  it('are all left out when one is refused, and the refusal names the step', async () => {
    const ticket = await make();
    const urgent = await macroOf([{ verb: 'TICKET_COMMENT', value: '加急' }, { verb: 'TICKET_SET_PRIORITY', value: 'P0' }]);
    expect((await run(urgent, ticket.id)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED', field: ['steps', '1', 'value'] }]);
    const nameless = await macroOf([{ verb: 'TICKET_ADD_TAG', value: '甲' }, { verb: 'SEND_MESSAGE', value: '好' }, { verb: 'TICKET_REPLY', value: '{{customer.displayName}}您好' }]);
    expect((await run(nameless, ticket.id)).userErrors).toMatchObject([{ code: 'INVALID', field: ['steps', '2', 'value'] }]);
    const closing = await macroOf([{ verb: 'TICKET_COMMENT', value: '不应出现' }, { verb: 'TICKET_SET_STATE', value: 'CLOSED' }]);
    expect((await run(closing, ticket.id)).userErrors).toMatchObject([{ code: 'WRONG_STATE', field: ['steps', '1', 'value'] }]);
    const mute = { ...lin, grants: { ...lin.grants } };
    delete mute.grants['comment:write'];
    expect((await run(await macroOf([{ verb: 'TICKET_ADD_TAG', value: '乙' }, { verb: 'TICKET_COMMENT', value: '无权' }]), ticket.id, {}, mute)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED', field: ['steps', '1', 'value'] }]);
    expect(await look(ticket.id)).toEqual(ticket);
  });

  it('solve and open again as by hand', async () => {
    const ticket = await make();
    const [solve, open] = [await macroOf([{ verb: 'TICKET_SET_STATE', value: 'SOLVED' }]), await macroOf([{ verb: 'TICKET_SET_STATE', value: 'OPEN' }])];
    expect((await run(solve, ticket.id)).ticket.state).toBe('SOLVED');
    expect((await run(open, ticket.id)).ticket.state).toBe('OPEN');
  });

  it('are done once for one key, also when both come at the same moment', async () => {
    const ticket = await make();
    const macro = await macroOf([{ verb: 'TICKET_COMMENT', value: '只说一次' }, { verb: 'TICKET_ASSIGN' }]);
    const idempotencyKey = randomUUID();
    const answers = await Promise.all([1, 2].map(() => run(macro, ticket.id, { idempotencyKey })));
    for (const { ticket: found, userErrors } of [...answers, await run(macro, ticket.id, { idempotencyKey })]) expect([found.id, userErrors]).toEqual([ticket.id, []]);
    expect((await look(ticket.id)).entries.nodes.filter(({ comment }: any) => comment?.text === '只说一次')).toHaveLength(1);
    expect((await run(macro, ticket.id, { idempotencyKey, lastSeenSeq: 98 })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }]);
  });

  it('keep the reply guard for a public reply, until confirmed', async () => {
    const ticket = await make();
    await tell('tickets', 'commentTicket', { ticketId: ticket.id, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '我已回复', lastSeenSeq: 99 }, 'entry { seq }');
    const before = await look(ticket.id);
    const macro = await macroOf([{ verb: 'TICKET_ADD_TAG', value: '丙' }, { verb: 'TICKET_REPLY', value: '再回复一次' }]);
    expect(await run(macro, ticket.id, { lastSeenSeq: 1 })).toMatchObject({ ticket: null, conflict: { entries: [{ comment: { text: '我已回复' } }] }, userErrors: [{ code: 'CONFLICT_NEW_MESSAGES' }] });
    expect(await look(ticket.id)).toEqual(before);
    expect((await run(macro, ticket.id, { lastSeenSeq: 1, confirm: true })).ticket.tags).toEqual(['丙']);
  });
});

describe('who may run a macro on a ticket', () => {
  it('is who sees both: not a private macro of another, not a ticket out of sight', async () => {
    const ticket = await make();
    const own = await macroOf([{ verb: 'TICKET_ADD_TAG', value: '我的' }], { sharing: 'ME' });
    await expect(run(own, ticket.id)).rejects.toThrow('NOT_FOUND');
    expect(await plan(own, ticket.id)).toBeNull();
    const shared = await macroOf([{ verb: 'TICKET_ADD_TAG', value: '大家的' }]);
    await expect(run(shared, ticket.id, {}, stranger)).rejects.toThrow('NOT_FOUND');
    expect(await plan(shared, ticket.id, {}, stranger)).toBeNull();
    await expect(run(shared, ticket.id, {}, agentIdentity({ role: 'editor' }))).rejects.toThrow('FORBIDDEN');
    expect((await look(ticket.id)).tags).toEqual([]);
  });

  it('never learns a name from a macro that is masked elsewhere', async () => {
    const { conversationId, customerId } = await talk();
    const ticket = await ticketOf(conversationId);
    await tell('conversations', 'updateCustomer', { customerId, displayName: '王小芳' }, 'customer { id }');
    const macro = await macroOf([{ verb: 'TICKET_COMMENT', value: '{{customer.displayName}}来电' }]);
    expect(await plan(macro, ticket.id, {}, { ...lin, clearMasks: ['name'] })).toEqual([{ place: 0, label: '王小芳来电', problem: null }]);
    expect(await plan(macro, ticket.id, {}, { ...lin, clearMasks: [] })).toMatchObject([{ label: '{{customer.displayName}}来电', problem: expect.stringContaining('{{customer.displayName}}') }]);
  });

  it('is told when the macro changed, is out of use, or has nothing to do with tickets', async () => {
    const ticket = await make();
    const { macro } = await saved([{ verb: 'TICKET_ADD_TAG', value: '丁' }]);
    expect((await run(macro.id, ticket.id, { expectedVersion: macro.version + 1 })).userErrors).toMatchObject([{ code: 'STALE_VERSION' }]);
    await saved([{ verb: 'TICKET_ADD_TAG', value: '丁' }], { macroId: macro.id, isRetired: true });
    expect((await run(macro.id, ticket.id)).userErrors).toMatchObject([{ code: 'WRONG_STATE', field: ['macroId'] }]);
    expect((await run(await macroOf([{ verb: 'CLOSE' }]), ticket.id)).userErrors).toMatchObject([{ code: 'INVALID', field: ['macroId'] }]);
    const { conversationId } = await talk();
    const onTicketAlone = { macroId: await macroOf([{ verb: 'TICKET_ASSIGN' }]), conversationId, lastSeenSeq: 99, idempotencyKey: randomUUID() };
    expect((await tell('conversations', 'runMacro', onTicketAlone, 'conversation { id }', lin)).userErrors).toMatchObject([{ code: 'INVALID', field: ['macroId'] }]);
  });
});

describe('the plan of a macro on a ticket', () => {
  it('names every step on the ticket and what is in its way, and leaves nothing behind', async () => {
    const ticket = await make();
    const macro = await macroOf([
      { verb: 'SEND_MESSAGE', value: '好' }, { verb: 'TICKET_SET_PRIORITY', value: 'P0' }, { verb: 'TICKET_SET_STATE', value: 'SOLVED' }, { verb: 'TICKET_SET_CATEGORY', value: 'ACCOUNT' },
      { verb: 'TICKET_ASSIGN' }, { verb: 'TICKET_COMMENT', value: '{{conversation.number}}' },
    ]);
    expect(await plan(macro, ticket.id)).toEqual([
      { place: 1, label: 'P0', problem: 'Your role may not set P0 for this ticket.' }, { place: 2, label: 'SOLVED', problem: null }, { place: 3, label: 'Account', problem: null },
      { place: 4, label: '李雷', problem: null }, { place: 5, label: '{{conversation.number}}', problem: 'No value for {{conversation.number}}.' },
    ]);
    expect(await look(ticket.id)).toEqual(ticket);
  });
});

describe('saving steps on a ticket', () => {
  it('refuses what they can not do, under the step', async () => {
    const error = async (...steps: Step[]) => (await saved(steps)).userErrors.map(({ code, field }: any) => `${code} ${field.join('.')}`).join();
    expect(await error({ verb: 'TICKET_SET_CATEGORY', value: 'NOWHERE' })).toBe('NOT_FOUND steps.0.value');
    expect(await error({ verb: 'TICKET_SET_STATE', value: 'NEW' })).toBe('INVALID steps.0.value');
    expect(await error({ verb: 'TICKET_SET_PRIORITY', value: 'P3' })).toBe('INVALID steps.0.value');
    expect(await error({ verb: 'TICKET_ASSIGN_TEAM', value: newId('tem') })).toBe('NOT_FOUND steps.0.value');
    expect(await error({ verb: 'TICKET_ADD_TAG', value: 'x'.repeat(51) })).toBe('TOO_LONG steps.0.value');
    expect(await error({ verb: 'TICKET_REPLY', value: '{{ticket.pin}}' })).toBe('INVALID steps.0.value');
    expect(await error({ verb: 'TICKET_ASSIGN' }, { verb: 'TICKET_ASSIGN' })).toBe('INVALID steps.1.verb');
    expect(await error({ verb: 'CLOSE' }, { verb: 'TICKET_SET_STATE', value: 'SOLVED' })).toBe('');
    expect(await error({ verb: 'CLOSE' }, { verb: 'ADD_TAG', value: 'x' })).toBe('INVALID steps.0.verb');
    expect((await saved([{ verb: 'TICKET_SET_CATEGORY', value: 'ACCOUNT' }])).macro.steps).toEqual([{ verb: 'TICKET_SET_CATEGORY', value: 'ACCOUNT', label: 'Account' }]);
  });
});
