import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { idToBinary } from '@careline/kit/db';
import { agentIdentity } from '@careline/kit/testing';
import { MINUTE, SECOND } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromisedChats, type Chat } from './promised-chats.ts';

const REOPEN = 'mutation ($input: ReopenConversationInput!) { reopenConversation(input: $input) { userErrors { code } } }';
const UPDATE = 'mutation ($input: UpdateConversationInput!) { updateConversation(input: $input) { conversation { version } userErrors { code } } }';
const THREAD = 'query ($id: ID!) { conversation(id: $id) { lastSeq unreadCount lastMessage { text } lastSaid { text } messages(first: 100) { nodes { event visibility facts } } } }';
const TIMELINE = 'query ($id: ID!) { customer(id: $id) { timeline(first: 100) { nodes { id seq at kind subjectId actor { kind } facts } } } }';
const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code message } } }';
const BOARD = '{ slaBoard { rows { priority runningCount breachedCount } nextDue { id target conversation { id } ticket { id } } histogram { count } } }';

const POLICY = `for: conversation
priority: P2
first_response: 10m
next_response: 20m
resolution_time: 2h
warnings:
  - before: 4m
escalation_rules:
  - after: 5m
    target: supervisor_group
---
for: conversation
priority: P0
first_response: 2m
`;

let chats: PromisedChats;
const hexOf = (id: string) => idToBinary(id).toString('hex');
const instant = (ms: number) => new Date(ms).toISOString();
const threadOf = async ({ id }: Chat, viewer?: Identity) => (await chats.ask('conversations', THREAD, { id }, viewer)).conversation;
const timelineOf = async ({ visitor }: Chat) => (await chats.ask('conversations', TIMELINE, { id: visitor.id })).customer.timeline.nodes.toReversed();
/** Steps of its first response. */
const stepsOf = async ({ id }: Chat) => (await chats.world.database('tickets')).query(
  "SELECT s.kind, s.state, COUNT(*) AS count FROM sla_steps s JOIN sla_clocks c ON c.id = s.clock_id WHERE c.conversation_id = UNHEX(?) AND c.target = 'FIRST_RESPONSE' GROUP BY 1, 2 ORDER BY 1", [hexOf(id)]);
const ofPromises = (name: string) => /(WARNED|BREACHED|CORRECTED|ESCALATED)$/.test(name);
const promisedIn = async (one: Chat) => (await threadOf(one)).messages.nodes.filter(({ event }: { event: string | null }) => ofPromises(event ?? ''));

/** Answers after so long; the sweep looks before the answer has been heard of. */
async function answerUnheard(one: Chat, ms: number): Promise<void> {
  await chats.world.drainEvents();
  chats.world.clock.advance(ms);
  await chats.answer(one);
  chats.world.clock.advance(SECOND);
  await chats.world.runJobs();
}

beforeAll(async () => { chats = await PromisedChats.open(); });
afterAll(() => chats?.world.close());

