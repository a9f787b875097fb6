import { randomUUID } from 'node:crypto';
import { idToBinary } from '@careline/kit/db';
import { MINUTE, SECOND } from '@careline/kit/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PromisedChats, type Chat } from './promised-chats.ts';

const REOPEN = 'mutation ($input: ReopenConversationInput!) { reopenConversation(input: $input) { userErrors { code } } }';
const UPDATE = 'mutation ($input: UpdateConversationInput!) { updateConversation(input: $input) { userErrors { code } } }';
const POLICY = 'for: conversation\npriority: P2\nfirst_response: 10m\nnext_response: 20m\nresolution_time: 2h\n---\nfor: conversation\npriority: P0\nresolution_time: 1h\n';

let chats: PromisedChats;
const targetsOf = async (one: Chat) => (await chats.clocksOf(one)).map(({ target, state, usedSeconds }) => [target, state, usedSeconds]);
const rowsOf = async ({ id }: Chat, table: string) => (await chats.world.database('tickets')).query(`SELECT * FROM ${table} WHERE conversation_id = ?`, [idToBinary(id)]);

beforeEach(async () => { chats = await PromisedChats.open(); });
afterEach(() => chats?.world.close());

/** An open conversation that was asked and waits since `minutes`. */
async function waiting(minutes: number): Promise<Chat> {
  const one = await chats.chat();
  await chats.write(one, '在吗');
  await chats.after(minutes * MINUTE);
  return one;
}

describe('a first policy for conversations that comes into force for open ones', () => {
  it('promises them what still waits, from its own start, and goes on with what happens next', async () => {
    const answered = await waiting(3);
    await chats.answer(answered);
    const asked = await waiting(4);
    await chats.write(answered, '还有一个问题');
    const began = chats.world.clock.now();
    await chats.activate(POLICY, undefined, 'RETARGET_OPEN');
    const now = chats.world.clock.now();
    expect(await targetsOf(asked)).toEqual([['FIRST_RESPONSE', 'RUNNING', 242], ['RESOLUTION', 'RUNNING', 242]]);
    // What was answered before was never promised.
    expect(await targetsOf(answered)).toEqual([['NEXT_RESPONSE', 'RUNNING', (now - began) / 1_000], ['RESOLUTION', 'RUNNING', 422]]);
    await chats.answer(answered);
    await chats.answer(asked);
    await chats.after(MINUTE);
    expect(await chats.clockOf(answered, 'NEXT_RESPONSE')).toMatchObject([{ state: 'MET', usedSeconds: 2 }]);
    expect(await chats.clockOf(asked, 'FIRST_RESPONSE')).toMatchObject([{ state: 'MET' }]);
    expect((await chats.proofOf(asked)).clocks.map(({ intervals }: any) => intervals[0].entrySeq)).toEqual([3, 3]);
  });

  it('misses at once what has waited too long already, and counts no time in which it was over', async () => {
    const one = await waiting(30);
    await chats.close(one);
    await chats.after(30 * MINUTE);
    await chats.tell('conversations', REOPEN, { conversationId: one.id });
    await chats.after(MINUTE);
    const late = await waiting(30);
    await chats.activate(POLICY, undefined, 'RETARGET_OPEN');
    await chats.after(SECOND);
    expect(await targetsOf(one)).toEqual([['RESOLUTION', 'RUNNING', 61 * 60 + 3]]);
    expect(await chats.clockOf(late, 'FIRST_RESPONSE')).toMatchObject([{ state: 'BREACHED' }]);
    expect((await chats.proofOf(one)).clocks[0].intervals.map(({ seconds, isCounted }: any) => [seconds, isCounted])).toEqual([[1_800, true], [1_800, false], [1_863, true]]);
  });

  it('promises by the priority they have, and nothing to those that are over or whose customer said nothing yet', async () => {
    const [urgent, over] = [await waiting(1), await waiting(1)];
    const silent = await chats.chat();
    await chats.tell('conversations', UPDATE, { conversationId: urgent.id, priority: 'P0' });
    await chats.close(over);
    await chats.activate(POLICY, undefined, 'RETARGET_OPEN');
    expect((await targetsOf(urgent)).map(([target]) => target)).toEqual(['RESOLUTION']);
    expect([await targetsOf(over), await rowsOf(over, 'promised_conversations'), await targetsOf(silent)]).toEqual([[], [], []]);
    await chats.write(silent, '在吗');
    await chats.after(SECOND);
    expect((await targetsOf(silent)).map(([target]) => target)).toEqual(['FIRST_RESPONSE', 'RESOLUTION']);
  });

  it('leaves them alone when it is for new ones only', async () => {
    const one = await waiting(1);
    await chats.activate(POLICY);
    expect([await targetsOf(one), await rowsOf(one, 'promised_conversations')]).toEqual([[], []]);
  });

  it('hears once what is said while their past is read, whichever comes first', async () => {
    const one = await waiting(1);
    const { version } = await chats.tell('tickets', 'mutation ($input: SaveSlaPolicyInput!) { saveSlaPolicy(input: $input) { version { id } userErrors { code } } }', { name: '会话', content: { yaml: POLICY } });
    await chats.tell('tickets', 'mutation ($input: DryRunSlaPolicyInput!) { dryRunSlaPolicy(input: $input) { userErrors { code } } }', { versionId: version.id, idempotencyKey: randomUUID() });
    await chats.after(SECOND);
    await chats.tell('tickets', 'mutation ($input: ActivateSlaPolicyInput!) { activateSlaPolicy(input: $input) { userErrors { code } } }', { versionId: version.id, scope: 'RETARGET_OPEN', idempotencyKey: randomUUID() });
    // Said, read with the past, and heard of only then.
    await chats.answer(one);
    await chats.write(one, '还有一个问题');
    chats.world.clock.advance(SECOND);
    await chats.world.runJobs();
    await chats.after(SECOND);
    expect((await targetsOf(one)).map(([target]) => target)).toEqual(['RESOLUTION', 'NEXT_RESPONSE'].sort());
    expect((await rowsOf(one, 'conversation_facts')).map(({ kind }) => kind)).toEqual(['CREATED', 'REPLIED', 'ASKED', 'TERMS']);
    // Noted, and heard of something before its past was read: it is read again.
    const db = await chats.world.database('tickets');
    const other = await waiting(1);
    await db.execute('DELETE FROM conversation_facts WHERE conversation_id = ?', [idToBinary(other.id)]);
    await db.execute('DELETE FROM sla_clocks WHERE conversation_id = ?', [idToBinary(other.id)]);
    await db.execute('UPDATE promised_conversations SET heard_meanwhile = 0, last_place = 0, said_seq = 0, changed_at = ? WHERE conversation_id = ?', ['1970-01-01 00:00:00.000', idToBinary(other.id)]);
    await chats.answer(other);
    await chats.world.drainEvents();
    expect(await rowsOf(other, 'promised_conversations')).toMatchObject([{ heard_meanwhile: expect.any(Number), last_place: 0 }]);
    await chats.activate(`${POLICY}# 再次\n`, (await chats.ask('tickets', '{ slaPolicyDocuments(first: 10) { nodes { id name } } }')).slaPolicyDocuments.nodes.find(({ name }: any) => name === '会话').id, 'RETARGET_OPEN');
    expect(await rowsOf(other, 'promised_conversations')).toMatchObject([{ heard_meanwhile: null }]);
    expect((await rowsOf(other, 'conversation_facts')).map(({ kind }) => kind)).toEqual(['CREATED', 'REPLIED', 'TERMS']);
  });
});
