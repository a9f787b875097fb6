import { binaryToId, fromSqlInstant, idToBinary, parseId, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import { fromJson, marks, maybeInstant, type Instantish } from './conversation.sql.ts';
import { listedFacts, storeListed } from './listed.store.ts';
import { NO_DUE } from './due.rules.ts';
import { snoozesAsk, toSnoozes, type SnoozeRow } from './snooze.store.ts';
import type { ConversationRow, ConversationState, DueFacts, LockedConversation, Priority } from './conversation.types.ts';

export interface ConversationCells {
  id: Buffer;
  number: number;
  customer_id: Buffer;
  key_owner_id: Buffer;
  channel_id: Buffer;
  channel_kind: string;
  queue_id: Buffer | null;
  agent_id: Buffer | null;
  units: number;
  state: ConversationState;
  priority: Priority;
  subject_enc: Buffer | null;
  tags: unknown;
  last_seq: number;
  last_public_seq: number;
  last_text_seq: number;
  last_message_at: Instantish;
  waiting_since: Instantish;
  started_at: Instantish;
  first_responded_at: Instantish | null;
  closed_at: Instantish | null;
  due_at: Instantish;
  due_target: string | null;
  due_state: DueFacts['state'] | null;
  due_risk_at: Instantish | null;
  version: number;
}

/** The columns of one conversation, for statements that join it as `c`. */
export const CONVERSATION_COLUMNS = [
  'id', 'number', 'customer_id', 'key_owner_id', 'channel_id', 'channel_kind', 'queue_id', 'agent_id', 'units', 'state', 'priority',
  'subject_enc', 'tags', 'last_seq', 'last_public_seq', 'last_text_seq', 'last_message_at', 'waiting_since', 'started_at',
  'first_responded_at', 'closed_at', 'due_at', 'due_target', 'due_state', 'due_risk_at', 'version',
].map((column) => `c.${column}`).join(', ');

export function toConversation(cells: ConversationCells): ConversationRow {
  return {
    id: binaryToId('cnv', cells.id),
    number: String(cells.number),
    customerId: binaryToId('cus', cells.customer_id),
    keyOwnerId: binaryToId('cus', cells.key_owner_id),
    channelId: binaryToId('chn', cells.channel_id),
    channelKind: cells.channel_kind,
    queueId: cells.queue_id && binaryToId('que', cells.queue_id),
    agentId: cells.agent_id && binaryToId('agt', cells.agent_id),
    units: cells.units,
    state: cells.state,
    priority: cells.priority,
    subject: cells.subject_enc,
    tags: fromJson<string[]>(cells.tags),
    lastSeq: cells.last_seq,
    lastPublicSeq: cells.last_public_seq,
    lastTextSeq: cells.last_text_seq,
    lastMessageAt: fromSqlInstant(cells.last_message_at),
    waitingSince: fromSqlInstant(cells.waiting_since),
    startedAt: fromSqlInstant(cells.started_at),
    firstRespondedAt: maybeInstant(cells.first_responded_at),
    closedAt: maybeInstant(cells.closed_at),
    due: cells.due_target === null ? null : { target: cells.due_target, dueAt: fromSqlInstant(cells.due_at), state: cells.due_state!, riskAt: maybeInstant(cells.due_risk_at) },
    version: cells.version,
  };
}

/** The stored form of conversation ids; texts that are none are left out. */
function binaryIds(ids: readonly string[]): Buffer[] {
  return ids.map((id) => parseId('cnv', id)).filter((id) => id !== null);
}

/** Conversations by id; unknown ones are absent. */
export async function selectConversations(q: Queryable, ids: readonly string[]): Promise<Map<string, ConversationRow>> {
  const keys = binaryIds(ids);
  if (keys.length === 0) return new Map();
  const rows = await q.query<ConversationCells>(
    `SELECT /* selectConversations */ ${CONVERSATION_COLUMNS} FROM conversations c WHERE c.id IN (${marks(keys.length)})`, keys);
  return new Map(rows.map(toConversation).map((row) => [row.id, row]));
}

/** Locks conversations in the order of their ids, so that two lockers never wait for each other. */
export async function selectLocked(tx: Tx, ids: readonly string[]): Promise<Map<string, LockedConversation>> {
  const keys = lockingOrder(ids);
  return keys.length === 0 ? new Map() : toLocked(await tx.query<ConversationCells>(lockingSql(keys), keys));
}

/** The same, with who has snoozed them at the moment they are locked, in one journey. */
export async function selectLockedWithSnoozes(tx: Tx, ids: readonly string[]): Promise<{ conversations: Map<string, LockedConversation>; snoozes: SnoozeRow[] }> {
  const keys = lockingOrder(ids);
  if (keys.length === 0) return { conversations: new Map(), snoozes: [] };
  const [rows, snoozes] = await tx.queryTogether([{ sql: lockingSql(keys), params: keys }, snoozesAsk(keys)]);
  return { conversations: toLocked(rows as ConversationCells[]), snoozes: toSnoozes(snoozes!) };
}

const lockingOrder = (ids: readonly string[]) => binaryIds(ids).sort(Buffer.compare);
const lockingSql = (keys: readonly Buffer[]) => `SELECT /* selectLocked */ ${CONVERSATION_COLUMNS} FROM conversations c WHERE c.id IN (${marks(keys.length)}) ORDER BY c.id FOR UPDATE`;
const toLocked = (rows: readonly ConversationCells[]): Map<string, LockedConversation> =>
  new Map(rows.map(toConversation).map((row) => [row.id, { ...row, before: { agentId: row.agentId, queueId: row.queueId }, stored: listedFacts(row) }]));

export async function insertConversation(tx: Tx, row: ConversationRow): Promise<void> {
  await tx.execute(
    `INSERT /* insertConversation */ INTO conversations (id, number, customer_id, key_owner_id, channel_id, channel_kind, units, state, priority, tags,
      last_seq, last_public_seq, last_text_seq, last_message_at, waiting_since, started_at, version)
     VALUES (${marks(17)})`,
    [idToBinary(row.id), Number(row.number), idToBinary(row.customerId), idToBinary(row.keyOwnerId), idToBinary(row.channelId), row.channelKind,
      row.units, row.state, row.priority, JSON.stringify(row.tags), row.lastSeq, row.lastPublicSeq, row.lastTextSeq,
      toSqlInstant(row.lastMessageAt), toSqlInstant(row.waitingSince), toSqlInstant(row.startedAt), row.version]);
  await storeListed(tx, [{ ...row, queueId: null, agentId: null, stored: null }]);
}

/** Writes everything of a locked conversation that can change. */
export async function updateConversationRow(tx: Tx, row: LockedConversation): Promise<void> {
  const at = (value: number | null) => (value === null ? null : toSqlInstant(value));
  await tx.later(
    `UPDATE /* updateConversationRow */ conversations SET queue_id = ?, agent_id = ?, state = ?, priority = ?, subject_enc = ?, tags = ?,
      last_seq = ?, last_public_seq = ?, last_text_seq = ?, last_message_at = ?, waiting_since = ?, first_responded_at = ?, closed_at = ?, version = ?
     WHERE id = ?`,
    [row.queueId && idToBinary(row.queueId), row.agentId && idToBinary(row.agentId), row.state, row.priority, row.subject, JSON.stringify(row.tags),
      row.lastSeq, row.lastPublicSeq, row.lastTextSeq, at(row.lastMessageAt), at(row.waitingSince), at(row.firstRespondedAt), at(row.closedAt),
      row.version, idToBinary(row.id)]);
  await storeListed(tx, [row]);
  row.stored = listedFacts(row);
}

/** Writes what messages change of their locked conversations, all of them in one statement. */
export async function updateAfterMessages(tx: Tx, rows: readonly LockedConversation[]): Promise<void> {
  const line = 'SELECT ? AS id, ? AS last_seq, ? AS last_public_seq, ? AS last_text_seq, ? AS last_message_at, ? AS first_responded_at, ? AS subject_enc, ? AS version';
  await tx.later(
    `UPDATE /* updateAfterMessages */ conversations c JOIN (${rows.map(() => line).join(' UNION ALL ')}) n ON n.id = c.id
     SET c.last_seq = n.last_seq, c.last_public_seq = n.last_public_seq, c.last_text_seq = n.last_text_seq, c.last_message_at = n.last_message_at,
       c.first_responded_at = n.first_responded_at, c.subject_enc = n.subject_enc, c.version = n.version`,
    rows.flatMap((row) => [idToBinary(row.id), row.lastSeq, row.lastPublicSeq, row.lastTextSeq, toSqlInstant(row.lastMessageAt),
      row.firstRespondedAt === null ? null : toSqlInstant(row.firstRespondedAt), row.subject, row.version]));
  await storeListed(tx, rows);
  for (const row of rows) row.stored = listedFacts(row);
}

/** Writes the promise of a conversation that runs out next; its version stays, since nothing that people edit has changed. */
export async function updateDue(tx: Tx, id: string, due: DueFacts | null): Promise<void> {
  await tx.execute('UPDATE /* updateDue */ conversations SET due_at = ?, due_target = ?, due_state = ?, due_risk_at = ? WHERE id = ?',
    [toSqlInstant(due?.dueAt ?? NO_DUE), due?.target ?? null, due?.state ?? null, due?.riskAt == null ? null : toSqlInstant(due.riskAt), idToBinary(id)]);
}

/** The next number for people. Taken outside the transaction, so beginnings do not queue for it; gaps are allowed. */
export async function nextNumber(q: Queryable): Promise<string> {
  const { insertId } = await q.execute(
    "UPDATE /* nextNumber */ conversation_counters SET value = LAST_INSERT_ID(value + 1) WHERE name = 'number'");
  return String(insertId);
}

/** The open conversation of a customer, on one channel or (null) on any, newest first. */
export async function selectOpenConversation(q: Queryable, customerId: string, channelId: string | null): Promise<ConversationRow | null> {
  const rows = await q.query<ConversationCells>(
    `SELECT /* selectOpenConversation */ ${CONVERSATION_COLUMNS} FROM conversations c
     WHERE c.customer_id = ? AND c.state <> 'CLOSED' ${channelId ? 'AND c.channel_id = ?' : ''} ORDER BY c.started_at DESC, c.id DESC LIMIT 1`,
    [idToBinary(customerId), ...(channelId ? [idToBinary(channelId)] : [])]);
  return rows[0] ? toConversation(rows[0]) : null;
}

/** Units of capacity that what each agent owns now takes; agents who own nothing are absent. */
export async function selectOwnedUnits(q: Queryable, agentIds: readonly string[]): Promise<Map<string, number>> {
  if (agentIds.length === 0) return new Map();
  const rows = await q.query<{ agent_id: Buffer; units: number }>(
    `SELECT /* selectOwnedUnits */ agent_id, SUM(units) AS units FROM conversations
     WHERE state = 'ACTIVE' AND agent_id IN (${marks(agentIds.length)}) GROUP BY agent_id`, agentIds.map(idToBinary));
  return new Map(rows.map((row) => [binaryToId('agt', row.agent_id), Number(row.units)]));
}

/** Ids of what an agent owns now, longest first. */
export async function selectOwnedIds(q: Queryable, agentId: string): Promise<string[]> {
  const rows = await q.query<{ id: Buffer }>(
    "SELECT /* selectOwnedIds */ id FROM conversations WHERE state = 'ACTIVE' AND agent_id = ? ORDER BY started_at, id", [idToBinary(agentId)]);
  return rows.map((row) => binaryToId('cnv', row.id));
}

/** Agents and queues of each customer's conversations. */
export async function selectCustomerLinks(q: Queryable, customerIds: readonly string[]) {
  if (customerIds.length === 0) return [];
  const rows = await q.query<{ customer_id: Buffer; agent_id: Buffer | null; queue_id: Buffer | null }>(
    `SELECT /* selectCustomerLinks */ DISTINCT customer_id, agent_id, queue_id FROM conversations WHERE customer_id IN (${marks(customerIds.length)})`,
    customerIds.map(idToBinary));
  return rows.map((row) => ({
    customerId: binaryToId('cus', row.customer_id),
    agentId: row.agent_id && binaryToId('agt', row.agent_id),
    queueId: row.queue_id && binaryToId('que', row.queue_id),
  }));
}

/** True for rows whose customer, named by `column`, has a conversation with this agent or in one of these queues, or `isNewToo` and none at all. */
export function customerReachCondition(column: string, reach: { agentId: string | null; queueIds: readonly string[]; isNewToo: boolean }): { sql: string; params: unknown[] } {
  const agents = reach.agentId ? [idToBinary(reach.agentId)] : [];
  const queues = reach.queueIds.map(idToBinary);
  return {
    sql: `(EXISTS (SELECT 1 FROM conversations reach WHERE reach.customer_id = ${column}
      AND (reach.agent_id IN (${marks(agents.length)}) OR reach.queue_id IN (${marks(queues.length)})))
      ${reach.isNewToo ? `OR NOT EXISTS (SELECT 1 FROM conversations any_of WHERE any_of.customer_id = ${column})` : ''})`,
    params: [...agents, ...queues],
  };
}

/** Whose the newest earlier conversation of the customer is that had an owner; null when none had. */
export async function selectLastAgent(q: Queryable, { id, customerId }: Pick<ConversationRow, 'id' | 'customerId'>): Promise<string | null> {
  const rows = await q.query<{ agent_id: Buffer }>(
    `SELECT /* selectLastAgent */ agent_id FROM conversations WHERE customer_id = ? AND id <> ? AND agent_id IS NOT NULL AND state IN ('ACTIVE', 'CLOSED')
     ORDER BY started_at DESC, id DESC LIMIT 1`, [idToBinary(customerId), idToBinary(id)]);
  return rows[0] ? binaryToId('agt', rows[0].agent_id) : null;
}