describe('a conversation', () => {
  it('has no clocks while no policy is for conversations', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await chats.after(SECOND);
    expect([await chats.clocksOf(one), await chats.dueOf(one)]).toEqual([[], null]);
  });

  it('gets them from its customer’s first word, and they run out to the second, once', async () => {
    await chats.activate(POLICY);
    const one = await chats.chat();
    await chats.after(MINUTE);
    expect(await chats.clocksOf(one)).toEqual([]);
    await chats.write(one, '在吗');
    const began = chats.world.clock.now();
    await chats.after(SECOND);
    expect(await chats.dueOf(one)).toEqual({ target: 'FIRST_RESPONSE', dueAt: instant(began + 10 * MINUTE), state: 'RUNNING', isAtRisk: false });
    expect(await chats.clocksOf(one)).toMatchObject([
      { target: 'FIRST_RESPONSE', state: 'RUNNING', budgetSeconds: 600, ticket: null, conversation: { id: one.id } }, { target: 'RESOLUTION', state: 'RUNNING', budgetSeconds: 7_200 },
    ]);
    await chats.after(8 * MINUTE);
    expect(await chats.dueOf(one)).toMatchObject({ state: 'RUNNING', isAtRisk: true });
    await chats.after(2 * MINUTE - SECOND);
    expect((await chats.clockOf(one, 'FIRST_RESPONSE'))[0].state).toBe('RUNNING');
    await chats.after(SECOND);
    expect((await chats.clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'BREACHED', breachedAt: instant(began + 10 * MINUTE), endedAt: null, isAtRisk: true });
    expect(await chats.dueOf(one)).toMatchObject({ target: 'FIRST_RESPONSE', state: 'BREACHED', isAtRisk: true });
  });

  it('is answered by a person alone: the word that comes in time ends the clock, and each later question has its own', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await chats.after(3 * MINUTE);
    await chats.answer(one);
    await chats.after(30 * MINUTE);
    expect((await chats.clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'MET', usedSeconds: 180, breachedAt: null });
    await chats.write(one, '还有一个问题');
    const asked = chats.world.clock.now();
    await chats.after(MINUTE);
    await chats.write(one, '有人吗');
    await chats.after(SECOND);
    expect(await chats.dueOf(one)).toMatchObject({ target: 'NEXT_RESPONSE', dueAt: instant(asked + 20 * MINUTE) });
    await chats.answer(one);
    await chats.after(SECOND);
    expect(await chats.dueOf(one)).toMatchObject({ target: 'RESOLUTION', state: 'RUNNING' });
    await chats.write(one, '第三个问题');
    await chats.after(SECOND);
    expect((await chats.clockOf(one, 'NEXT_RESPONSE')).map(({ state }) => state).sort()).toEqual(['MET', 'RUNNING']);
  });

  it('ends every clock with closing, and goes on with its resolution when it is opened again', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await chats.after(5 * MINUTE);
    await chats.close(one);
    await chats.after(30 * MINUTE);
    expect(await chats.clocksOf(one)).toMatchObject([{ target: 'FIRST_RESPONSE', state: 'MET' }, { target: 'RESOLUTION', state: 'MET', usedSeconds: 300 }]);
    expect(await chats.dueOf(one)).toBeNull();
    await chats.tell('conversations', REOPEN, { conversationId: one.id });
    await chats.after(MINUTE);
    expect((await chats.clockOf(one, 'RESOLUTION'))[0]).toMatchObject({ state: 'RUNNING', usedSeconds: 360, endedAt: null });
    expect(await chats.dueOf(one)).toMatchObject({ target: 'RESOLUTION', state: 'RUNNING' });
  });

  it('warns its owner before the deadline, and calls a team after it: each once, whoever looks how often', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await chats.after(6 * MINUTE);
    const next = { id: expect.any(String), target: 'FIRST_RESPONSE', conversation: { id: one.id }, ticket: null };
    expect((await chats.ask('tickets', BOARD)).slaBoard.nextDue).toContainEqual(next);
    await chats.after(10 * MINUTE);
    await Promise.all([chats.world.runJobs(), chats.world.runJobs()]);
    await chats.after(10 * MINUTE);
    expect(await stepsOf(one)).toEqual([{ kind: 'BREACH', state: 'DONE', count: 1 }, { kind: 'ESCALATE', state: 'DONE', count: 1 }, { kind: 'WARN', state: 'DONE', count: 1 }]);
    const notices = await (await chats.world.database('conversations')).query('SELECT notice, COUNT(*) AS count FROM inbox_events WHERE conversation_id = UNHEX(?) AND notice IN (\'SLA_WARNING\', \'ESCALATED\') GROUP BY 1 ORDER BY 1', [hexOf(one.id)]);
    expect(notices).toEqual([{ notice: 'ESCALATED', count: 1 }, { notice: 'SLA_WARNING', count: 2 }]);
    const { slaBoard } = await chats.ask('tickets', BOARD);
    expect(slaBoard.nextDue).not.toContainEqual(next);
    expect(slaBoard.rows.every((row: { runningCount: number; breachedCount: number }) => row.runningCount + row.breachedCount === 0)).toBe(true);
  });

  it('tells colleagues what becomes of a promise, each once, in its thread and in the timeline of its customer', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    const began = chats.world.clock.now();
    await chats.after(SECOND);
    const [shown, lastSeenSeq] = [await threadOf(one, one.visitor), await chats.lastSeqOf(one)];
    await chats.after(6 * MINUTE);
    await chats.after(10 * MINUTE);
    await Promise.all([chats.world.runJobs(), chats.world.runJobs()]);
    await chats.after(MINUTE);
    const target = 'FIRST_RESPONSE';
    const news = { WARNED: { remainingSeconds: 240 }, BREACHED: { dueAt: instant(began + 10 * MINUTE) }, ESCALATED: { teamName: '客服主管组' } };
    expect(await promisedIn(one)).toEqual(Object.entries(news).map(([event, facts]) => ({ event, visibility: 'INTERNAL', facts: { target, ...facts } })));
    expect((await timelineOf(one)).filter(({ kind }: { kind: string }) => ofPromises(kind))).toMatchObject(
      Object.entries(news).map(([event, facts]) => ({ kind: `CONVERSATION_${event}`, subjectId: one.id, actor: { kind: 'SYSTEM' }, facts: { number: expect.any(String), target, ...facts } })));
    // The customer sees nothing of it; nobody was answered, and nothing new is to be seen before an answer.
    expect(await threadOf(one, one.visitor)).toEqual(shown);
    expect(await threadOf(one)).toMatchObject({ unreadCount: 1, lastSaid: { text: '在吗' } });
    expect((await chats.clocksOf(one)).map(({ state }) => state)).toEqual(['BREACHED', 'RUNNING']);
    await chats.tell('conversations', SEND, { conversationId: one.id, clientMessageId: randomUUID(), text: '您好', lastSeenSeq });
  });

  it('has the same timeline when it is written anew', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await chats.after(16 * MINUTE);
    await chats.after(2 * MINUTE);
    const told = await timelineOf(one);
    expect(told.map(({ kind }: { kind: string }) => kind)).toEqual(expect.arrayContaining(['CONVERSATION_BREACHED', 'CONVERSATION_ESCALATED']));
    const db = await chats.world.database('conversations');
    await db.execute("DELETE FROM timeline_entries WHERE customer_id = ? AND kind = 'CONVERSATION_BREACHED'", [idToBinary(one.visitor.id)]);
    await db.execute('INSERT INTO timeline_rebuilds (customer_id) VALUES (?)', [idToBinary(one.visitor.id)]);
    await chats.after(2 * MINUTE);
    expect(await timelineOf(one)).toEqual(told);
  });

  it('that was closed before the news came is warned of nothing; what was missed is told', async () => {
    const late = await chats.chat();
    await chats.write(late, '在吗');
    await chats.after(4 * MINUTE);
    const soon = await chats.chat();
    await chats.write(soon, '在吗');
    await chats.world.drainEvents();
    chats.world.clock.advance(6 * MINUTE + SECOND);
    await chats.world.runJobs();
    await Promise.all([late, soon].map((one) => chats.close(one)));
    await chats.after(SECOND);
    expect([await promisedIn(late), await promisedIn(soon)]).toMatchObject([[{ event: 'BREACHED' }], []]);
    expect(await stepsOf(soon)).toContainEqual({ kind: 'WARN', state: 'DONE', count: 1 });
  });

  it('that becomes more urgent is promised what its priority promises, from its own start', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    const began = chats.world.clock.now();
    await chats.after(MINUTE);
    await chats.tell('conversations', UPDATE, { conversationId: one.id, priority: 'P0' });
    await chats.after(0);
    expect(await chats.dueOf(one)).toMatchObject({ target: 'FIRST_RESPONSE', dueAt: instant(began + 2 * MINUTE) });
    expect((await chats.clocksOf(one)).map(({ target }) => target)).toEqual(['FIRST_RESPONSE']);
  });

  it('whose answer was on its way when its time ran out is not called late', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await answerUnheard(one, 10 * MINUTE);
    expect((await chats.clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ breachedAt: null });
    await chats.after(MINUTE);
    expect((await chats.clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'MET', usedSeconds: 600 });
    // The next answer is waited for anew, as long as the first.
    await chats.world.runJobs();
    await chats.write(one, '还有一个问题');
    await answerUnheard(one, 20 * MINUTE);
    expect((await chats.clockOf(one, 'NEXT_RESPONSE'))[0]).toMatchObject({ breachedAt: null });
  });

  it('whose answer is heard of too late all the same is set right', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await answerUnheard(one, 10 * MINUTE);
    chats.world.clock.advance(MINUTE);
    await chats.world.runJobs();
    expect((await chats.clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'BREACHED' });
    await chats.after(MINUTE);
    expect((await chats.clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'MET', usedSeconds: 600, breachedAt: null });
    expect(await chats.dueOf(one)).toMatchObject({ target: 'RESOLUTION' });
    // What was said stays, and below it that it was not so.
    expect(await promisedIn(one)).toMatchObject([
      { event: 'WARNED' }, { event: 'BREACHED', facts: { target: 'FIRST_RESPONSE' } }, { event: 'CORRECTED', visibility: 'INTERNAL', facts: { target: 'FIRST_RESPONSE', usedSeconds: 600 } },
    ]);
    expect((await timelineOf(one)).map(({ kind }: { kind: string }) => kind).filter(ofPromises)).toEqual(['CONVERSATION_WARNED', 'CONVERSATION_BREACHED', 'CONVERSATION_CORRECTED']);
  });

  it('shows its clocks to those alone who may inspect it', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await chats.after(SECOND);
    expect(await chats.clocksOf(one, one.visitor)).toBeNull();
    expect(await chats.clocksOf(one, agentIdentity({ role: 'agent' }))).toBeNull();
    const { data } = await chats.world.execute('conversations', 'query ($id: ID!) { conversation(id: $id) { due { dueAt } } }', { id: one.id }, one.visitor);
    expect(data?.conversation.due).toBeNull();
  });

  it('stands in lists by what runs out next: missed first, without a clock last', async () => {
    const late = await chats.chat();
    await chats.write(late, '在吗');
    await chats.after(11 * MINUTE);
    const soon = await chats.chat();
    await chats.write(soon, '在吗');
    await chats.after(SECOND);
    const none = await chats.chat();
    const list = async (direction: string, more: object = {}) => (await chats.ask('conversations',
      'query ($filter: ConversationFilter, $orderBy: ConversationOrder, $first: Int, $after: String) { conversations(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }',
      { filter: { states: ['QUEUED'] }, orderBy: { field: 'DUE', direction }, first: 100, ...more })).conversations;
    const placed = (ids: string[]) => [late, soon, none].map(({ id }) => ids.indexOf(id));
    const idsOf = (page: { nodes: { id: string }[] }) => page.nodes.map(({ id }) => id);
    const [first, second, third] = placed(idsOf(await list('ASC')));
    expect(first! >= 0 && first! < second! && second! < third!).toBe(true);
    const paged: string[] = [];
    for (let after: string | null = null, isMore = true; isMore;) {
      const page: any = await list('ASC', { first: 2, after });
      paged.push(...idsOf(page));
      ({ endCursor: after, hasNextPage: isMore } = page.pageInfo);
    }
    expect(paged).toEqual(idsOf(await list('ASC')));
    expect(idsOf(await list('DESC'))).toEqual(paged.toReversed());
  });
});

