import { agentIdentity } from '@careline/kit/testing';
import { HOUR, MINUTE } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromisedChats } from './promised-chats.ts';

const POLICY = 'for: conversation\npriority: P2\nfirst_response: 10m\n';
const FACTS = '{ slaClockFacts(first: 100, filter: { subjects: [CONVERSATION] }) { nodes { clockId subject ticketId conversationId target state priority teamId categoryKey startedAt dueAt endedAt budgetSeconds usedSeconds pausedSeconds escalationCount policyVersion } } }';
const ATTAINMENT = 'query ($range: DateRangeInput!) { slaAttainment(range: $range, groupBy: [SUBJECT], filter: { targets: [FIRST_RESPONSE] }, first: 10) { nodes { subject metCount breachedCount rate } } }';
const REOPEN = 'mutation ($input: ReopenConversationInput!) { reopenConversation(input: $input) { userErrors { code } } }';
const BOARD = '{ slaBoard { attainment { metCount rate } conversationAttainment { metCount breachedCount rate threshold sampleMin isWarning hourly } } }';

let chats: PromisedChats;
const board = async (viewer = chats.admin) => (await chats.ask('tickets', BOARD, {}, viewer)).slaBoard;

beforeAll(async () => {
  chats = await PromisedChats.open();
  await chats.activate(POLICY);
});
afterAll(() => chats?.world.close());

describe('the attainment of conversations', () => {
  it('counts first answers of today beside those of tickets, to those who see them', async () => {
    expect((await board()).conversationAttainment).toMatchObject({ metCount: 0, breachedCount: 0, rate: null, threshold: 0.95, sampleMin: 20, isWarning: false });
    for (const minutes of [1, 2, 3, 11]) {
      const one = await chats.chat();
      await chats.write(one, '在吗');
      await chats.after(minutes * MINUTE);
      await chats.answer(one);
      await chats.after(MINUTE);
    }
    const { attainment, conversationAttainment: found } = await board();
    expect(found).toMatchObject({ metCount: 3, breachedCount: 1, rate: 0.75, isWarning: false });
    expect(found.hourly.at(-1)).toBe(0.75);
    expect(attainment).toEqual({ metCount: 0, rate: null });
    const day = new Date(chats.world.clock.now() + 8 * HOUR).toISOString().slice(0, 10);
    expect((await chats.ask('analytics', ATTAINMENT, { range: { from: day, to: day } })).slaAttainment.nodes).toEqual([{ subject: 'CONVERSATION', metCount: 3, breachedCount: 1, rate: 0.75 }]);
    expect((await board(agentIdentity({ role: 'agent' }))).conversationAttainment).toMatchObject({ metCount: 0, breachedCount: 0 });
  });

  it('is under the threshold once enough have ended', async () => {
    for (let count = 4; count < 20; count += 1) {
      const one = await chats.chat();
      await chats.write(one, '在吗');
      await chats.answer(one);
    }
    await chats.after(MINUTE);
    expect((await board()).conversationAttainment).toMatchObject({ metCount: 19, breachedCount: 1, rate: 0.95, isWarning: false });
    const late = await chats.chat();
    await chats.write(late, '在吗');
    await chats.after(11 * MINUTE);
    await chats.answer(late);
    await chats.after(MINUTE);
    expect((await board()).conversationAttainment).toMatchObject({ metCount: 19, breachedCount: 2, isWarning: true });
  });
});

it('a clock of a conversation becomes a fact with all that is known of it at its end, and goes on in it when the conversation does', async () => {
  await chats.activate('for: conversation\npriority: P2\nresolution_time: 10m\nescalation_rules:\n  - after: 5m\n    target: supervisor_group\n');
  const one = await chats.chat();
  await chats.write(one, '在吗');
  const began = chats.world.clock.now();
  await chats.after(20 * MINUTE);
  await chats.close(one);
  await chats.after(0);
  const [clock] = await chats.clockOf(one, 'RESOLUTION');
  const factOf = async () => (await chats.ask('analytics', FACTS)).slaClockFacts.nodes.find(({ clockId }: { clockId: string }) => clockId === clock.id);
  const instant = (ms: number) => new Date(ms).toISOString();
  expect(await factOf()).toEqual({
    clockId: clock.id, subject: 'CONVERSATION', ticketId: null, conversationId: one.id, target: 'RESOLUTION', state: 'BREACHED', priority: 'P2', teamId: expect.any(String), categoryKey: null,
    startedAt: instant(began), dueAt: instant(began + 10 * MINUTE), endedAt: instant(began + 20 * MINUTE), budgetSeconds: 600, usedSeconds: 1_200, pausedSeconds: 0, escalationCount: 1, policyVersion: 1,
  });
  await chats.after(MINUTE);
  await chats.tell('conversations', REOPEN, { conversationId: one.id });
  await chats.after(0);
  expect(await factOf()).toMatchObject({ state: 'RUNNING', endedAt: null, pausedSeconds: 60 });
});
