import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signIdentity, systemIdentity } from '@careline/kit/auth';
import { freePort, type Part, type System } from '../../harness/system.ts';
import type { Attack, Family } from './attack.ts';
import { BareSocket } from './socket.ts';
import { codeOf, send } from './wire.ts';

const json = { 'content-type': 'application/json' };
const portOf = (system: System, name: string) => system.parts.find((part) => part.name === `${name}-api`)!.port!;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const systemClaims = () => systemIdentity('gateway', Date.now());
const FORGED: [name: string, headers: () => Record<string, string>][] = [
  ['no identity', () => ({})],
  ['an identity without a signature', () => ({ 'x-careline-identity': part(systemClaims()) })],
  ['an identity with a guessed signature', () => ({ 'x-careline-identity': `${part(systemClaims())}.${randomBytes(32).toString('base64url')}` })],
  ['an identity signed with another key', () => ({ 'x-careline-identity': signIdentity(systemClaims(), randomBytes(32)) })],
  ['an identity signed with an empty key', () => ({ 'x-careline-identity': signIdentity(systemClaims(), Buffer.alloc(0)) })],
  ['an identity that is no JSON', () => ({ 'x-careline-identity': `${Buffer.from('{').toString('base64url')}.x` })],
  ['facts without a signature', () => ({ 'x-careline-facts': part({ address: '127.0.0.1', identity: systemClaims() }) })],
  ['a bearer token, which only the gateway reads', () => ({ authorization: 'Bearer x.y.z' })],
];

/** What each subgraph would tell the system alone, or a signed-in person. */
const QUESTIONS: [subgraph: string, query: string][] = [
  ['conversations', '{ identity(token: "x") }'],
  ['tickets', '{ attachmentsForMessage(attachmentIds: [], authorId: "x") { id } }'],
  ['knowledge', '{ articles(first: 1) { nodes { id } } }'],
  ['analytics', '{ auditEntries(first: 1) { nodes { id } } }'],
];

function straightTo(system: System): Attack[] {
  return QUESTIONS.flatMap(([subgraph, query]) => FORGED.map(([name, headers]): Attack => ({
    name: `straight to ${subgraph} with ${name}`, expected: 'UNAUTHENTICATED', door: 'http', times: 2,
    async run() {
      const reply = await send(`http://127.0.0.1:${portOf(system, subgraph)}`, { method: 'POST', path: '/graphql', body: JSON.stringify({ query }), headers: { ...json, ...headers() } });
      return { code: codeOf(reply), ms: reply.ms };
    },
  })));
}

function bySocket(system: System): Attack {
  return {
    name: 'straight to conversations by socket, identity in the greeting', expected: 'UNAUTHENTICATED', door: 'socket', times: 2,
    async run({ foreign }) {
      const socket = await BareSocket.open(portOf(system, 'conversations'));
      socket.say({ type: 'connection_init', payload: { 'x-careline-identity': part(systemClaims()) } });
      await socket.until((message) => message.type === 'connection_ack');
      const startedAt = performance.now();
      const answer = socket.until((message) => message.id === '1');
      socket.say({ type: 'subscribe', id: '1', payload: { query: 'subscription ($id: ID!) { messageSent(conversationId: $id, afterSeq: 0) { seq } }', variables: { id: foreign.conversationId }, extensions: { headers: { 'x-careline-identity': part(systemClaims()) } } } as never });
      const { payload } = await answer;
      const ms = performance.now() - startedAt;
      socket.destroy();
      return { code: /"code":"([A-Z_]+)"/.exec(JSON.stringify(payload))?.[1] ?? 'LET IN', ms };
    },
  };
}

const WAYS = ['/uploads/../graphql', '/uploads/%2e%2e/graphql', '/help/..%5c../graphql', '/help/../metrics', '/uploads/x/..%2f../metrics', '/uploads/..;/metrics'];

const throughDoors: Attack[] = WAYS.map((path) => ({
  name: `out of a door to a subgraph by ${path}`, expected: 'nothing of a subgraph', door: 'http',
  async run({ url }) {
    const { text, status, ms } = await send(url, { method: 'POST', path, body: JSON.stringify({ query: '{ _service { sdl } }' }), headers: json });
    return { code: status === 200 && /process_cpu|sdl/.test(text) && !text.includes('Cannot query') ? `let in: ${text.slice(0, 40)}` : status >= 500 ? `${status}` : 'nothing of a subgraph', ms };
  },
}));

/** What strangers and signed-in people meet where only our own clients' documents run. */
const NOT_PERSISTED: [name: string, body: object][] = [
  ['introspection', { query: '{ __schema { types { name } } }' }],
  ['a document of one’s own', { query: '{ viewer { serverTime } }' }],
  ['an unknown hash', { documentId: `sha256:${'0'.repeat(64)}` }],
  ['an unknown hash, with its document', { documentId: '0'.repeat(64), query: '{ viewer { serverTime } }' }],
  ['a document to be registered', { query: '{ viewer { serverTime } }', extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } }],
  ['a hash that is a path', { documentId: '../../keys.json' }],
  ['__proto__ as hash', { documentId: '__proto__' }],
];

function persistedOnly(gateway: Part): Attack[] {
  return NOT_PERSISTED.map(([name, body]) => ({
    name: `${name}, where only persisted operations run`, expected: 'BAD_USER_INPUT', door: 'http',
    async run({ visitor }) {
      const reply = await send(`http://127.0.0.1:${gateway.port}`, { method: 'POST', path: '/graphql', body: JSON.stringify(body), headers: { ...json, authorization: `Bearer ${visitor.token}` } });
      return { code: codeOf(reply), ms: reply.ms };
    },
  }));
}

const OPERATIONS = fileURLToPath(new URL('../../../schema/operations/', import.meta.url));

/** A third gateway beside the two, that runs nothing but the operations of our own clients. */
export async function startStrictGateway(system: System): Promise<Part> {
  const texts = readdirSync(OPERATIONS).filter((file) => file.endsWith('.graphql')).map((file) => readFileSync(join(OPERATIONS, file), 'utf8'));
  const manifest = join(system.dataDir, 'operations.json');
  writeFileSync(manifest, JSON.stringify(Object.fromEntries(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]))));
  const gateway = system.gateways[0]!.twin('gateway-strict', await freePort(), { ARBITRARY_DOCUMENTS: 'tokens', OPERATIONS_FILE: manifest });
  await gateway.start();
  return gateway;
}

export function networked(system: System, strict: Part): Family {
  return { name: 'networked', attacks: [...straightTo(system), bySocket(system), ...throughDoors, ...persistedOnly(strict)] };
}
