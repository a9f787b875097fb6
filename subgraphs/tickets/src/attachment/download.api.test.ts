import { agentIdentity, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { conversationRouted, messageRecalled, messageSent } from '@careline/schema/events';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUploadWorld, PNG, type UploadWorld } from './testing/upload-world.ts';

const LINK = 'query ($ids: [ID!]!, $author: ID!) { attachmentsForMessage(attachmentIds: $ids, authorId: $author) { id fileName contentType } }';
const DELETE = 'mutation ($input: DeleteAttachmentInput!) { deleteAttachment(input: $input) { attachmentId userErrors { code } } }';

let uploads: UploadWorld;
let world: World;
beforeAll(async () => {
  uploads = await openUploadWorld();
  ({ world } = uploads);
});
afterAll(() => uploads.close());

describe('a download', () => {
  it('gives any range as a slice of the whole', async () => {
    const customer = customerIdentity();
    const { downloadUrl } = await uploads.read(customer, await uploads.upload(customer));
    for (const [range, from, to] of [['bytes=0-0', 0, 1], ['bytes=65530-65545', 65_530, 65_546], ['bytes=-5', PNG.length - 5, PNG.length], ['bytes=200000-', 200_000, PNG.length]] as const) {
      const part = await uploads.get(downloadUrl, { range });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/${PNG.length}`]);
      expect(part.body.equals(PNG.subarray(from, to))).toBe(true);
    }
    const past = await uploads.get(downloadUrl, { range: `bytes=${PNG.length}-` });
    expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${PNG.length}`]);
  });

  it('shows pictures in the page, everything else as a file, and lets no browser guess or run it', async () => {
    const customer = customerIdentity();
    const headersOf = async (content: Buffer, fileName: string) => {
      const { headers } = await uploads.get((await uploads.read(customer, await uploads.upload(customer, content, { fileName }))).downloadUrl);
      return [headers.get('content-type'), headers.get('content-disposition')!.split(';')[0], headers.get('x-content-type-options'), headers.get('content-security-policy')!.split(';')[0]];
    };
    expect(await headersOf(PNG, 'a.png')).toEqual(['image/png', 'inline', 'nosniff', 'sandbox']);
    expect(await headersOf(Buffer.from('<!doctype html><script>alert(1)</script>'), 'b.png')).toEqual(['application/octet-stream', 'attachment', 'nosniff', 'sandbox']);
  });

  it('breaks off when a bit on the disk was flipped, before a false byte goes out', async () => {
    const customer = customerIdentity();
    const files = new Set(await uploads.storedFiles());
    const { downloadUrl } = await uploads.read(customer, await uploads.upload(customer));
    const path = (await uploads.storedFiles()).find((file) => !files.has(file))!;
    const sealed = new Uint8Array(await readFile(path));
    sealed[sealed.length - 40]! ^= 1;
    await writeFile(path, sealed);
    await expect(uploads.get(downloadUrl)).rejects.toThrow();
    expect((await uploads.get(downloadUrl, { range: 'bytes=0-99' })).body.equals(PNG.subarray(0, 100))).toBe(true);
    sealed[100]! ^= 1;
    await writeFile(path, sealed);
    expect((await uploads.get(downloadUrl)).status).toBe(500);
  });

  it('is for the one the link was made for, for five minutes', async () => {
    const customer = customerIdentity();
    const { downloadUrl } = await uploads.read(customer, await uploads.upload(customer));
    uploads.signedIn = customerIdentity();
    expect((await uploads.get(downloadUrl)).status).toBe(403);
    uploads.signedIn = customer;
    expect((await uploads.get(downloadUrl)).status).toBe(200);
    uploads.signedIn = null;
    await world.clock.advance(5 * 60_000 + 1000);
    expect((await uploads.get(downloadUrl)).status).toBe(403);
  });
});

