import { agentIdentity, customerIdentity, EICAR, openClamd, type Clamd, type World } from '@careline/kit/testing';
import { createVault, signUploadLink } from '@careline/kit/crypto';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlobStore } from './blob-store.ts';
import { scanAttachments } from './scan-attachments.ts';
import { openUploadWorld, PNG, type UploadWorld } from './testing/upload-world.ts';

const LINK = 'query ($ids: [ID!]!, $author: ID!) { attachmentsForMessage(attachmentIds: $ids, authorId: $author) { id state } }';
const TICKET = 'mutation ($input: CreateTicketsInput!) { createTickets(input: $input) { results { userErrors { code field } } } }';
const HARM = Buffer.concat([Buffer.from('扫描日志\n'.repeat(20_000)), Buffer.from(EICAR)]);

let clamd: Clamd;
let uploads: UploadWorld;
let world: World;
beforeAll(async () => {
  clamd = await openClamd();
  uploads = await openUploadWorld({ clamdUrl: clamd.url });
  ({ world } = uploads);
});
afterAll(async () => {
  await uploads.close();
  await clamd.close();
});

/** Lets the worker look for files to scan. */
async function scan(afterMs = 1_000): Promise<void> {
  world.clock.advance(afterMs);
  await world.runJobs();
}

async function codeOfGet(url: string): Promise<[number, string]> {
  const { status, body } = await uploads.get(url);
  return [status, status < 300 ? 'given out' : JSON.parse(body.toString()).code];
}

describe('a file that must be scanned', () => {
  it('is closed until the scanner found nothing, and was shown the whole of it', async () => {
    const customer = customerIdentity();
    const { uploadUrl, attachment } = await uploads.reserve(customer);
    expect((await uploads.put(uploadUrl, PNG)).body).toMatchObject({ state: 'SCANNING', receivedBytes: PNG.length });
    expect(await uploads.read(customer, attachment.id)).toMatchObject({ state: 'SCANNING', downloadUrl: null });
    await scan();
    const ready = await uploads.read(customer, attachment.id);
    expect([ready.state, await codeOfGet(ready.downloadUrl)]).toEqual(['READY', [200, 'given out']]);
    expect(clamd.streams.at(-1)!.equals(PNG)).toBe(true);
  });

  it('is for nobody once something was found, whatever link they hold', async () => {
    const customer = customerIdentity();
    const supervisor = agentIdentity({ role: 'supervisor' });
    const clean = await uploads.upload(customer);
    await scan();
    const id = await uploads.upload(customer, HARM, { fileName: '日志.log' });
    await scan();
    for (const viewer of [customer, supervisor]) expect(await uploads.read(viewer, id)).toMatchObject({ state: 'BLOCKED', downloadUrl: null, textPreview: null });
    // A link signed for this file, such as one given out before a scanner was set up.
    const link = new URL((await uploads.read(customer, clean)).downloadUrl);
    const forged = signUploadLink(world.deps.keyring, { attachmentId: id, verb: 'GET', viewerId: customer.id, expiresAt: world.clock.now() + 60_000, publicUrl: link.origin });
    expect(await codeOfGet(forged)).toEqual([422, 'FILE_BLOCKED']);
  });

  it('may be sent while it is scanned, never once it is blocked, and not by sending it again', async () => {
    const customer = customerIdentity();
    const agent = agentIdentity({ role: 'admin' });
    const link = async (ids: string[], author: string) => world.execute('tickets', LINK, { ids, author }, 'SYSTEM');
    const id = await uploads.upload(customer, HARM);
    expect((await link([id], customer.id)).data.attachmentsForMessage).toEqual([{ id, state: 'SCANNING' }]);
    await scan();
    const again = await uploads.reserve(customer, { bytes: HARM.length, sha256: createHash('sha256').update(HARM).digest('hex') });
    expect([again.uploadUrl, again.attachment.state]).toEqual([null, 'BLOCKED']);
    expect((await link([again.attachment.id], customer.id)).errors?.[0]?.extensions.code).toBe('PRECONDITION_FAILED');
    const own = await uploads.upload(agent, HARM);
    await scan();
    const tickets = [{ category: 'TECHNICAL', subject: '附件', attachmentIds: [own] }];
    expect((await world.execute('tickets', TICKET, { input: { tickets, idempotencyKey: randomUUID() } }, agent)).data.createTickets.results[0].userErrors).toContainEqual({ code: 'FILE_BLOCKED', field: ['tickets', '0', 'attachmentIds'] });
  });

  it('stays closed while the scanner is away, is tried again, and holds up no other', async () => {
    const customer = customerIdentity();
    clamd.answer = 'INSTREAM: Can’t allocate memory ERROR';
    const first = await uploads.upload(customer, randomBytes(1_000));
    await scan();
    clamd.answer = null;
    const second = await uploads.upload(customer, randomBytes(1_000));
    await scan();
    expect([(await uploads.read(customer, first)).state, (await uploads.read(customer, second)).state]).toEqual(['SCANNING', 'READY']);
    await scan(10_000);
    expect((await uploads.read(customer, first)).state).toBe('READY');
  });
});

it('opens what waits when no scanner is set up any more', async () => {
  const customer = customerIdentity();
  const id = await uploads.upload(customer, randomBytes(1_000));
  const db = await world.database('tickets');
  await scanAttachments({ db, vault: createVault({ keyring: world.deps.keyring, db }), blobs: await openBlobStore(world.deps.dataDir), scanner: null, log: world.deps.log }, world.clock.now());
  expect((await uploads.read(customer, id)).state).toBe('READY');
});
