import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { openAudit, type AuditDetails } from '@careline/kit/audit';
import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { createConversations } from './subgraph.ts';

export const PASSWORD = 'a long enough secret 42';
export const LOCAL = { address: '127.0.0.1' };

/** A set-up system for one test file, with its administrator and short ways to do common things. */
export interface Office {
  world: World;
  admin: Identity;
  adminTokens: Tokens;
  run(document: string, variables?: Record<string, unknown>, viewer?: Identity | null | 'SYSTEM', extra?: { address?: string | null }): ReturnType<World['execute']>;
  identityOf(token: string): Promise<Identity | null>;
  /** An enabled agent with a password, in these teams. */
  hire(facts?: { name?: string; role?: string; teamIds?: string[] }): Promise<{ id: string; email: string; identity: Identity; tokens: Tokens }>;
  makeTeam(name?: string): Promise<string>;
  /** A visitor of the default web channel. */
  visit(): Promise<{ id: string; token: string; refreshToken: string; identity: Identity }>;
  /** Audit entries about one subject, opened, as long as events were not drained. */
  auditOf(subjectId: string): Promise<{ verb: string; actorId: string | null; details: AuditDetails }[]>;
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

const SET_UP = `mutation($input: SetUpInput!) { setUp(input: $input) { accessToken refreshToken userErrors { code } } }`;
const CREATE = `mutation($input: CreateAgentInput!) { createAgent(input: $input) { agent { id } invitationUrl userErrors { code field } } }`;
const SET_PASSWORD = `mutation($input: SetPasswordInput!) { setPassword(input: $input) { changedAt userErrors { code } } }`;
const SIGN_IN = `mutation($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken userErrors { code } } }`;
const TEAM = `mutation($input: SaveTeamInput!) { saveTeam(input: $input) { team { id } userErrors { code } } }`;
const VISIT = `mutation($input: StartVisitInput!) { startVisit(input: $input) { customer { id } visitorToken refreshToken userErrors { code } } }`;

export async function openOffice(): Promise<Office> {
  const world = await createTestWorld(createConversations);
  const run: Office['run'] = (document, variables, viewer = null, extra) => world.execute('conversations', document, variables, viewer, extra);
  const input = { organisationName: '云帆科技', timeZone: 'Asia/Shanghai', displayName: '管理员', email: 'admin@example.com', password: PASSWORD };
  const { data } = await run(SET_UP, { input }, null, LOCAL);
  const identityOf = async (token: string) => (await run('query($token: String!) { identity(token: $token) }', { token }, 'SYSTEM')).data.identity as Identity | null;
  // Tests move the clock by hours; a client would have refreshed its token meanwhile.
  const lasting = async (token: string): Promise<Identity> => ({ ...(await identityOf(token))!, expiresAt: agentIdentity().expiresAt });
  const db = await world.database('conversations');
  const office: Office = {
    world, run, identityOf, adminTokens: data.setUp, admin: await lasting(data.setUp.accessToken),
    async hire({ name = '李娜', role = 'agent', teamIds = [] } = {}) {
      const email = `${randomUUID()}@example.com`;
      const roles = (await run('{ roles(first: 20) { nodes { id grants { permission } name } } }', {}, office.admin)).data.roles.nodes as { id: string; name: string }[];
      const names: Record<string, string> = { agent: '客服', supervisor: '客服主管', admin: '管理员', analyst: '分析员', editor: '知识编辑', auditor: '审计员' };
      const roleId = roles.find((one) => one.name === names[role])!.id;
      const made = await run(CREATE, { input: { displayName: name, email, roleIds: [roleId], teamIds, idempotencyKey: randomUUID() } }, office.admin);
      const { agent, invitationUrl } = made.data.createAgent;
      await run(SET_PASSWORD, { input: { token: invitationUrl.split('token=')[1], newPassword: PASSWORD } }, null, { address: `198.51.100.${agent.id.slice(-3)}` });
      const tokens = (await run(SIGN_IN, { input: { name: email, password: PASSWORD } }, null, { address: `198.51.100.${agent.id.slice(-3)}` })).data.signIn as Tokens;
      return { id: agent.id, email, tokens, identity: await lasting(tokens.accessToken) };
    },
    async makeTeam(name = '支付组') {
      const key = `t${randomUUID().replaceAll('-', '').slice(0, 20)}`;
      return (await run(TEAM, { input: { name, key } }, office.admin)).data.saveTeam.team.id;
    },
    async visit() {
      const { startVisit } = (await run(VISIT, { input: { channelKey: 'demo', timeZone: 'Asia/Shanghai', device: 'Chrome 141' } })).data;
      return { id: startVisit.customer.id, token: startVisit.visitorToken, refreshToken: startVisit.refreshToken, identity: await lasting(startVisit.visitorToken) };
    },
    async auditOf(subjectId) {
      const rows = await db.query<{ envelope: unknown }>('SELECT envelope FROM outbox ORDER BY id');
      return rows.map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope) as { type: string; data: { entryId: string; verb: string; subjectId: string; actorId: string | null; sealed: string } })
        .filter(({ type }) => type === 'audit.recorded').map(({ data }) => data)
        .filter((entry) => entry.subjectId === subjectId)
        .map((entry) => ({ verb: entry.verb, actorId: entry.actorId, details: openAudit(world.deps.keyring, entry.entryId, entry.sealed) }));
    },
  };
  return office;
}
