import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { join } from 'node:path';
import { createKeyring } from '@careline/kit/crypto';
import { asker, tell } from '../../harness/people.ts';
import { PASSWORD, type Arena } from './arena.ts';
import type { Attack, Family } from './attack.ts';
import { send } from './wire.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const hmac = (body: string, key: Buffer | string, hash = 'sha256') => `${body}.${createHmac(hash, key).update(body).digest('base64url')}`;

/** A token with the claims of the administrator's own, which is what a forger wants. */
function claimsOf({ staff }: Arena, changes: object = {}): object {
  return { ...(JSON.parse(Buffer.from(staff.adminToken.split('.')[1]!, 'base64url').toString()) as object), exp: now() + 600, ...changes };
}

const HS256 = { alg: 'HS256', typ: 'JWT' };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ourKey = (arena: Arena) => createKeyring({ file: join(arena.dataDir, 'keys.json') }).secret('access-token');

const TOKENS: [name: string, token: (arena: Arena) => string | Promise<string>][] = [
  ['alg=none', (arena) => `${part({ alg: 'none', typ: 'JWT' })}.${part(claimsOf(arena))}.`],
  ['alg=nOnE', (arena) => `${part({ alg: 'nOnE' })}.${part(claimsOf(arena))}.`],
  ['no signature', ({ staff }) => `${staff.adminToken.split('.').slice(0, 2).join('.')}.`],
  ['signed with another key', (arena) => hmac(`${part(HS256)}.${part(claimsOf(arena))}`, randomBytes(32))],
  ['signed with an empty key', (arena) => hmac(`${part(HS256)}.${part(claimsOf(arena))}`, '')],
  ['signed with RS256', (arena) => {
    const body = `${part({ alg: 'RS256' })}.${part(claimsOf(arena))}`;
    return `${body}.${sign('sha256', Buffer.from(body), privateKey).toString('base64url')}`;
  }],
  ['our key in another algorithm', (arena) => hmac(`${part({ alg: 'HS512' })}.${part(claimsOf(arena))}`, ourKey(arena), 'sha512')],
  ['a key named in its header', (arena) => hmac(`${part({ ...HS256, kid: '../../../../dev/null', jku: 'http://127.0.0.1:1/keys' })}.${part(claimsOf(arena))}`, '')],
  ['its claims changed', ({ staff, outsider }) => [outsider.token.split('.')[0], staff.adminToken.split('.')[1], outsider.token.split('.')[2]].join('.')],
  ['run out, signed by us', (arena) => hmac(`${part(HS256)}.${part(claimsOf(arena, { exp: now() - 1 }))}`, ourKey(arena))],
  ['without an end, signed by us', (arena) => hmac(`${part(HS256)}.${part(claimsOf(arena, { exp: undefined }))}`, ourKey(arena))],
  ['of another issuer, signed by us', (arena) => hmac(`${part(HS256)}.${part(claimsOf(arena, { iss: 'elsewhere' }))}`, ourKey(arena))],
  ['of a sign-in that was never', (arena) => hmac(`${part(HS256)}.${part(claimsOf(arena, { sid: 'sgn_01m8hmecnbfvws2kqcvst4tnzq' }))}`, ourKey(arena))],
  ['a guessed access token', () => `clt_${randomBytes(32).toString('base64url')}`],
  ['of 12 KB', () => `clt_${'x'.repeat(12_000)}`],
  ['replayed after signing out', signedOut],
];

async function signedOut({ url, outsider }: Arena): Promise<string> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', { name: outsider.email, password: PASSWORD }, 'accessToken');
  await asker(url, () => accessToken)('mutation { signOut { userErrors { code } } }');
  return accessToken;
}

const forged: Attack[] = TOKENS.map(([name, token]) => ({
  name: `token ${name}`, expected: 'UNAUTHENTICATED', door: 'http',
  run: async (arena) => arena.graphql('{ viewer { serverTime } }', {}, await token(arena)),
}));

