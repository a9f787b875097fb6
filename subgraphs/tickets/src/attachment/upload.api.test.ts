import { agentIdentity, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { createVault } from '@careline/kit/crypto';
import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BYTES_MAX } from './attachment.rules.ts';
import { createTickets } from '../subgraph.ts';
import { SEGMENT_BYTES } from './segments.ts';
import { openUploadWorld, PNG, type UploadWorld } from './testing/upload-world.ts';

const CREATE = 'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { attachment { id } } }';
const DELETE = 'mutation ($input: DeleteAttachmentInput!) { deleteAttachment(input: $input) { attachmentId userErrors { code } } }';

let uploads: UploadWorld;
let world: World;
beforeAll(async () => {
  uploads = await openUploadWorld();
  ({ world } = uploads);
});
afterAll(() => uploads.close());

describe('createUpload', () => {
  it('gives the same attachment for the same clientUploadId, and refuses it for another file', async () => {
    const customer = customerIdentity();
    const clientUploadId = randomUUID();
    const [first, again] = [await uploads.reserve(customer, { clientUploadId }), await uploads.reserve(customer, { clientUploadId })];
    expect(again.attachment.id).toBe(first.attachment.id);
    expect((await uploads.reserve(customer, { clientUploadId, bytes: 5 })).userErrors[0].code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await uploads.reserve(customerIdentity(), { clientUploadId })).attachment.id).not.toBe(first.attachment.id);
  });

  it('makes one attachment of two calls at the same moment', async () => {
    const customer = customerIdentity();
    const clientUploadId = randomUUID();
    const both = await Promise.all([uploads.reserve(customer, { clientUploadId }), uploads.reserve(customer, { clientUploadId })]);
    expect(both[0].attachment.id).toBe(both[1].attachment.id);
  });

  it.each([['FILE_TOO_LARGE', { bytes: BYTES_MAX + 1 }], ['INVALID', { fileName: '../x.png' }], ['FILE_TYPE_REFUSED', { fileName: 'a.exe' }]])('refuses with %s', async (code, changes) => {
    const refused = await uploads.reserve(customerIdentity(), changes);
    expect([refused.userErrors[0].code, refused.attachment, refused.uploadUrl]).toEqual([code, null, null]);
  });

  it('does not have the owner’s equal file sent twice, and never tells another owner of it', async () => {
    const customer = customerIdentity();
    const sha256 = createHash('sha256').update(PNG).digest('hex');
    const id = await uploads.upload(customer, PNG, { sha256 });
    const again = await uploads.reserve(customer, { sha256, fileName: 'b.png' });
    expect([again.uploadUrl, again.attachment.state]).toEqual([null, 'READY']);
    expect((await uploads.reserve(customerIdentity(), { sha256 })).uploadUrl).not.toBeNull();
    await world.execute('tickets', DELETE, { input: { attachmentId: id } }, customer);
    expect((await uploads.get((await uploads.read(customer, again.attachment.id)).downloadUrl)).body.equals(PNG)).toBe(true);
  });

  it('keeps an equal file of one owner once also when nobody announced it, and lets go of it with the last who has it', async () => {
    const [customer, other] = [customerIdentity(), customerIdentity()];
    const before = (await uploads.storedFiles()).length;
    const content = randomBytes(100_000);
    const ids = [await uploads.upload(customer, content), await uploads.upload(customer, content, { fileName: '又一份.bin' })];
    expect((await uploads.storedFiles()).length).toBe(before + 1);
    await uploads.upload(other, content);
    expect((await uploads.storedFiles()).length).toBe(before + 2);
    await world.execute('tickets', DELETE, { input: { attachmentId: ids[0] } }, customer);
    const kept = await uploads.read(customer, ids[1]!);
    expect([kept.fileName, (await uploads.get(kept.downloadUrl)).body.equals(content)]).toEqual(['又一份.bin', true]);
    await world.execute('tickets', DELETE, { input: { attachmentId: ids[1] } }, customer);
    expect((await uploads.storedFiles()).length).toBe(before + 1);
  });

  it('leaves an equal file of another owner readable when the first is erased, and the first for nobody', async () => {
    const [erased, other] = [customerIdentity(), customerIdentity()];
    const ids = [await uploads.upload(erased), await uploads.upload(erased), await uploads.upload(other)] as const;
    const db = await world.database('tickets');
    await db.transaction((tx) => createVault({ keyring: world.deps.keyring, db }).destroy(tx, erased.id));
    // A process that starts now; one that runs may know an opened key for five minutes more.
    const fresh = await createTickets(world.deps);
    for (const id of ids.slice(0, 2)) {
      const { data } = await world.execute(fresh, 'query ($id: ID!) { attachment(id: $id) { fileName downloadUrl textPreview } }', { id }, agentIdentity({ role: 'supervisor' }));
      expect(data.attachment).toEqual({ fileName: null, downloadUrl: null, textPreview: null });
    }
    await fresh.stop();
    expect((await uploads.get((await uploads.read(other, ids[2])).downloadUrl)).body.equals(PNG)).toBe(true);
  });

  it('refuses a viewer without attachment:upload', async () => {
    const { errors } = await world.execute('tickets', CREATE, { input: { clientUploadId: 'a', fileName: 'a.png', bytes: 1 } }, agentIdentity({ grants: {} }));
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('an upload', () => {
  it('comes back as it was sent, and nothing of it or its name is on the disk or in the table', async () => {
    const customer = customerIdentity();
    const content = Buffer.from(`支付流水号 ${randomUUID()}\n`.repeat(5_000));
    const id = await uploads.upload(customer, content, { fileName: '支付流水.log' });
    const attachment = await uploads.read(customer, id);
    expect(attachment).toMatchObject({ state: 'READY', contentType: 'text/plain; charset=utf-8', fileName: '支付流水.log' });
    expect(attachment.textPreview).toBe([...content.toString()].slice(0, 4000).join(''));
    expect((await uploads.get(attachment.downloadUrl)).body.equals(content)).toBe(true);
    for (const file of await uploads.storedFiles()) expect((await readFile(file)).includes(Buffer.from('支付流水'))).toBe(false);
    const db = await world.database('tickets');
    expect(JSON.stringify(await db.query('SELECT CAST(sealed_name AS CHAR CHARACTER SET latin1) AS name FROM attachments'))).not.toContain(Buffer.from('支付').toString('latin1'));
  });

  it('goes on where it was cut, and is whole in the end', async () => {
    const customer = customerIdentity();
    const clientUploadId = randomUUID();
    const content = Buffer.concat([PNG, randomBytes(5 * SEGMENT_BYTES)]);
    const { uploadUrl, attachment } = await uploads.reserve(customer, { clientUploadId, bytes: content.length });
    await uploads.sendAndCut(uploadUrl, content.subarray(0, 4 * SEGMENT_BYTES + 100), content.length);
    let resumed = await uploads.reserve(customer, { clientUploadId, bytes: content.length });
    while (resumed.attachment.receivedBytes === 0) resumed = await uploads.reserve(customer, { clientUploadId, bytes: content.length });
    const from = resumed.attachment.receivedBytes;
    expect([from % SEGMENT_BYTES, from <= 4 * SEGMENT_BYTES, resumed.headers.find((header: any) => header.name === 'upload-offset').value]).toEqual([0, true, String(from)]);
    const rest = await uploads.put(resumed.uploadUrl, content.subarray(from), { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
    expect(rest).toMatchObject({ status: 200, body: { state: 'READY', receivedBytes: content.length } });
    expect((await uploads.get((await uploads.read(customer, attachment.id)).downloadUrl)).body.equals(content)).toBe(true);
  });

  it('can be sent part by part with PATCH, from where the server says it stands', async () => {
    const { uploadUrl, attachment } = await uploads.reserve(customerIdentity(), { bytes: 3 * SEGMENT_BYTES });
    const content = Buffer.concat([PNG.subarray(0, SEGMENT_BYTES), randomBytes(2 * SEGMENT_BYTES)]);
    const first = await uploads.put(uploadUrl, content.subarray(0, SEGMENT_BYTES + 5), {}, 'PATCH');
    expect([first.status, first.offset]).toEqual([200, String(SEGMENT_BYTES)]);
    expect((await uploads.put(uploadUrl, content.subarray(1), { 'upload-offset': '1' }, 'PATCH')).status).toBe(409);
    const last = await uploads.put(uploadUrl, content.subarray(SEGMENT_BYTES), { 'upload-offset': String(SEGMENT_BYTES) }, 'PATCH');
    expect(last.body).toMatchObject({ id: attachment.id, state: 'READY' });
    expect((await uploads.put(uploadUrl, content)).status).toBe(200);
  });

  it('of one byte more than 50 MB is refused before a byte is read, also when only the stream shows it', async () => {
    const { uploadUrl } = await uploads.reserve(customerIdentity(), { bytes: 10 });
    const answer = await new Promise<number>((resolve, reject) => {
      const sending = request(uploads.local(uploadUrl), { method: 'PUT', headers: { 'content-length': BYTES_MAX + 1, expect: '100-continue' } }, (response) => resolve(response.statusCode!));
      sending.on('error', reject);
      sending.flushHeaders();
    });
    expect(answer).toBe(413);
    const chunked = await new Promise<number>((resolve) => {
      const sending = request(uploads.local(uploadUrl), { method: 'PUT' }, (response) => resolve(response.statusCode!));
      sending.on('error', () => undefined);
      sending.write(Buffer.alloc(11));
    });
    expect(chunked).toBe(413);
    expect((await uploads.storedFiles()).some((file) => file.includes('parts') && file.endsWith('.2'))).toBe(false);
  });

  it('of a program is refused by its first bytes and leaves nothing', async () => {
    const customer = customerIdentity();
    const before = (await uploads.storedFiles()).length;
    const { uploadUrl, attachment } = await uploads.reserve(customer, { bytes: 300_000 });
    const answer = await uploads.put(uploadUrl, Buffer.concat([Buffer.from('MZ'), Buffer.alloc(299_998)]));
    expect([answer.status, answer.body.code]).toEqual([422, 'FILE_TYPE_REFUSED']);
    expect(await uploads.read(customer, attachment.id)).toBeNull();
    expect((await uploads.storedFiles()).length).toBe(before);
  });

  it('whose content is not the announced one is refused and can be sent again', async () => {
    const customer = customerIdentity();
    const { uploadUrl } = await uploads.reserve(customer, { sha256: createHash('sha256').update(PNG).digest('hex') });
    const damaged = Buffer.from(PNG);
    damaged[150_000]! ^= 1;
    expect((await uploads.put(uploadUrl, damaged)).body.code).toBe('INVALID');
    expect((await uploads.put(uploadUrl, PNG)).status).toBe(200);
  });

  it('is finished by exactly one of two senders at once', async () => {
    const customer = customerIdentity();
    const { uploadUrl, attachment } = await uploads.reserve(customer);
    const answers = await Promise.all([uploads.put(uploadUrl, PNG), uploads.put(uploadUrl, PNG)]);
    expect(answers.map((answer) => answer.status).sort()).toContain(200);
    expect((await uploads.get((await uploads.read(customer, attachment.id)).downloadUrl)).body.equals(PNG)).toBe(true);
  });

  it('needs its own signed link, unchanged and not run out', async () => {
    const { uploadUrl } = await uploads.reserve(customerIdentity());
    const other = (await uploads.reserve(customerIdentity())).attachment.id;
    const changed = [uploadUrl.replace(/att_[^?]+/, other), uploadUrl.replace('who=', 'who=x'), uploadUrl.replace(/sig=.{4}/, 'sig=AAAA'), uploadUrl.replace(/\?.*/, '')];
    for (const url of changed) expect((await uploads.put(url, PNG)).status).toBe(403);
    await world.clock.advance(15 * 60_000 + 1000);
    expect((await uploads.put(uploadUrl, PNG)).status).toBe(403);
  });
});

// A process of its own: its buffers must not count as the server's.
const SENDER = `
  const sending = require('node:http').request(process.argv[1], { method: 'PUT', headers: { 'content-length': process.argv[2] } }, (response) => {
    console.log(response.statusCode);
    response.resume();
  });
  const block = require('node:crypto').randomBytes(1 << 20);
  let left = Number(process.argv[2]);
  const send = () => { while (left > 0) { left -= block.length; if (!sending.write(block)) return sending.once('drain', send); } sending.end(); };
  send();`;

async function sendFromOutside(viewer: Identity, bytes: number): Promise<string> {
  const { uploadUrl, attachment } = await uploads.reserve(viewer, { bytes, fileName: 'core.bin' });
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SENDER, uploads.local(uploadUrl), String(bytes)]);
  expect(stdout.trim()).toBe('200');
  return attachment.id;
}

it('takes 50 MB in without holding them in memory', async () => {
  const customer = customerIdentity();
  // What any first upload makes the engine load is not what the size of this one costs.
  await sendFromOutside(customer, 8 << 20);
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
  const id = await sendFromOutside(customer, BYTES_MAX);
  clearInterval(watch);
  expect((await uploads.read(customer, id)).state).toBe('READY');
  expect(Math.round((peak - before) / 1_048_576)).toBeLessThan(20);
});
