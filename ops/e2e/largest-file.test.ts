import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrive, tell, type Ask, type Visitor } from '../harness/people.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

const BYTES_MAX = 52_428_800;
const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');

let system: OpenSystem;
let visitor: Visitor;
beforeAll(async () => {
  system = await openSystem();
  visitor = await arrive(system.url, system.staff.channelKey);
});
afterAll(async () => {
  visitor?.client.close();
  await system?.close();
});

const reserve = (ask: Ask, bytes: number) => tell<{ attachment: { id: string }; uploadUrl: string }>(ask, 'createUpload', { clientUploadId: randomUUID(), fileName: 'core.bin', bytes }, 'attachment { id } uploadUrl');

/** The answer to a PUT that announces `bytes` and sends none of them. */
function announce(url: string, bytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'PUT', headers: { 'content-length': bytes } }, (response) => {
      resolve(response.statusCode!);
      sending.destroy();
    });
    sending.on('error', reject);
    sending.flushHeaders();
  });
}

describe('the largest file', () => {
  it('of 52,428,800 bytes goes in and out through the gateway unchanged', async () => {
    const content = randomBytes(BYTES_MAX);
    const { attachment, uploadUrl } = await reserve(visitor.ask, content.length);
    expect((await fetch(uploadUrl, { method: 'PUT', body: new Uint8Array(content) })).status).toBe(200);
    const { attachment: read } = await visitor.ask<{ attachment: { state: string; downloadUrl: string } }>('query ($id: ID!) { attachment(id: $id) { state downloadUrl } }', { id: attachment.id });
    expect(read.state).toBe('READY');
    expect(hash(Buffer.from(await (await fetch(read.downloadUrl)).arrayBuffer()))).toBe(hash(content));
  });

  it('is refused with one byte more: when it is reserved, and with 413 before a byte of it was sent', async () => {
    await expect(reserve(visitor.ask, BYTES_MAX + 1)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    const { uploadUrl } = await reserve(visitor.ask, BYTES_MAX);
    expect(await announce(uploadUrl, BYTES_MAX + 1)).toBe(413);
  });
});