const forgedHeaders: Attack[] = ['x-careline-identity', 'x-careline-facts', 'x-forwarded-user', 'x-user-id'].map((name) => ({
  name: `${name} through the gateway`, expected: 'UNAUTHENTICATED', door: 'http',
  run: (arena) => arena.graphql('{ viewer { serverTime } }', {}, null, { [name]: `${part({ kind: 'SYSTEM', id: 'gateway', grants: { 'service:read': 'ALL', 'viewer:read': 'ALL' }, expiresAt: now() + 600 })}.${randomBytes(32).toString('base64url')}` }),
}));

type Variables = (arena: Arena) => unknown;
const foreignConversation: Variables = ({ foreign }) => ({ id: foreign.conversationId });
const verb = (name: string, input: (arena: Arena) => object, selection = ''): [string, Variables] => {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  return [`mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code } } }`, (arena) => ({ input: input(arena) })];
};
const words = (arena: Arena) => ({ conversationId: arena.foreign.conversationId, clientMessageId: randomUUID(), text: 'it was me', lastSeenSeq: 99 });

const TRESPASSES: [name: string, query: string, variables: Variables, byVisitor: string, byOutsider: string][] = [
  ['reading a conversation', 'query ($id: ID!) { conversation(id: $id) { id messages(last: 10) { nodes { text } } } }', foreignConversation, 'null', 'null'],
  ['node(conversation)', 'query ($id: ID!) { node(id: $id) { ... on Conversation { messages(last: 10) { nodes { text } } } } }', foreignConversation, 'null', 'null'],
  ['node(message)', 'query ($id: ID!) { node(id: $id) { id ... on Message { text } } }', ({ foreign }) => ({ id: foreign.messageId }), 'null', 'null'],
  ['node(customer)', 'query ($id: ID!) { node(id: $id) { ... on Customer { displayName } } }', ({ foreign }) => ({ id: foreign.customerId }), 'null', 'null'],
  ['reading a customer', 'query ($id: ID!) { customer(id: $id) { displayName } }', ({ foreign }) => ({ id: foreign.customerId }), 'null', 'null'],
  ['node(attachment)', 'query ($id: ID!) { node(id: $id) { id __typename ... on Attachment { fileName downloadUrl } } }', ({ foreign }) => ({ id: foreign.attachmentId }), 'null', 'null'],
  ['a link to a file', 'query ($id: ID!) { attachment(id: $id) { fileName downloadUrl } }', ({ foreign }) => ({ id: foreign.attachmentId }), 'null', 'null'],
  ['sending a message', ...verb('sendMessage', words), 'NOT_FOUND', 'NOT_FOUND'],
  ['sending somebody’s file', ...verb('sendMessage', (arena) => ({ ...words(arena), conversationId: arena.visitor.conversationId, attachmentIds: [arena.foreign.attachmentId] })), 'NOT_FOUND', 'NOT_FOUND'],
  ['deleting somebody’s file', ...verb('deleteAttachment', ({ foreign }) => ({ attachmentId: foreign.attachmentId })), 'NOT_FOUND', 'NOT_FOUND'],
  ['marking as read', ...verb('markRead', ({ foreign }) => ({ conversationId: foreign.conversationId, seq: 1 })), 'NOT_FOUND', 'NOT_FOUND'],
  ['typing', ...verb('setTyping', ({ foreign }) => ({ conversationId: foreign.conversationId, isTyping: true })), 'NOT_FOUND', 'NOT_FOUND'],
  ['resuming', ...verb('resumeConversation', ({ foreign }) => ({ conversationId: foreign.conversationId, lastSeq: 0 }), 'conversation { id } messages { text }'), 'null', 'null'],
  ['closing', ...verb('closeConversation', ({ foreign }) => ({ conversationId: foreign.conversationId, lastSeenSeq: 99 })), 'NOT_FOUND', 'NOT_FOUND'],
  ['taking over', ...verb('assignConversation', ({ foreign, staff }) => ({ conversationId: foreign.conversationId, agentId: staff.agentId })), 'FORBIDDEN', 'NOT_FOUND'],
  ['a note', ...verb('addNote', (arena) => ({ ...words(arena), lastSeenSeq: undefined })), 'FORBIDDEN', 'NOT_FOUND'],
  ['revealing a phone number', ...verb('revealCustomer', ({ foreign }) => ({ customerId: foreign.customerId, fields: ['identity'], reason: 'curious' })), 'FORBIDDEN', 'NOT_FOUND'],
  ['becoming administrator', ...verb('changeRole', ({ staff }) => ({ agentId: staff.agentId, roleIds: [] })), 'FORBIDDEN', 'FORBIDDEN'],
  ['listing customers', '{ customers(first: 100) { nodes { id } } }', () => ({}), 'only own', 'only own'],
  ['listing conversations of others', 'query ($id: ID!) { conversations(first: 10, filter: { customerId: $id }) { nodes { id } } }', ({ foreign }) => ({ id: foreign.customerId }), 'only own', 'only own'],
  ['reading the audit', '{ auditEntries(first: 10) { nodes { id } } }', () => ({}), 'FORBIDDEN', 'FORBIDDEN'],
];

