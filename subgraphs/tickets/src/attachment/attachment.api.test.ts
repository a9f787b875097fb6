import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { conversationRouted, messageSent, type EventDraft } from '@careline/schema/events';
import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTickets } from '../subgraph.ts';
import { BYTES_MAX } from './attachment.rules.ts';
import { SEGMENT_BYTES } from './segments.ts';

const CREATE = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  attachment { id state receivedBytes bytes fileName } uploadUrl headers { name value } userErrors { code field } } }`;
const READ = 'query ($id: ID!) { attachment(id: $id) { id fileName contentType bytes state downloadUrl textPreview } }';
const LINK = 'query ($ids: [ID!]!, $author: ID!) { attachmentsForMessage(attachmentIds: $ids, authorId: $author) { id fileName contentType } }';
const DELETE = 'mutation ($input: DeleteAttachmentInput!) { deleteAttachment(input: $input) { attachmentId userErrors { code } } }';
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'), Buffer.alloc(200_000, 7)]);

let world: World;
let server: Server;
let port: number;
let signedIn: Identity | null = null;

beforeAll(async () => {
  world = await createTestWorld(createTickets);
  server = createServer((req, res) => void world.subgraphs.tickets!.handle(req, res, {
    identity: signedIn, requestId: 'req', locale: 'EN', address: null, device: null, clientName: null,
  }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});

const local = (url: string) => url.replace('http://careline.test', `http://127.0.0.1:${port}`);
const reserve = async (viewer: Identity, changes: object = {}) => {
  const { data, errors } = await world.execute('tickets', CREATE, { input: { clientUploadId: randomUUID(), fileName: '截图.png', bytes: PNG.length, ...changes } }, viewer);
  expect(errors).toBeUndefined();
  return data.createUpload;
};
const put = async (uploadUrl: string, body: Buffer, headers: Record<string, string> = {}, method = 'PUT') => {
  const response = await fetch(local(uploadUrl), { method, body: new Uint8Array(body), headers });
  return { status: response.status, offset: response.headers.get('upload-offset'), body: await response.json() as any };
};
const upload = async (viewer: Identity, content: Buffer = PNG, changes: object = {}) => {
  const { attachment, uploadUrl } = await reserve(viewer, { bytes: content.length, ...changes });
  expect((await put(uploadUrl, content)).status).toBe(200);
  return attachment.id as string;
};
const read = async (viewer: Identity, id: string) => (await world.execute('tickets', READ, { id }, viewer)).data.attachment;
const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(local(url), { headers });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
};

