import { randomUUID } from 'node:crypto';
import { MINUTE, SECOND } from '@careline/kit/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PromisedChats, type Chat } from './promised-chats.ts';

const UPDATE = 'mutation ($input: UpdateConversationInput!) { updateConversation(input: $input) { userErrors { code } } }';
const SAVE = 'mutation ($input: SaveSlaPolicyInput!) { saveSlaPolicy(input: $input) { version { id problems { message } } userErrors { code } } }';
const DRY_RUN = 'mutation ($input: DryRunSlaPolicyInput!) { dryRunSlaPolicy(input: $input) { dryRun { id } userErrors { code } } }';
const RUN = `query ($id: ID!) { slaDryRun(id: $id) { state percent ticketCount changedCount changes(first: 10) { nodes { target } }
  conversations { count promisedCount metBefore breachedBefore metAfter breachedAfter attainmentBefore attainmentAfter isUnderWarning changedCount escalationDelta retargetCount
    changes(first: 100) { nodes { conversation { id } target before after dueBefore dueAfter } } } } }`;
const POLICY = 'for: conversation\npriority: P2\nfirst_response: 10m\nnext_response: 20m\nresolution_time: 2h\nescalation_rules:\n  - after: 5m\n    target: supervisor_group\n---\nfor: conversation\npriority: P0\nfirst_response: 2m\n';

let chats: PromisedChats;
const instant = (ms: number) => new Date(ms).toISOString();

beforeEach(async () => { chats = await PromisedChats.open(); });
afterEach(() => chats?.world.close());

/** Runs a text dry, as a version of a document or of a new one, and reads what was found. */
async function runDry(yaml: string, documentId?: string, priorities?: string[]) {
  const { version } = await chats.tell('tickets', SAVE, { ...(documentId ? { documentId } : { name: '试运行' }), content: { yaml } });
  const { dryRun } = await chats.tell('tickets', DRY_RUN, { versionId: version.id, priorities, idempotencyKey: randomUUID() });
  await chats.after(SECOND);
  return (await chats.ask('tickets', RUN, { id: dryRun.id })).slaDryRun;
}

/** A conversation answered after so many minutes; left open. */
async function answeredAfter(minutes: number, priority?: string): Promise<Chat> {
  const one = await chats.chat();
  if (priority) await chats.tell('conversations', UPDATE, { conversationId: one.id, priority });
  await chats.write(one, '在吗');
  await chats.after(minutes * MINUTE);
  await chats.answer(one);
  await chats.after(SECOND);
  return one;
}

describe('a dry run of a policy for conversations', () => {
  it('counts the conversations of the last 30 days apart from tickets, though nothing was ever promised to them', async () => {
    const began = chats.world.clock.now();
    const late = await answeredAfter(16);
    await answeredAfter(3);
    const urgent = await answeredAfter(3, 'P0');
    await answeredAfter(60, 'P1');
    await chats.chat();
    const found = await runDry(POLICY);
    expect(found).toMatchObject({ state: 'DONE', percent: 100, ticketCount: 0, changedCount: 0, changes: { nodes: [] } });
    expect(found.conversations).toEqual({
      count: 4, promisedCount: 3, metBefore: 0, breachedBefore: 0, metAfter: 1, breachedAfter: 2, attainmentBefore: null, attainmentAfter: 1 / 3, isUnderWarning: true, changedCount: 2, escalationDelta: 1, retargetCount: 3,
      changes: { nodes: [
        { conversation: { id: late.id }, target: 'FIRST_RESPONSE', before: null, after: 'BREACHED', dueBefore: null, dueAfter: instant(began + 10 * MINUTE) },
        { conversation: { id: urgent.id }, target: 'FIRST_RESPONSE', before: null, after: 'BREACHED', dueBefore: null, dueAfter: expect.any(String) },
      ] },
    });
    expect((await runDry(POLICY, undefined, ['P0'])).conversations).toMatchObject({ count: 1, promisedCount: 1, breachedAfter: 1, retargetCount: 1 });
  });

  it('finds what really came of it: the version in force changes nothing, whatever a conversation lived through', async () => {
    const documentId = await chats.activate(POLICY);
    const one = await answeredAfter(16);
    await chats.write(one, '还有一个问题');
    await chats.after(25 * MINUTE);
    await chats.answer(one);
    await chats.tell('conversations', UPDATE, { conversationId: one.id, priority: 'P0' });
    await chats.close(one);
    await chats.after(MINUTE);
    const two = await answeredAfter(5);
    await chats.close(two);
    await chats.after(MINUTE);
    await answeredAfter(1, 'P0');
    const clocks = (await Promise.all([one, two].map((chat) => chats.clocksOf(chat)))).flat();
    const counted = (state: string) => clocks.filter((clock) => clock.state === state).length;
    const { conversations } = await runDry(`# the same again\n${POLICY}`, documentId);
    expect(conversations).toMatchObject({ count: 3, promisedCount: 3, changedCount: 0, escalationDelta: 0, changes: { nodes: [] } });
    expect([conversations.metBefore, conversations.breachedBefore]).toEqual([counted('MET') + 1, counted('BREACHED')]);
    expect([conversations.metAfter, conversations.breachedAfter]).toEqual([conversations.metBefore, conversations.breachedBefore]);
    // The same terms under another version: only what is open would be counted by them.
    expect(conversations.retargetCount).toBe(1);
  });

  it('says whose verdict would be another one, and what is promised no more', async () => {
    const documentId = await chats.activate(POLICY);
    const kept = await answeredAfter(8);
    const missed = await answeredAfter(12);
    const { conversations } = await runDry('for: conversation\npriority: P2\nfirst_response: 5m\n', documentId);
    expect(conversations).toMatchObject({ metBefore: 1, breachedBefore: 1, metAfter: 0, breachedAfter: 2, changedCount: 1, changes: { nodes: [{ conversation: { id: kept.id }, before: 'MET', after: 'BREACHED' }] } });
    const none = (await runDry('priority: P2\nfirst_response: 5m\n', documentId)).conversations;
    expect(none).toMatchObject({ promisedCount: 0, metBefore: 1, breachedBefore: 1, metAfter: 0, breachedAfter: 0, changes: { nodes: [{ conversation: { id: missed.id }, before: 'BREACHED', after: null, dueAfter: null }] } });
  });

  it('reads no conversations while nothing is promised to any, before or after', async () => {
    await answeredAfter(3);
    expect(await runDry('priority: P2\nfirst_response: 5m\n')).toMatchObject({ state: 'DONE', conversations: null });
  });
});
