import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { idToBinary, newId } from '@careline/kit/db';
import type { LiveStream } from '@careline/kit/live';
import type { ConversationsContext, Runtime } from '../context.ts';
import { openRuntime } from '../runtime.ts';
import { ports } from '../wiring.ts';
import { appendServiceLine, lockConversation } from './append-line.ts';
import { messageCommitter } from './commit-messages.ts';
import { insertConversation, nextNumber } from './conversation.store.ts';
import type { Send } from './message-batch.ts';
import { createConversations } from '../subgraph.ts';

export type Machine = Runtime & { close(): Promise<void> };

export interface Place {
  world: World;
  machine: Machine;
  /** Another process on the same database. */
  other(): Promise<Machine>;
  close(): Promise<void>;
}

/** One installation with the subgraph and one process more, whose parts a test can reach. */
export async function openPlace(): Promise<Place> {
  const world = await createTestWorld(createConversations);
  const machines = [await openRuntime(world.deps, ports)];
  return {
    world,
    machine: machines[0]!,
    async other() {
      const machine = await openRuntime(world.deps, ports);
      machines.push(machine);
      return machine;
    },
    async close() {
      for (const machine of machines.reverse()) await machine.close();
      await world.close();
    },
  };
}

export interface Crew {
  teamId: string;
  queueId: string;
  agent: Identity;
  colleague: Identity;
  supervisor: Identity;
}

/** A team with a queue of its own, two agents and a supervisor who serve it. Nobody is ONLINE: nothing is given out by itself. */
export async function makeCrew({ db }: Runtime): Promise<Crew> {
  const [teamId, queueId] = [newId('tem'), newId('que')];
  await db.execute('INSERT INTO teams (id, name, team_key, capacity, created_at) VALUES (?, ?, ?, NULL, NOW(3))', [idToBinary(teamId), teamId, teamId]);
  await db.execute(`INSERT INTO queues (id, queue_key, name, strategy, accept_seconds, version, created_at) VALUES (?, ?, ?, '["LEAST_LOAD"]', 0, 1, NOW(3))`,
    [idToBinary(queueId), queueId, `Queue ${queueId.slice(-4)}`]);
  await db.execute('INSERT INTO queue_teams (queue_id, team_id, position) VALUES (?, ?, 0)', [idToBinary(queueId), idToBinary(teamId)]);
  const member = async (role: 'agent' | 'supervisor') => {
    const id = newId('agt');
    const [key, name] = [idToBinary(id), `Agent ${id.slice(-4)}`];
    await db.execute(`INSERT INTO agents (id, display_name, name_keys, email_bidx, email_enc, is_enabled, skills, capacity, version, created_at)
      VALUES (?, ?, ' x', ?, ?, 1, '[]', 5, 1, NOW(3))`, [key, name, Buffer.concat([key, key]), key]);
    await db.execute('INSERT INTO agent_teams (agent_id, team_id) VALUES (?, ?)', [key, idToBinary(teamId)]);
    await db.execute('INSERT INTO agent_roles (agent_id, role_id) SELECT ?, id FROM roles WHERE role_key = ?', [key, role]);
    return agentIdentity({ id, role, teamIds: [teamId], queueIds: [queueId], name });
  };
  return { teamId, queueId, agent: await member('agent'), colleague: await member('agent'), supervisor: await member('supervisor') };
}

export interface Talk {
  id: string;
  customer: Identity;
  crew: Crew;
}

/** A conversation that has just begun; ACTIVE with the crew's first agent unless `isWaiting`. Seq 1 is its STARTED line. */
export async function startTalk(machine: Runtime, given: Partial<Talk> & { isWaiting?: boolean } = {}): Promise<Talk> {
  const crew = given.crew ?? (await makeCrew(machine));
  const customer = given.customer ?? customerIdentity();
  const id = newId('cnv');
  const now = machine.clock.now();
  const number = await nextNumber(machine.db);
  await machine.db.transaction(async (tx) => {
    await machine.vault.keyFor(tx, customer.id);
    await insertConversation(tx, {
      id, number, customerId: customer.id, keyOwnerId: customer.id, channelId: customer.channelId!, channelKind: 'WEB', queueId: null, agentId: null, units: 1,
      due: null, state: 'QUEUED', priority: 'P2', subject: null, tags: [], lastSeq: 0, lastPublicSeq: 0, lastTextSeq: 0, lastMessageAt: now, waitingSince: now,
      startedAt: now, firstRespondedAt: null, closedAt: null, version: 0,
    });
    const conversation = (await lockConversation(tx, id))!;
    conversation.queueId = crew.queueId;
    if (!given.isWaiting) Object.assign(conversation, { state: 'ACTIVE', agentId: crew.agent.id });
    await appendServiceLine(machine.system('test'), tx, conversation, { event: 'STARTED', facts: { channelKind: 'WEB' } });
  });
  return { id, customer, crew };
}

/** One message straight into the committer, as whoever `ctx` speaks for. */
export function post(ctx: ConversationsContext, conversationId: string, text: string, more: Partial<Send> = {}) {
  return ctx.runtime.parts.of(messageCommitter).commit({
    ctx, permission: more.visibility === 'INTERNAL' ? 'note:write' : 'message:send', conversationId, clientMessageId: newId('cli'), visibility: 'PUBLIC',
    content: { text, name: 'Name', publicName: 'Public', files: [] }, replyToSeq: null, mentionIds: [], lastSeenSeq: null, isConfirmed: false, isDraftKept: false,
    ...more,
  });
}

/** Takes events from a stream until one satisfies `isLast`, which is included. */
export async function take<Event>(stream: LiveStream<Event>, isLast: (event: Event) => boolean): Promise<Event[]> {
  const taken: Event[] = [];
  for (;;) {
    const { value, done } = await stream.next();
    if (done) throw new Error(`the stream ended after ${JSON.stringify(taken).slice(0, 500)}`);
    taken.push(value);
    if (isLast(value)) return taken;
  }
}

export { customerIdentity };
