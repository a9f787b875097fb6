import { binaryToId, idToBinary, migrate, newId, toSqlInstant, type Db, type Queryable } from '@careline/kit/db';
import type { SubgraphDeps } from '@careline/kit/graphql';
import { keepBuiltInRoles } from '../agent/index.ts';
import type { ConversationsContext, Runtime } from '../context.ts';
import { lockConversation, saveConversation, type Priority, type Told } from '../conversation/index.ts';
import type { Skill } from '../skill.rules.ts';
import { MIGRATIONS, openRuntime } from '../runtime.ts';
import { ports } from '../wiring.ts';
import { insertQueue, replaceTeamsOfQueue, type QueueRow } from './queue.store.ts';
import { insertRules } from './rule.store.ts';
import { INITIAL_RULES } from './queue.rules.ts';
import { onConversationStarted } from './route-conversation.ts';
import { onConversationReleased, onPresenceGained, onPresenceLost } from './routing.hooks.ts';
import { routingPart } from './routing.part.ts';

export type Machine = Runtime & { close(): Promise<void> };

/** Another process of the same installation: own pool, own dispatcher, the same database. */
export async function openMachine(deps: SubgraphDeps): Promise<Machine> {
  const machine = await openRuntime(deps, ports);
  machine.parts.of(routingPart);
  return machine;
}

export async function prepareDatabase(machine: Machine): Promise<void> {
  await migrate(machine.db, [MIGRATIONS]);
  await keepBuiltInRoles(machine);
  await machine.db.transaction((tx) => insertRules(tx, INITIAL_RULES, 0));
}

export async function makeTeam(q: Queryable, capacity: number | null = null): Promise<string> {
  const id = newId('tem');
  await q.execute('INSERT INTO teams (id, name, team_key, capacity, created_at) VALUES (?, ?, ?, ?, NOW(3))', [idToBinary(id), id, id, capacity]);
  return id;
}

export interface AgentFacts {
  teamIds: readonly string[];
  capacity?: number;
  presence?: 'ONLINE' | 'AWAY' | 'OFFLINE';
  role?: string;
  skills?: readonly Skill[];
}

export async function makeAgent(q: Queryable, { teamIds, capacity = 5, presence = 'ONLINE', role = 'agent', skills = [] }: AgentFacts): Promise<string> {
  const id = newId('agt');
  const key = idToBinary(id);
  await q.execute(`INSERT INTO agents (id, display_name, name_keys, email_bidx, email_enc, is_enabled, skills, capacity, version, created_at)
    VALUES (?, ?, ' x', ?, ?, 1, ?, ?, 1, NOW(3))`, [key, `Agent ${id.slice(-4)}`, Buffer.concat([key, key]), key, JSON.stringify(skills), capacity]);
  for (const teamId of teamIds) await q.execute('INSERT INTO agent_teams (agent_id, team_id) VALUES (?, ?)', [key, idToBinary(teamId)]);
  await q.execute('INSERT INTO agent_roles (agent_id, role_id) SELECT ?, id FROM roles WHERE role_key = ?', [key, role]);
  await q.execute("INSERT INTO agent_presence (agent_id, presence, chosen, since, lease_until) VALUES (?, ?, ?, '2026-11-23 00:00:00', '2036-01-01')", [key, presence, presence]);
  return id;
}

export async function makeQueue(db: Db, facts: Partial<QueueRow> & { teamIds: readonly string[] }): Promise<string> {
  const { teamIds, ...given } = facts;
  const id = newId('que');
  await db.transaction(async (tx) => {
    await insertQueue(tx, {
      id, key: `q_${id.slice(-12)}`, name: `Queue ${id.slice(-4)}`, strategy: ['LEAST_LOAD'], skills: null, skillSeconds: null, acceptSeconds: 0, overflowQueueId: null,
      overflowSeconds: null, businessHoursId: null, closedAction: 'WAIT', closedTexts: null, version: 1, createdAt: 0, ...given,
    });
    await replaceTeamsOfQueue(tx, id, teamIds);
  });
  return id;
}

let lastNumber = 0;

/** A conversation that begins now and is routed in the same transaction; `into` names the queue instead of the rules. */
export async function startOne(machine: Machine, { told, priority = 'P2', units = 1, into, customerId = newId('cus') }: { told?: Told; priority?: Priority; units?: number; into?: string; customerId?: string } = {}): Promise<string> {
  const id = newId('cnv');
  const customer = idToBinary(customerId);
  const now = toSqlInstant(machine.clock.now());
  const number = (lastNumber += 1);
  await machine.db.transaction(async (tx) => {
    await tx.execute(`INSERT INTO conversations (id, number, customer_id, key_owner_id, channel_id, channel_kind, units, queue_id, state, priority, tags, last_seq,
      last_public_seq, last_text_seq, last_message_at, waiting_since, started_at, version) VALUES (?, ?, ?, ?, ?, 'WEB', ?, ?, 'QUEUED', ?, '[]', 0, 0, 0, ?, ?, ?, 0)`,
    [idToBinary(id), number, customer, customer, idToBinary(newId('chn')), units, into ? idToBinary(into) : null, priority, now, now, now]);
    const conversation = await lockConversation(tx, id);
    // A conversation opened again keeps its queue: so a test can name it.
    await onConversationStarted(systemOf(machine), tx, conversation!, into ? 'REOPENED' : 'STARTED', told);
  });
  return id;
}

export const systemOf = (machine: Machine): ConversationsContext => machine.system('test');

/** Ends a conversation the way closeConversation does: state first, then the hook. */
export async function closeOne(machine: Machine, id: string): Promise<void> {
  const ctx = systemOf(machine);
  await machine.db.transaction(async (tx) => {
    const conversation = (await lockConversation(tx, id))!;
    const agentId = conversation.state === 'ACTIVE' ? conversation.agentId : null;
    conversation.state = 'CLOSED';
    conversation.closedAt = machine.clock.now();
    await saveConversation(ctx, tx, conversation);
    await onConversationReleased(ctx, tx, conversation, { agentId, because: 'CLOSED', queueId: null, toAgentId: null });
  });
}

/** Moves an agent the way setPresence does: row first, then the hook. */
export async function stand(machine: Machine, agentId: string, presence: 'ONLINE' | 'AWAY' | 'OFFLINE'): Promise<void> {
  const ctx = systemOf(machine);
  await machine.db.transaction(async (tx) => {
    await tx.execute('UPDATE agent_presence SET presence = ?, since = ? WHERE agent_id = ?', [presence, toSqlInstant(machine.clock.now()), idToBinary(agentId)]);
    if (presence === 'ONLINE') await onPresenceGained(ctx, tx, agentId);
    if (presence === 'OFFLINE') await onPresenceLost(ctx, tx, agentId);
  });
}

/** Waits until nothing is being given out. */
export const settle = (machine: Machine): Promise<void> => machine.parts.of(routingPart).dispatcher.idle();

/** Who owns what: conversation id to agent id, of the open ones that are owned. */
export async function ownersOf(q: Queryable): Promise<Map<string, string>> {
  const rows = await q.query<{ id: Buffer; agent_id: Buffer }>("SELECT id, agent_id FROM conversations WHERE state = 'ACTIVE'");
  return new Map(rows.map((row) => [binaryToId('cnv', row.id), binaryToId('agt', row.agent_id)]));
}
