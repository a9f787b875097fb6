import { randomUUID } from 'node:crypto';
import { connectRedis } from '@careline/kit/redis';
import { testLogger } from '@careline/kit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrive, asker, tell } from '../harness/people.ts';
import { filesBelow, filesHolding } from './clear-text-scan.ts';
import { openSystem, type OpenSystem } from './open-system.ts';

// Random parts keep earlier runs on the same engines from being found, or from hiding a leak.
const word = randomUUID().replaceAll('-', '');
const SECRETS = {
  message: `the blue heron left at nine ${word}`, note: `note-${word} 备注里的话`, name: `姓名${word}`, phone: '19900001234', draft: `draft ${word}`,
  subject: `subject ${word}`, comment: `rating ${word}`, file: `contents of the file ${word} `.repeat(40), fileName: `report-${word}.txt`, ticket: `ticket ${word}`, field: `field ${word}`,
};

let system: OpenSystem;
beforeAll(async () => {
  system = await openSystem();
});
afterAll(() => system?.close());

/** Folders of the engines and of the product itself, wherever they are on this machine. */
async function storedFiles(): Promise<string[]> {
  const { db } = system;
  const [{ datadir }] = (await db.query<{ datadir: string }>('SELECT @@datadir AS datadir')) as [{ datadir: string }];
  const redis = connectRedis(system.redisUrl, testLogger());
  const [, redisDir] = (await redis.config('GET', 'dir')) as [string, string];
  await redis.save();
  redis.disconnect();
  await db.execute('FLUSH TABLES');
  return [datadir, redisDir, system.dataDir].flatMap(filesBelow);
}

async function uploadFile(ask: ReturnType<typeof asker>): Promise<string> {
  const bytes = Buffer.from(SECRETS.file);
  const { attachment, uploadUrl, headers } = await tell<{ attachment: { id: string }; uploadUrl: string; headers: { name: string; value: string }[] }>(
    ask, 'createUpload', { clientUploadId: randomUUID(), fileName: SECRETS.fileName, bytes: bytes.length, contentType: 'text/plain' }, 'attachment { id } uploadUrl headers { name value }');
  const answer = await fetch(uploadUrl, { method: 'PUT', body: bytes, headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) });
  expect(answer.status).toBeLessThan(300);
  return attachment.id;
}

async function writeEverything(): Promise<void> {
  const visitor = await arrive(system.url, system.staff.channelKey);
  const { conversationId } = visitor;
  const attachmentId = await uploadFile(visitor.ask);
  const send = (text: string, more: object = {}) => ({ conversationId, clientMessageId: randomUUID(), text, ...more });
  await tell(visitor.ask, 'sendMessage', send(SECRETS.message, { attachmentIds: [attachmentId] }), 'message { seq }');
  const { ask, agentId } = system.staff;
  await tell(ask, 'assignConversation', { conversationId, agentId }, 'conversation { id }');
  await tell(ask, 'addNote', send(SECRETS.note), 'message { seq }');
  await tell(ask, 'updateConversation', { conversationId, subject: SECRETS.subject }, 'conversation { id }');
  const { conversation } = await ask<{ conversation: { customer: { id: string } } }>('query ($id: ID!) { conversation(id: $id) { customer { id } } }', { id: conversationId });
  const admin = asker(system.url, () => system.staff.adminToken);
  await tell(admin, 'updateCustomer', { customerId: conversation.customer.id, displayName: SECRETS.name, phone: SECRETS.phone }, 'customer { id }');
  await tell(admin, 'saveDraft', { conversationId, text: SECRETS.draft, visibility: 'PUBLIC', typedAt: new Date().toISOString() }, 'draft { text }');
  await tell(admin, 'saveCategory', { key: 'ORDERS', nameZh: '订单', nameEn: 'Orders', fieldsSchema: { type: 'object', properties: { said: { type: 'string' } } } }, 'category { id }');
  await tell(ask, 'createTickets', { tickets: [{ category: 'ORDERS', subject: SECRETS.ticket, description: SECRETS.ticket, fields: { said: SECRETS.field }, conversationId }], idempotencyKey: randomUUID() }, 'results { index }');
  await tell(ask, 'closeConversation', { conversationId, lastSeenSeq: 99 }, 'conversation { id }');
  visitor.client.close();
}

it('keeps what people wrote out of every file: tables, logs, streams, dumps and uploads', async () => {
  const { db } = system;
  const control = `control sentence ${randomUUID()}`;
  await db.execute('CREATE TABLE control_sentences (id INT PRIMARY KEY, text VARCHAR(200))');
  await db.execute('INSERT INTO control_sentences VALUES (1, ?)', [control]);
  await writeEverything();
  const files = await storedFiles();
  // The same search finds a sentence that is stored in clear on purpose: so it would find ours.
  expect(await filesHolding(files, [Buffer.from(control)])).not.toEqual([]);
  const needles = Object.values(SECRETS).flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')]);
  expect(await filesHolding(files, needles)).toEqual([]);
}, 120_000);
