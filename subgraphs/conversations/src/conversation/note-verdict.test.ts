import { newId } from '@careline/kit/db';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { post } from './conversation.fixtures.ts';
import { openDesk, type Desk } from './desk.fixtures.ts';
import { noteVerdict } from './note-verdict.ts';

const FILES = 'query($id: ID!) { conversation(id: $id) { messages(last: 20) { nodes { attachments { attachmentId isBlocked downloadUrl } } } } }';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const say = (attachmentId: string, isBlocked: boolean) => desk.machine.db.transaction((tx) => noteVerdict(desk.machine, tx, { attachmentId, isBlocked }));

it('closes a file of an old message once harm was found in it, for good', async () => {
  const { id } = await desk.begin();
  const attachmentId = newId('att');
  const files = [{ attachmentId, fileName: '旧日志.txt', contentType: 'text/plain', bytes: 12 }];
  await post(desk.machine.contextOf(desk.agent), id, 'see this', { content: { text: 'see this', name: 'Name', publicName: 'Public', files } });
  const read = async () => {
    const { conversation } = await desk.ask(FILES, { id }, desk.agent);
    return conversation.messages.nodes.flatMap(({ attachments }: any) => attachments)[0];
  };
  const open = { attachmentId, isBlocked: false, downloadUrl: expect.any(String) };
  const closed = { attachmentId, isBlocked: true, downloadUrl: null };
  expect(await read()).toEqual(open);
  // What was opened unseen has a verdict already.
  await say(attachmentId, false);
  expect(await read()).toEqual(open);
  await say(attachmentId, true);
  expect(await read()).toEqual(closed);
  await say(attachmentId, false);
  expect(await read()).toEqual(closed);
});
