import { randomUUID } from 'node:crypto';
import { asker, setUpStaff, tell, type Ask, type Staff } from '../../harness/people.ts';

export interface Team {
  id: string;
  queueId: string;
  agentIds: string[];
}

/** A set-up organisation with teams of ten, each with a queue of its own, and one queue that all of them serve. */
export interface Office {
  staff: Staff;
  channelId: string;
  generalQueueId: string;
  teams: Team[];
  /** The first agent of the first team, whose grants reach as far as those of an agent. */
  asAgent: Ask;
  /** The same person with grants that reach everything. */
  asSupervisor: Ask;
}

const TEAM_SIZE = 10;
const SEEN = ['conversation:read', 'conversation:inspect', 'agent:read', 'queue:read', 'channel:read', 'customer:read', 'customer:inspect'];

export async function openOffice(url: string, teamCount: number): Promise<Office> {
  const staff = await setUpStaff(url);
  const admin = asker(url, () => staff.adminToken);
  const { roles, queues, channels } = await admin<{ roles: Nodes<{ id: string; name: string }>; queues: Nodes<{ id: string; name: string }>; channels: Nodes<{ id: string; key: string | null }> }>(
    '{ roles(first: 100) { nodes { id name } } queues(first: 100) { nodes { id name } } channels(first: 10) { nodes { id key } } }');
  const roleId = roles.nodes.find((role) => role.name === '客服' || role.name === 'Agent')!.id;
  const teams: Team[] = [];
  for (let place = 0; place < teamCount; place++) teams.push(await openTeam(admin, place, roleId, place === 0 ? staff.agentId : null));
  const generalQueueId = queues.nodes[0]!.id;
  await tell(admin, 'saveQueue', { queueId: generalQueueId, teamIds: teams.map((team) => team.id) }, 'queue { id }');
  return {
    staff, generalQueueId, teams, channelId: channels.nodes.find((channel) => channel.key)!.id,
    asAgent: await tokenOf(admin, url, 'TEAM'), asSupervisor: await tokenOf(admin, url, 'ALL'),
  };
}

interface Nodes<T> {
  nodes: T[];
}

async function openTeam(admin: Ask, place: number, roleId: string, firstAgentId: string | null): Promise<Team> {
  const { team } = await tell<{ team: { id: string } }>(admin, 'saveTeam', { name: `Team ${place}`, key: `team_${place}` }, 'team { id }');
  const { queue } = await tell<{ queue: { id: string } }>(admin, 'saveQueue', { name: `Queue ${place}`, key: `queue_${place}`, teamIds: [team.id], strategy: ['LEAST_LOAD'], acceptSeconds: 0 }, 'queue { id }');
  const agentIds: string[] = [];
  if (firstAgentId) {
    await tell(admin, 'updateAgent', { agentId: firstAgentId, teamIds: [team.id] }, 'agent { id }');
    agentIds.push(firstAgentId);
  }
  while (agentIds.length < TEAM_SIZE) {
    const input = { displayName: `Agent ${place}-${agentIds.length}`, email: `a${place}-${agentIds.length}@example.com`, roleIds: [roleId], teamIds: [team.id], idempotencyKey: randomUUID() };
    agentIds.push((await tell<{ agent: { id: string } }>(admin, 'createAgent', input, 'agent { id }')).agent.id);
  }
  return { id: team.id, queueId: queue.id, agentIds };
}

async function tokenOf(admin: Ask, url: string, scope: 'TEAM' | 'ALL'): Promise<Ask> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const grants = SEEN.map((permission) => ({ permission, scope: /^(agent|queue|channel):/.test(permission) ? 'ALL' : scope }));
  const { secret } = await tell<{ secret: string }>(admin, 'issueToken', { name: scope, grants, expiresAt, idempotencyKey: randomUUID() }, 'secret');
  return asker(url, () => secret);
}
