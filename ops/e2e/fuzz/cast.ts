import { randomUUID } from 'node:crypto';
import { asker, setUpStaff, tell, type Ask } from '../../harness/people.ts';
import { upload } from '../../prove/hostile/arena.ts';

/** Who sends a mutation. */
export const ROLES = ['nobody', 'visitor', 'agent', 'supervisor', 'editor', 'administrator', 'program'] as const;
export type Role = (typeof ROLES)[number];

const NAMES: Partial<Record<Role, string>> = { agent: '客服', supervisor: '客服主管', editor: '知识编辑', administrator: '管理员' };
const PASSWORD = 'seven grey herons 42';

export interface Cast {
  /** A token that is valid at the moment: mutations may have ended the one before. */
  token(role: Role): Promise<string | null>;
  /** Says that the token of a role was refused. */
  spent(role: Role): void;
  /** Ids of everything there is to begin with. */
  ids: string[];
  admin: Ask;
}

export async function assemble(url: string): Promise<Cast> {
  const staff = await setUpStaff(url);
  const nobody = asker(url);
  const admin = asker(url, () => staff.adminToken);
  const { roles, teams } = await admin<{ roles: { nodes: { id: string; name: string }[] }; teams: { nodes: { id: string }[] } }>('{ roles(first: 20) { nodes { id name } } teams(first: 5) { nodes { id } } }');
  const mail = (role: Role) => `${role}@example.com`;
  for (const [role, name] of Object.entries(NAMES)) {
    const { invitationUrl } = await tell<{ invitationUrl: string }>(admin, 'createAgent', { displayName: role, email: mail(role as Role), roleIds: [roles.nodes.find((one) => one.name === name)!.id], teamIds: [teams.nodes[0]!.id], idempotencyKey: randomUUID() }, 'invitationUrl');
    await tell(nobody, 'setPassword', { token: invitationUrl.split('token=')[1]!, newPassword: PASSWORD }, 'changedAt');
  }
  const make: Record<Role, () => Promise<string | null>> = {
    nobody: async () => null,
    visitor: async () => (await tell<{ visitorToken: string }>(nobody, 'startVisit', { channelKey: staff.channelKey }, 'visitorToken')).visitorToken,
    agent: () => enter(nobody, mail('agent')), supervisor: () => enter(nobody, mail('supervisor')), editor: () => enter(nobody, mail('editor')),
    administrator: () => enter(nobody, mail('administrator')),
    program: () => issue(asker(url, async () => (await token('administrator')) ?? '')),
  };
  const tokens = new Map<Role, Promise<string | null>>();
  const token = (role: Role) => {
    if (!tokens.has(role)) tokens.set(role, make[role]());
    return tokens.get(role)!;
  };
  // A role that can't get in would be refused everything, and the fuzz would find nothing.
  for (const role of ROLES) if (role !== 'nobody' && (await token(role)) === null) throw new Error(`the ${role} has no token to begin with`);
  // The first administrator stands aside: who reads the outcome must not be changed by it.
  const ids = (await furnish(url, admin, token)).filter((id) => id !== staff.agentId);
  return { token, spent: (role) => void tokens.delete(role), admin, ids };
}

async function issue(administrator: Ask): Promise<string | null> {
  const grants = ['conversation:read', 'conversation:assign', 'message:send', 'note:write', 'ticket:create', 'customer:write', 'customer:read', 'article:write', 'agent:read'].map((permission) => ({ permission, scope: 'ALL' }));
  return tell<{ secret: string }>(administrator, 'issueToken', { name: 'fuzz', grants, expiresAt: new Date(Date.now() + 86_400_000).toISOString(), idempotencyKey: randomUUID() }, 'secret').then((token) => token.secret, () => null);
}

async function enter(nobody: Ask, name: string): Promise<string | null> {
  // A fuzzed mutation may have disabled the agent: it is nobody then.
  return tell<{ accessToken: string }>(nobody, 'signIn', { name, password: PASSWORD }, 'accessToken').then((signedIn) => signedIn.accessToken, () => null);
}

/** One thing of each kind, so that ids lead somewhere. */
async function furnish(url: string, admin: Ask, token: Cast['token']): Promise<string[]> {
  const visitor = asker(url, async () => (await token('visitor'))!);
  const { conversation } = await tell<{ conversation: { id: string } }>(visitor, 'startConversation', { idempotencyKey: randomUUID() }, 'conversation { id }');
  const { attachmentId } = await upload(visitor, 'a.txt', Buffer.from('hello'));
  await tell(visitor, 'sendMessage', { conversationId: conversation.id, clientMessageId: randomUUID(), text: 'hello', attachmentIds: [attachmentId] }, 'message { id }');
  const { attachmentId: unused } = await upload(visitor, 'b.txt', 10);
  await tell(admin, 'saveArticle', { title: 'How', content: 'So.', similarQuestions: ['a?', 'b?', 'c?'], visibility: 'PUBLIC', effectiveDate: '2026-01-01', locale: 'EN', category: 'x' }, 'article { id }');
  await tell(admin, 'createCustomer', { displayName: 'Somebody', idempotencyKey: randomUUID() }, 'customer { id }');
  const everything = await admin<object>(`{
    viewer { agent { id } } agents(first: 20) { nodes { id } } teams(first: 20) { nodes { id } } roles(first: 20) { nodes { id } } 
    channels(first: 20) { nodes { id key } } queues(first: 20) { nodes { id } } conversations(first: 20) { nodes { id messages(first: 20) { nodes { id } } } } customers(first: 20) { nodes { id } }
    articles(first: 20) { nodes { id draftVersion { id } } } routingDecisions(first: 20) { nodes { id } }
  }`).catch((error: unknown) => { throw new Error(`the furniture could not be read: ${String(error)}`); });
  const found = [...JSON.stringify(everything).matchAll(/"(?:id|key)":"([^"]+)"/g)].map((match) => match[1]!);
  return [...new Set([...found, conversation.id, attachmentId, unused])];
}