describe('a policy for conversations', () => {
  it('is the same as YAML and as form, and names what conversations do not know', async () => {
    const form = { subject: 'CONVERSATION', priority: 'P1', firstResponse: '5m', conditions: { channels: ['WEB'] } };
    const check = async (input: object) => (await chats.ask('tickets', 'query ($input: SlaPolicyDocumentInput!) { slaPolicyCheck(input: $input) { yaml isValid problems { path message } policies { subject conditions } } }', { input })).slaPolicyCheck;
    const yaml = 'for: conversation\npriority: P1\nconditions:\n  channels:\n    - WEB\nfirst_response: 5m\n';
    expect(await check({ policies: [form] })).toEqual({ yaml, isValid: true, problems: [], policies: [{ subject: 'CONVERSATION', conditions: { channels: ['WEB'] } }] });
    expect((await check({ yaml })).isValid).toBe(true);
    expect((await check({ yaml: `${yaml}pause_states: [PENDING]\n` })).problems).toMatchObject([{ path: ['0', 'pause_states'] }]);
    expect((await check({ yaml: yaml.replace('channels', 'categories').replace('WEB', 'PAYMENT') })).problems).toMatchObject([{ path: ['0', 'conditions', 'categories'] }]);
    expect((await check({ yaml: yaml.replace('for: conversation\n', '') })).problems).toMatchObject([{ path: ['0', 'conditions', 'channels'] }]);
  });

  it('counts open conversations anew when it comes into force for them', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    const began = chats.world.clock.now();
    await chats.after(SECOND);
    const { slaPolicyDocuments } = await chats.ask('tickets', '{ slaPolicyDocuments(first: 10) { nodes { id name } } }');
    await chats.activate(POLICY.replace('first_response: 10m', 'first_response: 7m'), slaPolicyDocuments.nodes.find(({ name }: { name: string }) => name === '会话').id, 'RETARGET_OPEN');
    await chats.after(SECOND);
    expect(await chats.dueOf(one)).toMatchObject({ target: 'FIRST_RESPONSE', dueAt: instant(began + 7 * MINUTE) });
  });
});
