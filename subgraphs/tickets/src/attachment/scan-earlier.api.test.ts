import { customerIdentity, EICAR, openClamd, type Clamd, type World } from '@careline/kit/testing';
import { createVault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import { printMetrics } from '@careline/kit/observe';
import { HOUR } from '@careline/kit/time';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBlobStore } from './blob-store.ts';
import { scanEarlier } from './scan-earlier.ts';
import { clamdScanner } from './scanner.ts';
import { scanAttachments, type ScanParts } from './scan-attachments.ts';
import { openUploadWorld, type UploadWorld } from './testing/upload-world.ts';

/** Each of its own: the same content of one owner is kept once. */
const harm = () => Buffer.from(`${randomUUID()} ${EICAR}`);

let clamd: Clamd;
let uploads: UploadWorld;
let world: World;
let db: Db;
let parts: ScanParts;
const customer = customerIdentity();

// A system without a scanner; the sweep is what a worker runs that was started with one.
beforeAll(async () => {
  clamd = await openClamd();
  uploads = await openUploadWorld();
  ({ world } = uploads);
  db = await world.database('tickets');
  parts = { db, vault: createVault({ keyring: world.deps.keyring, db }), blobs: await openBlobStore(world.deps.dataDir), scanner: clamdScanner(clamd.url), log: world.deps.log };
});
afterAll(async () => {
  await uploads?.close();
  await clamd?.close();
});
beforeEach(async () => {
  clamd.answer = null;
  await db.execute('DELETE FROM blobs WHERE late_scan_due_at IS NOT NULL');
});

const sweep = () => scanEarlier(parts, world.clock.now());
const stateOf = async (id: string) => (await uploads.read(customer, id)).state;
const left = async () => Number((await db.query<{ found: number }>('SELECT COUNT(*) AS found FROM blobs WHERE late_scan_due_at IS NOT NULL'))[0]!.found);
const isScanned = (content: Buffer) => clamd.streams.some((stream) => stream.equals(content));
const eventsOf = async (id: string) => {
  const rows = await db.query<{ envelope: unknown }>('SELECT envelope FROM outbox');
  return rows.map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope) as { type: string; data: { attachmentId: string; isBlocked: boolean } })
    .filter(({ type, data }) => type === 'attachment.scanned' && data.attachmentId === id).map(({ data }) => data.isBlocked);
};

describe('files stored before there was a scanner', () => {
  it('are scanned once and stay open when nothing is found', async () => {
    const content = randomBytes(1_000);
    const id = await uploads.upload(customer, content);
    expect([await stateOf(id), await left()]).toEqual(['READY', 1]);
    await sweep();
    expect([await stateOf(id), await left(), isScanned(content), await eventsOf(id)]).toEqual(['READY', 0, true, []]);
    const count = clamd.streams.length;
    await sweep();
    expect(clamd.streams.length).toBe(count);
  });

  it('close for good when harm is found, whatever link somebody holds, and it is told', async () => {
    const id = await uploads.upload(customer, harm());
    const { downloadUrl } = await uploads.read(customer, id);
    expect((await uploads.get(downloadUrl)).status).toBe(200);
    await sweep();
    expect(await uploads.read(customer, id)).toMatchObject({ state: 'BLOCKED', downloadUrl: null });
    expect((await uploads.get(downloadUrl)).status).toBe(422);
    expect(await eventsOf(id)).toEqual([true]);
  });

  it('that find no verdict hold up no other, stay open and are tried again', async () => {
    const first = randomBytes(1_000);
    const id = await uploads.upload(customer, first);
    clamd.answer = 'INSTREAM: Can’t allocate memory ERROR';
    await sweep();
    clamd.answer = null;
    const second = randomBytes(1_000);
    await uploads.upload(customer, second);
    const before = clamd.streams.length;
    await sweep();
    expect([clamd.streams.length - before, isScanned(second), await left(), await stateOf(id)]).toEqual([1, true, 1, 'READY']);
    world.clock.advance(HOUR);
    await sweep();
    expect(await left()).toBe(0);
  });

  it('are taken a bounded number of bytes in a turn, and the next turn goes on', async () => {
    const big = 33 << 20;
    for (let count = 0; count < 3; count++) await uploads.upload(customer, randomBytes(big));
    const before = clamd.streams.length;
    await sweep();
    expect([clamd.streams.length - before, await left()]).toEqual([1, 2]);
    await sweep();
    await sweep();
    expect(await left()).toBe(0);
  });

  it('are left alone while there is no scanner, and counted', async () => {
    await uploads.upload(customer, randomBytes(1_000));
    await scanEarlier({ ...parts, scanner: null }, world.clock.now());
    expect(await left()).toBe(1);
    expect(await printMetrics()).toMatch(new RegExp(`careline_files_never_scanned\\{[^}]*database="${db.name}"[^}]*\\} 1`));
  });

  it('are judged by one of two workers that look at the same', async () => {
    const id = await uploads.upload(customer, harm());
    await Promise.all([sweep(), sweep()]);
    expect([await stateOf(id), await eventsOf(id)]).toEqual(['BLOCKED', [true]]);
  });
});

it('a file that was opened because the scanner was taken away is scanned once there is one again', async () => {
  const scanning = await openUploadWorld({ clamdUrl: clamd.url });
  try {
    const { world: other } = scanning;
    const content = randomBytes(1_000);
    const id = await scanning.upload(customer, content);
    const theirs: ScanParts = { db: await other.database('tickets'), vault: createVault({ keyring: other.deps.keyring, db: await other.database('tickets') }), blobs: await openBlobStore(other.deps.dataDir), scanner: null, log: other.deps.log };
    await scanAttachments(theirs, other.clock.now());
    expect((await scanning.read(customer, id)).state).toBe('READY');
    await scanEarlier({ ...theirs, scanner: clamdScanner(clamd.url) }, other.clock.now());
    expect(isScanned(content)).toBe(true);
  } finally {
    await scanning.close();
  }
});
