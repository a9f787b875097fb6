import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { makeCategories } from './categories.ts';
import { makeCanned } from './canned.ts';
import { DemoRefusal, type DemoApi } from './demo-api.ts';
import { AGENTS, DEMO_PASSWORD, QUEUES, TEAMS, type DemoAgent } from './people.ts';

export interface DemoStaff {
  /** Identities by mail address. */
  of(email: string): Identity;
  /** Mail addresses of those who serve a queue, by the queue's key. */
  serving(queueKey: string): readonly DemoAgent[];
  admin: Identity;
  supervisor: Identity;
}

const ORGANISATION = { organisationName: '云栖数智', timeZone: 'Asia/Shanghai' };
/** Names of the built-in roles, as the set-up of a new system gives them. */
const ROLE_NAMES: Record<DemoAgent['role'], string> = { agent: '客服', supervisor: '客服主管', editor: '知识编辑', admin: '管理员', auditor: '审计员', analyst: '分析员' };
const [ADMIN, SUPERVISOR] = AGENTS as [DemoAgent, DemoAgent];

/** Sets the demo organisation up; null when the system has people already, which is then left as it is. */
export async function setUpDemo(api: DemoApi): Promise<DemoStaff | null> {
  const adminToken = await beginOrganisation(api);
  if (!adminToken) return null;
  const admin = await api.identityOf(adminToken);
  const teamIds = await makeTeams(api, admin);
  await makeQueues(api, admin, teamIds);
  await makeCategories(api, admin);
  const tokens = new Map([[ADMIN.email, adminToken]]);
  await makeCanned(api, admin);
  await finishAgent(api, admin, ADMIN, admin.agentId!, teamIds);
  const roleIds = await readRoles(api, admin);
  for (const agent of AGENTS) if (agent !== ADMIN) tokens.set(agent.email, await makeAgent(api, admin, agent, teamIds, roleIds));
  const identities = new Map<string, Identity>();
  for (const [email, token] of tokens) identities.set(email, await api.identityOf(token));
  const of = (email: string) => identities.get(email)!;
  return {
    of, admin: of(ADMIN.email), supervisor: of(SUPERVISOR.email),
    serving: (key) => {
      const teams = QUEUES.find((queue) => queue.key === key)!.teams;
      return AGENTS.filter((agent) => agent.role === 'agent' && agent.teams.some((team) => teams.includes(team)));
    },
  };
}

async function beginOrganisation(api: DemoApi): Promise<string | null> {
  const input = { ...ORGANISATION, displayName: ADMIN.displayName, email: ADMIN.email, password: DEMO_PASSWORD };
  try {
    return (await api.tell<{ accessToken: string }>('conversations', 'setUp', input, 'accessToken', null)).accessToken;
  } catch (error) {
    if (error instanceof DemoRefusal && error.code === 'WRONG_STATE') return null;
    throw error;
  }
}

async function makeTeams(api: DemoApi, admin: Identity): Promise<Map<string, string>> {
  const { teams } = await api.ask<{ teams: { nodes: { id: string; key: string }[] } }>('conversations', '{ teams(first: 100) { nodes { id key } } }', {}, admin);
  const ids = new Map(teams.nodes.map((team) => [team.key, team.id]));
  for (const { key, name } of TEAMS) {
    const known = ids.get(key);
    const { team } = await api.tell<{ team: { id: string } }>('conversations', 'saveTeam', known ? { teamId: known, name } : { key, name }, 'team { id }', admin);
    ids.set(key, team.id);
  }
  return ids;
}

async function makeQueues(api: DemoApi, admin: Identity, teamIds: ReadonlyMap<string, string>): Promise<void> {
  const { queues } = await api.ask<{ queues: { nodes: { id: string; key: string }[] } }>('conversations', '{ queues(first: 100) { nodes { id key } } }', {}, admin);
  for (const { key, name, teams } of QUEUES) {
    const known = queues.nodes.find((queue) => queue.key === key);
    const input = { ...(known ? { queueId: known.id } : { key }), name, teamIds: teams.map((team) => teamIds.get(team)!), strategy: ['LEAST_LOAD', 'LONGEST_IDLE'], acceptSeconds: 0 };
    await api.tell('conversations', 'saveQueue', input, 'queue { id }', admin);
  }
}

async function readRoles(api: DemoApi, admin: Identity): Promise<Map<string, string>> {
  const { roles } = await api.ask<{ roles: { nodes: { id: string; name: string }[] } }>('conversations', '{ roles(first: 100) { nodes { id name } } }', {}, admin);
  return new Map(roles.nodes.map((role) => [role.name, role.id]));
}

/** Invites an agent, sets the demo password through the invitation, and signs in. */
async function makeAgent(api: DemoApi, admin: Identity, agent: DemoAgent, teamIds: ReadonlyMap<string, string>, roleIds: ReadonlyMap<string, string>): Promise<string> {
  const roleId = roleIds.get(ROLE_NAMES[agent.role]);
  if (!roleId) throw new Error(`There is no role named ${ROLE_NAMES[agent.role]}`);
  const input = { displayName: agent.displayName, email: agent.email, roleIds: [roleId], teamIds: agent.teams.map((team) => teamIds.get(team)!), idempotencyKey: randomUUID() };
  const made = await api.tell<{ agent: { id: string }; invitationUrl: string }>('conversations', 'createAgent', input, 'agent { id } invitationUrl', admin);
  await finishAgent(api, admin, agent, made.agent.id, teamIds);
  const token = new URLSearchParams(new URL(made.invitationUrl).hash.slice(1)).get('token');
  await api.tell('conversations', 'setPassword', { token, newPassword: DEMO_PASSWORD }, 'changedAt', null);
  return (await api.tell<{ accessToken: string }>('conversations', 'signIn', { name: agent.email, password: DEMO_PASSWORD }, 'accessToken', null)).accessToken;
}

async function finishAgent(api: DemoApi, admin: Identity, agent: DemoAgent, agentId: string, teamIds: ReadonlyMap<string, string>): Promise<void> {
  const { publicName, skills, capacity } = agent;
  await api.tell('conversations', 'updateAgent', { agentId, publicName, skills, capacity, teamIds: agent.teams.map((team) => teamIds.get(team)!) }, 'agent { id }', admin);
}