/** Sends the head of a body and cuts the line, the way a lost network does; resolves once the server noticed. */
async function sendAndCut(uploadUrl: string, body: Buffer, announced: number): Promise<void> {
  const noticed = new Promise<void>((resolve) => server.once('request', (req) => req.once('close', resolve)));
  const sending = request(local(uploadUrl), { method: 'PUT', headers: { 'content-length': announced } });
  sending.on('error', () => undefined);
  await new Promise((resolve) => sending.write(body, resolve));
  sending.destroy();
  await noticed;
}
const storedFiles = async () => (await readdir(join(world.deps.dataDir, 'blobs'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
const announce = async (...drafts: EventDraft[]) => {
  await world.deps.bus.publish('conversations', drafts.map((draft) => ({ id: newId('evt'), at: world.clock.now(), ...draft })));
  await world.drainEvents();
};

describe('createUpload', () => {
  it('gives the same attachment for the same clientUploadId, and refuses it for another file', async () => {
    const customer = customerIdentity();
    const clientUploadId = randomUUID();
    const [first, again] = [await reserve(customer, { clientUploadId }), await reserve(customer, { clientUploadId })];
    expect(again.attachment.id).toBe(first.attachment.id);
    expect((await reserve(customer, { clientUploadId, bytes: 5 })).userErrors[0].code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await reserve(customerIdentity(), { clientUploadId })).attachment.id).not.toBe(first.attachment.id);
  });

  it('makes one attachment of two calls at the same moment', async () => {
    const customer = customerIdentity();
    const clientUploadId = randomUUID();
    const both = await Promise.all([reserve(customer, { clientUploadId }), reserve(customer, { clientUploadId })]);
    expect(both[0].attachment.id).toBe(both[1].attachment.id);
  });

  it.each([['FILE_TOO_LARGE', { bytes: BYTES_MAX + 1 }], ['INVALID', { fileName: '../x.png' }], ['FILE_TYPE_REFUSED', { fileName: 'a.exe' }]])('refuses with %s', async (code, changes) => {
    const refused = await reserve(customerIdentity(), changes);
    expect([refused.userErrors[0].code, refused.attachment, refused.uploadUrl]).toEqual([code, null, null]);
  });

  it('does not have the owner’s equal file sent twice, and never tells another owner of it', async () => {
    const customer = customerIdentity();
    const sha256 = createHash('sha256').update(PNG).digest('hex');
    const id = await upload(customer, PNG, { sha256 });
    const again = await reserve(customer, { sha256, fileName: 'b.png' });
    expect([again.uploadUrl, again.attachment.state]).toEqual([null, 'READY']);
    expect((await reserve(customerIdentity(), { sha256 })).uploadUrl).not.toBeNull();
    await world.execute('tickets', DELETE, { input: { attachmentId: id } }, customer);
    expect((await get((await read(customer, again.attachment.id)).downloadUrl)).body.equals(PNG)).toBe(true);
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
    const id = await upload(customer, content, { fileName: '支付流水.log' });
    const attachment = await read(customer, id);
    expect(attachment).toMatchObject({ state: 'READY', contentType: 'text/plain; charset=utf-8', fileName: '支付流水.log' });
    expect(attachment.textPreview).toBe([...content.toString()].slice(0, 4000).join(''));
    expect((await get(attachment.downloadUrl)).body.equals(content)).toBe(true);
    for (const file of await storedFiles()) expect((await readFile(file)).includes(Buffer.from('支付流水'))).toBe(false);
    const db = await world.database('tickets');
    expect(JSON.stringify(await db.query('SELECT CAST(sealed_name AS CHAR CHARACTER SET latin1) AS name FROM attachments'))).not.toContain(Buffer.from('支付').toString('latin1'));
  });

  it('goes on where it was cut, and is whole in the end', async () => {
    const customer = customerIdentity();
    const clientUploadId = randomUUID();
    const content = Buffer.concat([PNG, randomBytes(5 * SEGMENT_BYTES)]);
    const { uploadUrl, attachment } = await reserve(customer, { clientUploadId, bytes: content.length });
    await sendAndCut(uploadUrl, content.subarray(0, 4 * SEGMENT_BYTES + 100), content.length);
    let resumed = await reserve(customer, { clientUploadId, bytes: content.length });
    while (resumed.attachment.receivedBytes === 0) resumed = await reserve(customer, { clientUploadId, bytes: content.length });
    const from = resumed.attachment.receivedBytes;
    expect([from % SEGMENT_BYTES, from <= 4 * SEGMENT_BYTES, resumed.headers.find((header: any) => header.name === 'upload-offset').value]).toEqual([0, true, String(from)]);
    const rest = await put(resumed.uploadUrl, content.subarray(from), { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
    expect(rest).toMatchObject({ status: 200, body: { state: 'READY', receivedBytes: content.length } });
    expect((await get((await read(customer, attachment.id)).downloadUrl)).body.equals(content)).toBe(true);
  });

  it('can be sent part by part with PATCH, from where the server says it stands', async () => {
    const { uploadUrl, attachment } = await reserve(customerIdentity(), { bytes: 3 * SEGMENT_BYTES });
    const content = Buffer.concat([PNG.subarray(0, SEGMENT_BYTES), randomBytes(2 * SEGMENT_BYTES)]);
    const first = await put(uploadUrl, content.subarray(0, SEGMENT_BYTES + 5), {}, 'PATCH');
    expect([first.status, first.offset]).toEqual([200, String(SEGMENT_BYTES)]);
    expect((await put(uploadUrl, content.subarray(1), { 'upload-offset': '1' }, 'PATCH')).status).toBe(409);
    const last = await put(uploadUrl, content.subarray(SEGMENT_BYTES), { 'upload-offset': String(SEGMENT_BYTES) }, 'PATCH');
    expect(last.body).toMatchObject({ id: attachment.id, state: 'READY' });
    expect((await put(uploadUrl, content)).status).toBe(200);
  });

  it('of one byte more than 50 MB is refused before a byte is read, also when only the stream shows it', async () => {
    const { uploadUrl } = await reserve(customerIdentity(), { bytes: 10 });
    const answer = await new Promise<number>((resolve, reject) => {
      const sending = request(local(uploadUrl), { method: 'PUT', headers: { 'content-length': BYTES_MAX + 1, expect: '100-continue' } }, (response) => resolve(response.statusCode!));
      sending.on('error', reject);
      sending.flushHeaders();
    });
    expect(answer).toBe(413);
    const chunked = await new Promise<number>((resolve) => {
      const sending = request(local(uploadUrl), { method: 'PUT' }, (response) => resolve(response.statusCode!));
      sending.on('error', () => undefined);
      sending.write(Buffer.alloc(11));
    });
    expect(chunked).toBe(413);
    expect((await storedFiles()).some((file) => file.includes('parts') && file.endsWith('.2'))).toBe(false);
  });

  it('of a program is refused by its first bytes and leaves nothing', async () => {
    const customer = customerIdentity();
    const before = (await storedFiles()).length;
    const { uploadUrl, attachment } = await reserve(customer, { bytes: 300_000 });
    const answer = await put(uploadUrl, Buffer.concat([Buffer.from('MZ'), Buffer.alloc(299_998)]));
    expect([answer.status, answer.body.code]).toEqual([422, 'FILE_TYPE_REFUSED']);
    expect(await read(customer, attachment.id)).toBeNull();
    expect((await storedFiles()).length).toBe(before);
  });

  it('whose content is not the announced one is refused and can be sent again', async () => {
    const customer = customerIdentity();
    const { uploadUrl } = await reserve(customer, { sha256: createHash('sha256').update(PNG).digest('hex') });
    const damaged = Buffer.from(PNG);
    damaged[150_000]! ^= 1;
    expect((await put(uploadUrl, damaged)).body.code).toBe('INVALID');
    expect((await put(uploadUrl, PNG)).status).toBe(200);
  });

  it('is finished by exactly one of two senders at once', async () => {
    const customer = customerIdentity();
    const { uploadUrl, attachment } = await reserve(customer);
    const answers = await Promise.all([put(uploadUrl, PNG), put(uploadUrl, PNG)]);
    expect(answers.map((answer) => answer.status).sort()).toContain(200);
    expect((await get((await read(customer, attachment.id)).downloadUrl)).body.equals(PNG)).toBe(true);
  });

  it('needs its own signed link, unchanged and not run out', async () => {
    const { uploadUrl } = await reserve(customerIdentity());
    const other = (await reserve(customerIdentity())).attachment.id;
    const changed = [uploadUrl.replace(/att_[^?]+/, other), uploadUrl.replace('who=', 'who=x'), uploadUrl.replace(/sig=.{4}/, 'sig=AAAA'), uploadUrl.replace(/\?.*/, '')];
    for (const url of changed) expect((await put(url, PNG)).status).toBe(403);
    await world.clock.advance(15 * 60_000 + 1000);
    expect((await put(uploadUrl, PNG)).status).toBe(403);
  });
});

describe('a download', () => {
  it('gives any range as a slice of the whole', async () => {
    const customer = customerIdentity();
    const { downloadUrl } = await read(customer, await upload(customer));
    for (const [range, from, to] of [['bytes=0-0', 0, 1], ['bytes=65530-65545', 65_530, 65_546], ['bytes=-5', PNG.length - 5, PNG.length], ['bytes=200000-', 200_000, PNG.length]] as const) {
      const part = await get(downloadUrl, { range });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/${PNG.length}`]);
      expect(part.body.equals(PNG.subarray(from, to))).toBe(true);
    }
    const past = await get(downloadUrl, { range: `bytes=${PNG.length}-` });
    expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${PNG.length}`]);
  });

  it('shows pictures in the page, everything else as a file, and lets no browser guess or run it', async () => {
    const customer = customerIdentity();
    const headersOf = async (content: Buffer, fileName: string) => {
      const { headers } = await get((await read(customer, await upload(customer, content, { fileName }))).downloadUrl);
      return [headers.get('content-type'), headers.get('content-disposition')!.split(';')[0], headers.get('x-content-type-options'), headers.get('content-security-policy')!.split(';')[0]];
    };
    expect(await headersOf(PNG, 'a.png')).toEqual(['image/png', 'inline', 'nosniff', 'sandbox']);
    expect(await headersOf(Buffer.from('<!doctype html><script>alert(1)</script>'), 'b.png')).toEqual(['application/octet-stream', 'attachment', 'nosniff', 'sandbox']);
  });

  it('breaks off when a bit on the disk was flipped, before a false byte goes out', async () => {
    const customer = customerIdentity();
    const files = new Set(await storedFiles());
    const { downloadUrl } = await read(customer, await upload(customer));
    const path = (await storedFiles()).find((file) => !files.has(file))!;
    const sealed = new Uint8Array(await readFile(path));
    sealed[sealed.length - 40]! ^= 1;
    await writeFile(path, sealed);
    await expect(get(downloadUrl)).rejects.toThrow();
    expect((await get(downloadUrl, { range: 'bytes=0-99' })).body.equals(PNG.subarray(0, 100))).toBe(true);
    sealed[100]! ^= 1;
    await writeFile(path, sealed);
    expect((await get(downloadUrl)).status).toBe(500);
  });

  it('is for the one the link was made for, for five minutes', async () => {
    const customer = customerIdentity();
    const { downloadUrl } = await read(customer, await upload(customer));
    signedIn = customerIdentity();
    expect((await get(downloadUrl)).status).toBe(403);
    signedIn = customer;
    expect((await get(downloadUrl)).status).toBe(200);
    signedIn = null;
    await world.clock.advance(5 * 60_000 + 1000);
    expect((await get(downloadUrl)).status).toBe(403);
  });
});

describe('who may read an attachment', () => {
  const conversation = (changes: object) => ({ conversationId: newId('cnv'), number: '1', customerId: newId('cus'), channelKind: 'WEB', queueId: newId('que'), ...changes });
  const said = (facts: ReturnType<typeof conversation>, attachmentId: string, authorId: string, visibility: 'PUBLIC' | 'INTERNAL') => messageSent.make(facts.conversationId, {
    ...facts, messageId: newId('msg'), seq: 1, authorKind: 'AGENT', authorId, visibility, attachmentIds: [attachmentId],
  });

  it('is its sender alone until a message carries it', async () => {
    const customer = customerIdentity();
    const id = await upload(customer);
    expect(await read(customer, id)).not.toBeNull();
    expect(await read(customerIdentity(), id)).toBeNull();
    expect(await read(agentIdentity({ queueIds: [newId('que')] }), id)).toBeNull();
    expect(await read(agentIdentity({ role: 'supervisor' }), id)).not.toBeNull();
  });

  it('is then the customer and the team of the conversation, also after it moved to another queue', async () => {
    const author = agentIdentity();
    const facts = conversation({});
    const [publicId, noteId] = [await upload(author), await upload(author)];
    await announce(said(facts, publicId, author.id, 'PUBLIC'), said(facts, noteId, author.id, 'INTERNAL'));
    const customer = customerIdentity({ id: facts.customerId });
    const colleague = agentIdentity({ queueIds: [facts.queueId] });
    expect(await read(customer, publicId)).not.toBeNull();
    expect(await read(customer, noteId)).toBeNull();
    expect(await read(colleague, noteId)).not.toBeNull();
    const moved = newId('que');
    await world.clock.advance(1000);
    await announce(conversationRouted.make(facts.conversationId, { ...facts, queueId: moved, ruleName: null }));
    expect(await read(colleague, publicId)).toBeNull();
    expect(await read(agentIdentity({ queueIds: [moved] }), publicId)).not.toBeNull();
  });
});

describe('attachmentsForMessage', () => {
  it('links all or none, and only for the system', async () => {
    const customer = customerIdentity();
    const [mine, theirs] = [await upload(customer), await upload(customerIdentity())];
    const link = (ids: string[], viewer: Identity | 'SYSTEM' = 'SYSTEM') => world.execute('tickets', LINK, { ids, author: customer.id }, viewer);
    expect((await link([mine, theirs])).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await world.execute('tickets', DELETE, { input: { attachmentId: mine } }, customer)).data.deleteAttachment.attachmentId).toBe(mine);
    const kept = await upload(customer);
    expect((await link([kept])).data.attachmentsForMessage).toEqual([{ id: kept, fileName: '截图.png', contentType: 'image/png' }]);
    expect((await world.execute('tickets', DELETE, { input: { attachmentId: kept } }, customer)).data.deleteAttachment.userErrors[0].code).toBe('WRONG_STATE');
    const { attachment } = await reserve(customer);
    expect((await link([attachment.id])).errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    expect((await link([kept], agentIdentity({ role: 'admin' }))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('keeps what is linked and sweeps what is a day old and unused', async () => {
    const customer = customerIdentity();
    const [kept, unused] = [await upload(customer), await upload(customer)];
    const { attachment: unfinished } = await reserve(customer);
    await world.execute('tickets', LINK, { ids: [kept], author: customer.id }, 'SYSTEM');
    const files = (await storedFiles()).length;
    await world.clock.advance(25 * 3_600_000);
    await world.runJobs();
    expect([await read(customer, kept), await read(customer, unused), await read(customer, unfinished.id)].map((row) => row !== null)).toEqual([true, false, false]);
    expect((await storedFiles()).length).toBeLessThan(files);
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
  const { uploadUrl, attachment } = await reserve(viewer, { bytes, fileName: 'core.bin' });
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SENDER, local(uploadUrl), String(bytes)]);
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
  expect((await read(customer, id)).state).toBe('READY');
  expect(Math.round((peak - before) / 1_048_576)).toBeLessThan(20);
});