const trespass = (who: 'visitor' | 'outsider'): Attack[] => TRESPASSES.map(([name, query, variables, byVisitor, byOutsider]) => ({
  name: `${name}, by ${who === 'visitor' ? 'another visitor' : 'an agent of another team'}`, expected: who === 'visitor' ? byVisitor : byOutsider, door: 'http',
  async run(arena) {
    const reply = await arena.graphql(query, variables(arena), arena[who].token);
    const isForeign = [arena.foreign.customerId, arena.foreign.conversationId].some((id) => reply.text.includes(id));
    return /"nodes":\[/.test(reply.text) && !isForeign ? { ...reply, code: 'only own' } : reply;
  },
}));

const events = { accept: 'text/event-stream' };
const WATCH = 'subscription ($id: ID!) { messageSent(conversationId: $id, afterSeq: 0) { seq } }';
const streamed = (text: string) => /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? 'LET IN';

const STREAMS: [name: string, token: (arena: Arena) => string | null, headers: Record<string, string>, expected: string][] = [
  ['by another visitor', ({ visitor }) => visitor.token, {}, 'NOT_FOUND'],
  ['by an agent of another team', ({ outsider }) => outsider.token, {}, 'NOT_FOUND'],
  ['by nobody, from a foreign page', () => null, { origin: 'https://evil.example', cookie: 'careline_visit=x; careline_refresh=x' }, 'UNAUTHENTICATED'],
];

const watched: Attack[] = STREAMS.map(([name, token, headers, expected]) => ({
  name: `event stream of a conversation, ${name}`, expected, door: 'http',
  async run(arena) {
    const reply = await arena.graphql(WATCH, foreignConversation(arena), token(arena), { ...events, ...headers });
    return { code: streamed(reply.text), ms: reply.ms };
  },
}));

/** Cookies are the only thing a foreign page's browser adds by itself. */
const CROSS_SITE: [name: string, headers: Record<string, string>, expected: string][] = [
  ['simple POST with cookies', { 'content-type': 'text/plain', cookie: 'careline_refresh=x' }, '415 BAD_USER_INPUT'],
  ['POST with cookies, no marker', { 'content-type': 'application/json', cookie: 'careline_refresh=x' }, 'REQUIRED'],
  ['POST with cookies and marker', { 'content-type': 'application/json', cookie: 'careline_refresh=x', 'x-careline-cookie': '1' }, 'REQUIRED'],
];

const crossSite: Attack[] = CROSS_SITE.map(([name, headers, expected]) => ({
  name: `foreign page: ${name}`, expected, door: 'http',
  async run(arena) {
    const reply = await arena.post(JSON.stringify({ query: 'mutation { refreshSignIn(input: {}) { accessToken userErrors { code } } }' }), null, { origin: 'https://evil.example', ...headers });
    return reply.headers['access-control-allow-origin'] || reply.headers['set-cookie'] ? { ...reply, code: 'readable' } : reply;
  },
}));

const preflight: Attack = {
  name: 'foreign page: preflight', expected: 'no leave', door: 'http',
  async run({ url }) {
    const reply = await send(url, { method: 'OPTIONS', path: '/graphql', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type, x-careline-cookie' } });
    return { code: reply.headers['access-control-allow-origin'] ? 'let in' : reply.status >= 500 ? `${reply.status}` : 'no leave', ms: reply.ms };
  },
};

export const reach: Family = { name: 'reach', attacks: [...forged, ...forgedHeaders, ...trespass('visitor'), ...trespass('outsider'), ...watched, ...crossSite, preflight] };
