import { agentIdentity } from '@careline/kit/testing';
import { MINUTE } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromisedChats } from './promised-chats.ts';

const POLICY = 'for: conversation\npriority: P2\nfirst_response: 10m\n';
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
