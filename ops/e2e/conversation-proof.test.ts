import { agentIdentity } from '@careline/kit/testing';
import { HOUR, MINUTE } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromisedChats } from './promised-chats.ts';

const REOPEN = 'mutation ($input: ReopenConversationInput!) { reopenConversation(input: $input) { userErrors { code } } }';
const POLICY = 'for: conversation\npriority: P2\nfirst_response: 10m\nresolution_time: 2h\n';

let chats: PromisedChats;
const instant = (ms: number) => new Date(ms).toISOString();

beforeAll(async () => {
  chats = await PromisedChats.open();
  await chats.activate(POLICY);
});
afterAll(() => chats?.world.close());

describe('the proof of a conversation', () => {
  it('shows every interval of each clock, and the messages that began them', async () => {
    const one = await chats.chat();
    expect((await chats.proofOf(one)).clocks).toEqual([]);
    const { message: asked } = await chats.write(one, '在吗');
    const began = chats.world.clock.now();
    await chats.after(5 * MINUTE);
    await chats.close(one);
    const closing = await chats.lastSeqOf(one);
    await chats.after(HOUR);
    await chats.tell('conversations', REOPEN, { conversationId: one.id });
    await chats.after(10 * MINUTE);
    const proof = await chats.proofOf(one);
    expect(proof.clocks.map(({ clock, ...rest }: any) => [clock.target, clock.state, rest.verdict, rest.countedSeconds, rest.pausedSeconds, rest.policyVersion, rest.businessHoursVersion, rest.corrections])).toEqual([
      ['FIRST_RESPONSE', 'MET', 'MET', 300, 0, 1, 1, []], ['RESOLUTION', 'RUNNING', 'RUNNING', 900, 3_600, 1, 1, []],
    ]);
    const [first, resolution] = proof.clocks;
    expect(first.intervals).toEqual([{ from: instant(began), to: instant(began + 5 * MINUTE), seconds: 300, isCounted: true, pauseReason: null, entrySeq: asked.seq }]);
    expect(resolution.intervals.map(({ seconds, isCounted, pauseReason, entrySeq }: any) => [seconds, isCounted, pauseReason, entrySeq])).toEqual([
      [300, true, null, asked.seq], [3_600, false, 'SOLVED', closing], [600, true, null, null],
    ]);
    expect((await chats.proofOf(one)).hash).toBe(proof.hash);
  });

  it('is for those alone who may inspect it', async () => {
    const one = await chats.chat();
    await chats.write(one, '在吗');
    await chats.after(MINUTE);
    expect((await chats.proofOf(one)).clocks).toHaveLength(2);
    expect([await chats.proofOf(one, one.visitor), await chats.proofOf(one, agentIdentity({ role: 'agent' }))]).toEqual([null, null]);
  });
});
