import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { randomUUID } from 'node:crypto';
import { createTickets } from '../subgraph.ts';

const TICKET = `id number state priority version lastSeq tags team { id } agentId solvedAt closedAt
  clocks { target state dueAt usedSeconds remainingSeconds pauseReason breachedAt endedAt isAtRisk policyName }
  escalations { target state teamKey doneAt latenessMs cancelReason team { id } actor { kind } }
  entries(first: 50) { nodes { seq kind facts actor { kind } comment { text visibility } } }`;
const REPLIED = `ticket { ${TICKET} } entry { seq comment { text } } conflict { lastSeq entries { seq comment { text } } }`;

/** A world of tickets, a directory in which everybody exists, and the things people do there. */
export interface TicketDesk {
  world: World;
  /** Who acts where nobody else is named: sees everything. */
  agent: Identity;
  /** Team with the key `supervisor_group`. */
  supervisorsId: string;
  directory: { areTeamsAway: boolean; blindIds: Set<string> };
  ask(document: string, variables?: object, viewer?: Identity): Promise<any>;
  /** A mutation by its name; gives its payload. */
  tell(verb: string, input: object, selection?: string, viewer?: Identity): Promise<any>;
  read(id: string): Promise<any>;
  create(changes?: object): Promise<any>;
  reply(ticketId: string, more?: object, viewer?: Identity): Promise<any>;
  /** Lets time pass and the jobs run. */
  after(ms: number): Promise<void>;
}

export async function openTicketDesk(): Promise<TicketDesk> {
  const supervisorsId = newId('tem');
  const colleague = (id: string) => ({ roles: [{ grants: directory.blindIds.has(id) ? [] : [{ permission: 'ticket:read', scope: 'ALL' }] }], teams: [] });
  const directory = {
    areTeamsAway: false,
    /** Colleagues who may read nothing. */
    blindIds: new Set<string>(),
    async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
      const isOfTeams = document.includes('TeamKeys');
      if (isOfTeams && directory.areTeamsAway) throw appError('UNAVAILABLE');
      if (isOfTeams) return { teams: { nodes: [{ id: supervisorsId, key: 'supervisor_group' }], pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
      return Object.fromEntries([...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, { id: variables[name!], isEnabled: true, displayName: '王小明', name: '=林书言', ...colleague(variables[name!]!) }])) as Data;
    },
  };
  const world = await createTestWorld(createTickets, { deps: { services: directory } });
  const agent = agentIdentity({ role: 'admin' });
  const ask: TicketDesk['ask'] = async (document, variables = {}, viewer = agent) => {
    const { data, errors } = await world.execute('tickets', document, variables as Record<string, unknown>, viewer);
    if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)} ${error.message}`).join('; '));
    return data;
  };
  const tell: TicketDesk['tell'] = async (verb, input, selection = `ticket { ${TICKET} }`, viewer = agent) =>
    (await ask(`mutation ($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${selection} userErrors { code field message } } }`, { input }, viewer))[verb];
  return {
    world, agent, supervisorsId, directory, ask, tell,
    read: async (id) => (await ask(`query ($id: ID!) { ticket(id: $id) { ${TICKET} } }`, { id })).ticket,
    async create(changes = {}) {
      const ticket = { category: 'PAYMENT', subject: '退款未到账', customerId: newId('cus'), priority: 'P0', ...changes };
      return (await tell('createTickets', { tickets: [ticket], idempotencyKey: randomUUID() }, `results { ticket { ${TICKET} } userErrors { code } }`)).results[0].ticket;
    },
    reply: (ticketId, more = {}, viewer = agent) =>
      tell('commentTicket', { ticketId, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '已为您核实', lastSeenSeq: 999, ...more }, REPLIED, viewer),
    async after(ms) {
      world.clock.advance(ms);
      await world.runJobs();
    },
  };
}

export const clockOf = (ticket: any, target: string) => ticket.clocks.find((clock: any) => clock.target === target);
export const kinds = (ticket: any): string[] => ticket.entries.nodes.map(({ kind }: any) => kind);
