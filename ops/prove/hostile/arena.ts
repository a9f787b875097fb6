import { randomUUID } from 'node:crypto';
import { arrive, asker, setUpStaff, tell, type Ask, type Staff } from '../../harness/people.ts';
import type { System } from '../../harness/system.ts';
import { codeOf, send, type Reply } from './wire.ts';

/** Somebody with a token. */
export interface Somebody {
  token: string;
  ask: Ask;
}

/** The stage on which attacks happen: who attacks, with what rights, and what they are after. */
export interface Arena {
  url: string;
  port: number;
  /** The process that answers. */
  pid: number;
  dataDir: string;
  staff: Staff;
  /** A program with an access token, whose documents nobody knows; a fresh one of several each time. */
  program(): string;
  /** A visitor with a conversation and a file of its own. */
  visitor: Somebody & { conversationId: string; attachmentId: string };
  /** One of several visitors who may send files; a fresh one each time. */
  uploader(): Somebody;
  /** What the visitor is after: another visitor's conversation, message and file. */
  foreign: Somebody & { conversationId: string; messageId: string; customerId: string; attachmentId: string };
  /** An agent of a team that does not serve the queue of these conversations. */
  outsider: Somebody & { email: string };
  /** Sends an operation as somebody; null: as nobody. */
  graphql(query: string, variables?: unknown, token?: string | null, headers?: Record<string, string>): Promise<Answered>;
  /** The same with a body as it stands. */
  post(body: string | Buffer, token?: string | null, headers?: Record<string, string>): Promise<Answered>;
}

export type Answered = Reply & { code: string };

export const PASSWORD = 'seven grey herons 42';
// One administrator may issue 20 tokens in a minute.
const PROGRAMS = 16;
// One visitor may reserve 60 uploads in a minute.
const UPLOADERS = 12;

export async function setStage(system: System): Promise<Arena> {
  const port = system.gateways[0]!.port!;
  const url = `http://127.0.0.1:${port}`;
  const staff = await setUpStaff(url);
  const admin = asker(url, () => staff.adminToken);
  const programs = await Promise.all(Array.from({ length: PROGRAMS }, () => issueProgram(admin)));
  const foreign = await enter(url, staff.channelKey);
  const visitor = await enter(url, staff.channelKey);
  const outsider = await hireOutsider(url, admin);
  const uploaders = await Promise.all(Array.from({ length: UPLOADERS }, () => enter(url, staff.channelKey)));
  let next = 0;
  const post: Arena['post'] = async (body, token = null, headers = {}) => {
    const reply = await send(url, { method: 'POST', path: '/graphql', body, headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers } });
    return { ...reply, code: codeOf(reply) };
  };
  return {
    url, port, pid: system.gateways[0]!.pid!, dataDir: system.dataDir, staff, outsider, visitor, foreign,
    uploader: () => uploaders[next++ % uploaders.length]!,
    program: () => programs[next++ % programs.length]!,
    post,
    graphql: (query, variables, token, headers) => post(JSON.stringify({ query, variables }), token, headers),
  };
}

async function issueProgram(admin: Ask): Promise<string> {
  const grants = ['viewer:read', 'conversation:read', 'customer:read', 'agent:read'].map((permission) => ({ permission, scope: permission === 'viewer:read' ? 'OWN' : 'ALL' }));
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  return (await tell<{ secret: string }>(admin, 'issueToken', { name: 'program', grants, expiresAt, idempotencyKey: randomUUID() }, 'secret')).secret;
}

async function enter(url: string, channelKey: string) {
  const { token, ask, client, conversationId } = await arrive(url, channelKey);
  client.close();
  const { attachmentId } = await upload(ask, 'mine.txt', Buffer.from(`the words of ${conversationId}`));
  const input = { conversationId, clientMessageId: randomUUID(), text: 'for my eyes only', attachmentIds: [attachmentId] };
  const { message } = await tell<{ message: { id: string } }>(ask, 'sendMessage', input, 'message { id }');
  const { viewer } = await ask<{ viewer: { customer: { id: string } } }>('{ viewer { customer { id } } }');
  return { token: await token(), ask, conversationId, attachmentId, messageId: message.id, customerId: viewer.customer.id };
}

async function hireOutsider(url: string, admin: Ask): Promise<Arena['outsider']> {
  const { roles } = await admin<{ roles: { nodes: { id: string; name: string }[] } }>('{ roles(first: 20) { nodes { id name } } }');
  const { team } = await tell<{ team: { id: string } }>(admin, 'saveTeam', { name: 'Elsewhere', key: 'elsewhere' }, 'team { id }');
  const email = 'eve@example.com';
  const { invitationUrl } = await tell<{ invitationUrl: string }>(admin, 'createAgent', {
    displayName: 'Eve', email, roleIds: [roles.nodes.find((role) => role.name === '客服')!.id], teamIds: [team.id], idempotencyKey: randomUUID(),
  }, 'invitationUrl');
  const nobody = asker(url);
  await tell(nobody, 'setPassword', { token: invitationUrl.split('token=')[1]!, newPassword: PASSWORD }, 'changedAt');
  const { accessToken } = await tell<{ accessToken: string }>(nobody, 'signIn', { name: email, password: PASSWORD }, 'accessToken');
  return { token: accessToken, ask: asker(url, () => accessToken), email };
}

/** Reserves an upload and, with bytes, sends them; the ticket is the address to PUT to. */
export async function upload(ask: Ask, fileName: string, bytes: Buffer | number): Promise<{ attachmentId: string; ticket: string }> {
  const size = typeof bytes === 'number' ? bytes : bytes.length;
  const { attachment, uploadUrl } = await tell<{ attachment: { id: string }; uploadUrl: string }>(
    ask, 'createUpload', { clientUploadId: randomUUID(), fileName, bytes: size }, 'attachment { id } uploadUrl');
  if (typeof bytes !== 'number') {
    const answer = await fetch(uploadUrl, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-type': 'application/octet-stream' } });
    if (!answer.ok) throw new Error(`the upload of ${fileName} was refused: ${answer.status} ${await answer.text()}`);
  }
  return { attachmentId: attachment.id, ticket: uploadUrl };
}