describe('who may read an attachment', () => {
  const conversation = (changes: object) => ({ conversationId: newId('cnv'), number: '1', customerId: newId('cus'), channelKind: 'WEB', queueId: newId('que'), ...changes });
  const said = (facts: ReturnType<typeof conversation>, attachmentId: string, authorId: string, visibility: 'PUBLIC' | 'INTERNAL') => messageSent.make(facts.conversationId, {
    ...facts, messageId: newId('msg'), seq: 1, authorKind: 'AGENT', authorId, visibility, attachmentIds: [attachmentId],
  });

  it('is its sender alone until a message carries it', async () => {
    const customer = customerIdentity();
    const id = await uploads.upload(customer);
    expect(await uploads.read(customer, id)).not.toBeNull();
    expect(await uploads.read(customerIdentity(), id)).toBeNull();
    expect(await uploads.read(agentIdentity({ queueIds: [newId('que')] }), id)).toBeNull();
    expect(await uploads.read(agentIdentity({ role: 'supervisor' }), id)).not.toBeNull();
  });

  it('is then the customer and the team of the conversation, also after it moved to another queue', async () => {
    const author = agentIdentity();
    const facts = conversation({});
    const [publicId, noteId] = [await uploads.upload(author), await uploads.upload(author)];
    await uploads.announce(said(facts, publicId, author.id, 'PUBLIC'), said(facts, noteId, author.id, 'INTERNAL'));
    const customer = customerIdentity({ id: facts.customerId });
    const colleague = agentIdentity({ queueIds: [facts.queueId] });
    expect(await uploads.read(customer, publicId)).not.toBeNull();
    expect(await uploads.read(customer, noteId)).toBeNull();
    expect(await uploads.read(colleague, noteId)).not.toBeNull();
    const moved = newId('que');
    await world.clock.advance(1000);
    await uploads.announce(conversationRouted.make(facts.conversationId, { ...facts, queueId: moved, ruleName: null }));
    expect(await uploads.read(colleague, publicId)).toBeNull();
    expect(await uploads.read(agentIdentity({ queueIds: [moved] }), publicId)).not.toBeNull();
  });

  it('is no more the customer and the team once the message was taken back', async () => {
    const author = agentIdentity();
    const facts = conversation({});
    const id = await uploads.upload(author);
    const sent = said(facts, id, author.id, 'PUBLIC');
    await uploads.announce(sent);
    const customer = customerIdentity({ id: facts.customerId });
    expect(await uploads.read(customer, id)).not.toBeNull();
    await uploads.announce(messageRecalled.make(facts.conversationId, { ...facts, messageId: sent.data.messageId, seq: 1, attachmentIds: [id] }));
    expect(await uploads.read(customer, id)).toBeNull();
    expect(await uploads.read(agentIdentity({ queueIds: [facts.queueId] }), id)).toBeNull();
    expect(await uploads.read(agentIdentity({ role: 'auditor' }), id)).not.toBeNull();
  });
});

describe('attachmentsForMessage', () => {
  it('links all or none, and only for the system', async () => {
    const customer = customerIdentity();
    const [mine, theirs] = [await uploads.upload(customer), await uploads.upload(customerIdentity())];
    const link = (ids: string[], viewer: Identity | 'SYSTEM' = 'SYSTEM') => world.execute('tickets', LINK, { ids, author: customer.id }, viewer);
    expect((await link([mine, theirs])).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await world.execute('tickets', DELETE, { input: { attachmentId: mine } }, customer)).data.deleteAttachment.attachmentId).toBe(mine);
    const kept = await uploads.upload(customer);
    expect((await link([kept])).data.attachmentsForMessage).toEqual([{ id: kept, fileName: '截图.png', contentType: 'image/png' }]);
    expect((await world.execute('tickets', DELETE, { input: { attachmentId: kept } }, customer)).data.deleteAttachment.userErrors[0].code).toBe('WRONG_STATE');
    const { attachment } = await uploads.reserve(customer);
    expect((await link([attachment.id])).errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    expect((await link([kept], agentIdentity({ role: 'admin' }))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('keeps what is linked and sweeps what is a day old and unused', async () => {
    const customer = customerIdentity();
    const [kept, unused] = [await uploads.upload(customer), await uploads.upload(customer)];
    const { attachment: unfinished } = await uploads.reserve(customer);
    await world.execute('tickets', LINK, { ids: [kept], author: customer.id }, 'SYSTEM');
    const files = (await uploads.storedFiles()).length;
    await world.clock.advance(25 * 3_600_000);
    await world.runJobs();
    expect([await uploads.read(customer, kept), await uploads.read(customer, unused), await uploads.read(customer, unfinished.id)].map((row) => row !== null)).toEqual([true, false, false]);
    expect((await uploads.storedFiles()).length).toBeLessThan(files);
  });
});
