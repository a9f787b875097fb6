import { Viewer, type Belongings, type GrantScope } from '@careline/kit/auth';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { belongings } from './ticket.rules.ts';

interface Colleague {
  id: string;
  isEnabled: boolean;
  roles: { grants: { permission: string; scope: GrantScope }[] }[];
  teams: { id: string }[];
}

const WIDTH: readonly GrantScope[] = ['OWN', 'TEAM', 'ALL'];

/**
 * Refuses NOT_ALLOWED unless all of these agents are enabled and may read the ticket: being told of it must never be a way in.
 * A ticket that the caller may not read either is left to the verb. Throws UNAVAILABLE while the directory is away.
 */
export async function requireReaders(ctx: TicketsContext, ticketId: string, agentIds: readonly string[], field: string): Promise<void> {
  const ticket = agentIds.length > 0 ? await ctx.loaders.ticket.load(ticketId) : null;
  if (!ticket || !ctx.viewer.covers('ticket:read', belongings(ticket))) return;
  const colleagues = await askColleagues(ctx, agentIds);
  const queueTeamIds = ticket.queueId ? await askTeamsOfQueue(ctx, ticket.queueId) : [];
  const owners = belongings(ticket);
  for (const id of agentIds) {
    const colleague = colleagues.get(id);
    if (!colleague) throw refuse('NOT_FOUND', field, { zh: '客服不存在。', en: 'The agent does not exist.' });
    if (!colleague.isEnabled || !canRead(colleague, owners, queueTeamIds)) {
      throw refuse('NOT_ALLOWED', field, { zh: '这位同事无权查看此工单。', en: 'A colleague you named may not read this ticket.' });
    }
  }
}

function canRead({ id, roles, teams }: Colleague, owners: Belongings, queueTeamIds: readonly string[]): boolean {
  const grants: Record<string, GrantScope> = {};
  for (const { permission, scope } of roles.flatMap((role) => role.grants)) {
    if (WIDTH.indexOf(scope) > WIDTH.indexOf(grants[permission]!)) grants[permission] = scope;
  }
  const teamIds = teams.map((team) => team.id);
  const queueIds = teamIds.some((teamId) => queueTeamIds.includes(teamId)) ? (owners.queueIds ?? []).filter((queueId) => queueId != null) : [];
  const identity = { kind: 'AGENT' as const, id, agentId: id, name: '', signInId: null, grants, clearMasks: [], teamIds, queueIds, channelId: null, expiresAt: 0 };
  return new Viewer(identity).covers('ticket:read', owners);
}

async function askColleagues({ services }: TicketsContext, agentIds: readonly string[]): Promise<Map<string, Colleague>> {
  const names = agentIds.map((_, place) => `v${place}`);
  const document = `query TicketReaders(${names.map((name) => `$${name}: ID!`).join(', ')}) {
    ${names.map((name) => `${name}: agent(id: $${name}) { id isEnabled roles { grants { permission scope } } teams { id } }`).join(' ')} }`;
  const data = await services.query<Record<string, Colleague | null>>('conversations', document, Object.fromEntries(names.map((name, place) => [name, agentIds[place]])));
  return new Map(Object.values(data).flatMap((one) => (one ? [[one.id, one] as const] : [])));
}

async function askTeamsOfQueue({ services }: TicketsContext, id: string): Promise<string[]> {
  const { queue } = await services.query<{ queue: { teams: { id: string }[] } | null }>('conversations', 'query TicketQueueTeams($id: ID!) { queue(id: $id) { teams { id } } }', { id });
  return queue?.teams.map((team) => team.id) ?? [];
}
