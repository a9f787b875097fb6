import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { createTestWorld, type World, type WorldOptions } from '@careline/kit/testing';
import type { EventDraft } from '@careline/schema/events';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTickets } from '../../subgraph.ts';

const CREATE = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  attachment { id state receivedBytes bytes fileName } uploadUrl headers { name value } userErrors { code field } } }`;
const READ = 'query ($id: ID!) { attachment(id: $id) { id fileName contentType bytes state downloadUrl textPreview } }';

/** A picture of four segments. */
export const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'), Buffer.alloc(200_000, 7)]);

/** A world whose signed links lead to a real server. */
export interface UploadWorld {
  world: World;
  /** Who is signed in where the links are used; null: nobody. */
  signedIn: Identity | null;
  /** The address at which a signed link is answered here. */
  local(url: string): string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  reserve(viewer: Identity, changes?: object): Promise<any>;
  put(uploadUrl: string, body: Buffer, headers?: Record<string, string>, method?: 'PUT' | 'PATCH'): Promise<Sent>;
  /** Reserves and sends; gives the attachment's id. */
  upload(viewer: Identity, content?: Buffer, changes?: object): Promise<string>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  read(viewer: Identity, id: string): Promise<any>;
  get(url: string, headers?: Record<string, string>): Promise<{ status: number; headers: Headers; body: Buffer }>;
  /** Sends the head of a body and cuts the line, the way a lost network does; resolves once the server noticed. */
  sendAndCut(uploadUrl: string, body: Buffer, announced: number): Promise<void>;
  storedFiles(): Promise<string[]>;
  /** Lets conversations' events arrive. */
  announce(...drafts: EventDraft[]): Promise<void>;
  close(): Promise<void>;
}

export interface Sent {
  status: number;
  offset: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** Opens a world of the tickets subgraph; close it in `afterAll`. */
export async function openUploadWorld(deps: WorldOptions['deps'] = {}): Promise<UploadWorld> {
  const world = await createTestWorld(createTickets, { deps });
  const server = createServer((req, res) => void world.subgraphs.tickets!.handle(req, res, {
    identity: uploads.signedIn, requestId: 'req', locale: 'EN', address: null, device: null, clientName: null,
  }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const uploads: UploadWorld = {
    world,
    signedIn: null,
    local: (url) => url.replace('http://careline.test', `http://127.0.0.1:${port}`),
    async reserve(viewer, changes = {}) {
      const { data, errors } = await world.execute('tickets', CREATE, { input: { clientUploadId: randomUUID(), fileName: '截图.png', bytes: PNG.length, ...changes } }, viewer);
      if (errors) throw errors[0]!;
      return data.createUpload;
    },
    async put(uploadUrl, body, headers = {}, method = 'PUT') {
      const sending: RequestInit = { method, body: new Uint8Array(body), headers };
      const response = await fetch(uploads.local(uploadUrl), sending);
      return { status: response.status, offset: response.headers.get('upload-offset'), body: await response.json() };
    },
    async upload(viewer, content = PNG, changes = {}) {
      const { attachment, uploadUrl } = await uploads.reserve(viewer, { bytes: content.length, ...changes });
      const { status, body } = await uploads.put(uploadUrl, content);
      if (status !== 200) throw new Error(`the upload was answered with ${status}: ${JSON.stringify(body)}`);
      return attachment.id;
    },
    read: async (viewer, id) => (await world.execute('tickets', READ, { id }, viewer)).data.attachment,
    async get(url, headers = {}) {
      const response = await fetch(uploads.local(url), { headers });
      return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
    },
    sendAndCut: (uploadUrl, body, announced) => sendAndCut(server, uploads.local(uploadUrl), body, announced),
    storedFiles: () => filesBelow(join(world.deps.dataDir, 'blobs')),
    async announce(...drafts) {
      await world.deps.bus.publish('conversations', drafts.map((draft) => ({ id: newId('evt'), at: world.clock.now(), ...draft })));
      await world.drainEvents();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await world.close();
    },
  };
  return uploads;
}

async function sendAndCut(server: Server, url: string, body: Buffer, announced: number): Promise<void> {
  const noticed = new Promise<void>((resolve) => server.once('request', (req) => req.once('close', resolve)));
  const sending = request(url, { method: 'PUT', headers: { 'content-length': announced } });
  sending.on('error', () => undefined);
  await new Promise((resolve) => sending.write(body, resolve));
  sending.destroy();
  await noticed;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
