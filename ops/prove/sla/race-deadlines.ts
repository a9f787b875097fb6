import { randomUUID } from 'node:crypto';
import { createTickets } from '@careline/tickets/subgraph';
import { newId } from '@careline/kit/db';
import { agentIdentity, createTestWorld } from '@careline/kit/testing';
import type { Subgraph } from '@careline/kit/graphql';

export interface Races {
  races: number;
  met: number;
  missed: number;
  both: number;
  neither: number;
  escalatedTwice: number;
  escalatedAfterReply: number;
}

const SUPERVISORS = newId('tem');
const directory = {
  async query<Data>(_subgraph: string, document: string, variables: Record<string, string> = {}): Promise<Data> {
    if (document.includes('TeamKeys')) return { teams: { nodes: [{ id: SUPERVISORS, key: 'supervisor_group' }], pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
    return Object.fromEntries([...document.matchAll(/(v\d+): (\w+)\(/g)].map(([, name]) => [name!, { id: variables[name!], isEnabled: true }])) as Data;
  },
};

const BATCH = 50;
const MINUTE = 60_000;

/**
 * Replies against deadlines on real engines, with two workers sweeping at once: in each batch the clock stands around the deadline
 * or around the escalation while fifty replies and both sweeps run together.
 */
export async function raceDeadlines(races: number): Promise<Races> {
  const world = await createTestWorld(createTickets, { deps: { services: directory } });
  const second: Subgraph = await createTickets(world.deps);
  const admin = agentIdentity({ role: 'admin' });
  const ask = async (document: string, variables: Record<string, unknown>, on: 'tickets' | Subgraph = 'tickets') => {
    const { data, errors } = await world.execute(on, document, variables, admin);
    if (errors?.length) throw new Error(errors[0]!.message);
    return data;
  };
  const result: Races = { races: 0, met: 0, missed: 0, both: 0, neither: 0, escalatedTwice: 0, escalatedAfterReply: 0 };
  try {
    await second.startWorker();
    const customerId = newId('cus');
    while (result.races < races) {
      const tickets = Array.from({ length: BATCH }, () => ({ category: 'PAYMENT', subject: '竞争', customerId, priority: 'P0' }));
      const { createTickets: made } = await ask('mutation ($input: CreateTicketsInput!) { createTickets(input: $input) { results { ticket { id } } } }', { input: { tickets, idempotencyKey: randomUUID() } });
      const ids: string[] = made.results.map(({ ticket }: { ticket: { id: string } }) => ticket.id);
      const aroundEscalation = (result.races / BATCH) % 2 === 1;
      world.clock.advance((aroundEscalation ? 25 : 15) * MINUTE + ((result.races / BATCH) % 3) - 1);
      const replies = ids.map((ticketId, index) => ask('mutation ($input: CommentTicketInput!) { commentTicket(input: $input) { userErrors { code } } }',
        { input: { ticketId, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '您好', lastSeenSeq: 9_999 } }, index % 2 === 0 ? 'tickets' : second));
      await Promise.all([...replies, world.runJobs(), world.runJobs()]);
      world.clock.advance(60 * MINUTE);
      await world.runJobs();
      for (const id of ids) await count(ask, id, result);
      result.races += BATCH;
    }
  } finally {
    await second.stop();
    await world.close();
  }
  return result;
}

interface Entry {
  seq: number;
  kind: string;
  facts: { target?: string } | null;
}

async function count(ask: (document: string, variables: Record<string, unknown>) => Promise<Record<string, never>>, id: string, result: Races): Promise<void> {
  const { ticket } = (await ask('query ($id: ID!) { ticket(id: $id) { entries(first: 100) { nodes { seq kind facts } } } }', { id })) as unknown as { ticket: { entries: { nodes: Entry[] } } };
  const entries = ticket.entries.nodes;
  const first = (kind: string) => entries.filter((entry) => entry.kind === kind && entry.facts?.target === 'FIRST_RESPONSE');
  const [met, missed, escalated] = [first('CLOCK_MET').length, first('CLOCK_BREACHED').length, first('ESCALATED')];
  result.met += met;
  result.missed += missed;
  if (met + missed > 1) result.both += 1;
  if (met + missed === 0) result.neither += 1;
  if (escalated.length > 1) result.escalatedTwice += 1;
  const reply = entries.find((entry) => entry.kind === 'COMMENT')!;
  if (escalated.some(({ seq }) => seq > reply.seq)) result.escalatedAfterReply += 1;
}
