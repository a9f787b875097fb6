import { randomUUID } from 'node:crypto';
import { EICAR, openClamd, type Clamd } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventLine, socketLine, type LineStream } from '../harness/lines.ts';
import { arrive, tell, type Ask, type Visitor } from '../harness/people.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

const FOLLOW = `subscription ($id: ID!) { messageSent(conversationId: $id, afterSeq: 0) { __typename
  ... on MessageSent { message { seq attachments { attachmentId downloadUrl isBlocked } } }
  ... on MessageChanged { message { seq attachments { attachmentId downloadUrl isBlocked } } } } }`;
const READ = 'query ($id: ID!) { conversation(id: $id) { messages(last: 20) { nodes { attachments { attachmentId downloadUrl isBlocked attachment { state } } } } } }';

let clamd: Clamd;
let system: OpenSystem;
beforeAll(async () => {
  clamd = await openClamd();
  system = await openSystem({ clamdUrl: clamd.url });
});
afterAll(async () => {
  await system?.close();
  await clamd.close();
});

async function sendFile({ ask, conversationId }: Pick<Visitor, 'ask' | 'conversationId'>, content: string): Promise<string> {
  const bytes = Buffer.from(content);
  const { attachment, uploadUrl } = await tell<{ attachment: { id: string }; uploadUrl: string }>(ask, 'createUpload', { clientUploadId: randomUUID(), fileName: 'log.txt', bytes: bytes.length }, 'attachment { id } uploadUrl');
  await fetch(uploadUrl, { method: 'PUT', body: new Uint8Array(bytes) });
  await tell(ask, 'sendMessage', { conversationId, clientMessageId: randomUUID(), text: '', attachmentIds: [attachment.id] }, 'message { seq }');
  return attachment.id;
}

type File = { attachmentId: string; downloadUrl: string | null; isBlocked: boolean };

/** What streams show of a file, event by event, until it stands as `isOver` says. */
async function shown(stream: LineStream, attachmentId: string, isOver: (file: File) => boolean, onFirst: () => void): Promise<string[]> {
  const states: string[] = [];
  for await (const { data } of stream) {
    const { __typename: type, message } = data.messageSent;
    const file = message?.attachments.find((one: File) => one.attachmentId === attachmentId) as File | undefined;
    if (!file) continue;
    states.push(`${type}: ${file.isBlocked ? 'blocked' : file.downloadUrl ? 'open' : 'closed'}`);
    if (states.length === 1) onFirst();
    if (isOver(file)) return states;
  }
  throw new Error('the stream ended');
}

async function fileIn(ask: Ask, id: string, attachmentId: string): Promise<File & { attachment: { state: string } }> {
  const { conversation } = await ask<{ conversation: { messages: { nodes: { attachments: (File & { attachment: { state: string } })[] }[] } } }>(READ, { id });
  return conversation.messages.nodes.flatMap((node) => node.attachments).find((file) => file.attachmentId === attachmentId)!;
}

describe('a file sent while it is being scanned', () => {
  it.each([['nothing is found', 'all is well', 'open'], ['something is found', EICAR, 'blocked']])('shows both sides the end of it when %s', async (_name, content, end) => {
    const visitor = await arrive(system.url, system.staff.channelKey);
    const release = clamd.hold();
    const attachmentId = await sendFile(visitor, `${randomUUID()} ${content}`);
    const lines = [socketLine({ url: system.url, token: await visitor.token() }), eventLine({ url: system.url, token: system.staff.token })];
    const isOver = (file: File) => file.isBlocked || file.downloadUrl !== null;
    let waiting = lines.length;
    const seen = await Promise.all(lines.map((line) => shown(line.stream(FOLLOW, { id: visitor.conversationId }), attachmentId, isOver, () => {
      waiting -= 1;
      if (waiting === 0) release();
    })));
    expect(seen).toEqual(lines.map(() => ['MessageSent: closed', `MessageChanged: ${end}`]));
    const read = await fileIn(system.staff.ask, visitor.conversationId, attachmentId);
    expect(read).toMatchObject({ isBlocked: end === 'blocked', attachment: { state: end === 'blocked' ? 'BLOCKED' : 'READY' } });
    if (read.downloadUrl) expect(await (await fetch(read.downloadUrl)).text()).toContain(content);
    await Promise.all(lines.map((line) => line.close()));
    visitor.client.close();
  });

  it('is refused when it was blocked before', async () => {
    const visitor = await arrive(system.url, system.staff.channelKey);
    const content = `${randomUUID()} ${EICAR}`;
    const attachmentId = await sendFile(visitor, content);
    await expect.poll(() => fileIn(visitor.ask, visitor.conversationId, attachmentId)).toMatchObject({ isBlocked: true });
    await expect(sendFile(visitor, content)).rejects.toMatchObject({ code: 'FILE_BLOCKED' });
    visitor.client.close();
  });
});
