import { idToBinary, toSqlInstant } from '@careline/kit/db';
import type { Bulk } from './bulk.ts';
import { idAt, type Person } from './past-person.ts';

const SECOND = 1_000;
const CONVERSATION = `conversations (id, number, customer_id, key_owner_id, channel_id, channel_kind, queue_id, agent_id, state, priority, subject_enc, tags,
  last_seq, last_public_seq, last_text_seq, last_message_at, waiting_since, started_at, first_responded_at, closed_at, version)`;
const MESSAGE = `messages (conversation_id, seq, id, previous_public_seq, client_message_id, kind, visibility, author_kind, author_id, content_enc, event, facts,
  mention_ids, reply_to_seq, sent_at)`;

/** One conversation as it is to stand in the tables. */
export interface Told {
  number: number;
  at: number;
  channelId: string;
  customer: Person;
  state: 'QUEUED' | 'ACTIVE' | 'CLOSED';
  queueId: string;
  agentId: string | null;
  priority: 'P0' | 'P1' | 'P2';
  tags: readonly string[];
  /** Of owned ones: the agent has answered, and the customer has spoken again since. */
  isAnswered: boolean;
  isUnread: boolean;
  /** An agent without a part in it who has read all of it. */
  readBy: string | null;
  /** An agent who was named in a note. */
  mentionedId: string | null;
}

/** Writes messages in order as the committer would have. */
class Lines {
  lastSeq = 0;
  lastPublicSeq = 0;
  lastTextSeq = 0;
  lastMessageAt: number;
  readonly #bulk: Bulk;
  readonly #conversation: Buffer;
  readonly #told: Told;

  constructor(bulk: Bulk, conversation: Buffer, told: Told) {
    this.#bulk = bulk;
    this.#conversation = conversation;
    this.#told = told;
    this.lastMessageAt = told.at;
  }

  async event(event: string, facts: object, author: { kind: string; id: string | null }): Promise<void> {
    const { id, at } = this.#take(true);
    await this.#bulk.add(MESSAGE, [this.#conversation, this.lastSeq, id.binary, id.previous, null, 'EVENT', 'PUBLIC', author.kind, author.id, null, event, JSON.stringify(facts), null, null, toSqlInstant(at)]);
  }

  async text(text: string, author: { kind: 'CUSTOMER' | 'AGENT'; id: string }, mentionedId: string | null = null): Promise<number> {
    const isPublic = mentionedId === null;
    const { id, at } = this.#take(isPublic);
    const content = this.#told.customer.key.seal(`messages|content_enc|${id.text}`, JSON.stringify({ text, name: author.kind === 'AGENT' ? 'Agent' : '', publicName: '', files: [] }));
    this.lastTextSeq = this.lastSeq;
    if (isPublic) this.lastMessageAt = at;
    await this.#bulk.add(MESSAGE, [this.#conversation, this.lastSeq, id.binary, id.previous, id.text.slice(4), 'TEXT', isPublic ? 'PUBLIC' : 'INTERNAL', author.kind, author.id, content, null, null,
      mentionedId && JSON.stringify([mentionedId]), null, toSqlInstant(at)]);
    return at;
  }

  #take(isPublic: boolean) {
    this.lastSeq += 1;
    const previous = this.lastPublicSeq;
    if (isPublic) this.lastPublicSeq = this.lastSeq;
    const at = this.#told.at + this.lastSeq * SECOND;
    const text = idAt('msg', at);
    return { at, id: { text, binary: idToBinary(text), previous } };
  }
}

/** Writes one conversation with all that belongs to it. */
export async function writeConversation(bulk: Bulk, told: Told): Promise<void> {
  const id = idAt('cnv', told.at);
  const binary = idToBinary(id);
  const lines = new Lines(bulk, binary, told);
  const { customer, agentId, at } = told;
  await lines.event('STARTED', { channelKind: 'WEB' }, { kind: 'CUSTOMER', id: customer.id });
  await lines.text(`Order ${told.number}: the payment failed, what now?`, { kind: 'CUSTOMER', id: customer.id });
  const respondedAt = agentId ? await answer(lines, told, agentId) : null;
  if (told.mentionedId && agentId) {
    await lines.text('Please have a look.', { kind: 'AGENT', id: agentId }, told.mentionedId);
    if (told.state !== 'CLOSED') await bulk.add('mentions (conversation_id, seq, agent_id)', [binary, lines.lastSeq, idToBinary(told.mentionedId)]);
  }
  if (told.state === 'CLOSED') await lines.event('CLOSED', { by: 'AGENT' }, { kind: 'AGENT', id: agentId });
  await writeMarks(bulk, binary, told, lines);
  if (told.state === 'QUEUED') {
    await bulk.add('queue_entries (id, conversation_id, queue_id, priority, since, entered_at)', [idToBinary(idAt('ent', at)), binary, idToBinary(told.queueId), Number(told.priority[1]), toSqlInstant(at), toSqlInstant(at)]);
  }
  for (const tag of told.tags) await bulk.add('conversation_tags (conversation_id, tag, last_message_at, started_at)', [binary, tag, toSqlInstant(lines.lastMessageAt), toSqlInstant(at)]);
  await bulk.add(CONVERSATION, [
    binary, told.number, customer.binary, customer.binary, idToBinary(told.channelId), 'WEB', idToBinary(told.queueId), agentId && idToBinary(agentId), told.state, told.priority,
    customer.key.seal(`conversations|subject_enc|${id}`, `Order ${told.number}: the payment failed`), JSON.stringify(told.tags), lines.lastSeq, lines.lastPublicSeq, lines.lastTextSeq,
    toSqlInstant(lines.lastMessageAt), toSqlInstant(at), toSqlInstant(at), respondedAt && toSqlInstant(respondedAt), told.state === 'CLOSED' ? toSqlInstant(at + lines.lastSeq * SECOND) : null, 3,
  ]);
}

async function answer(lines: Lines, told: Told, agentId: string): Promise<number | null> {
  const agent = { kind: 'AGENT' as const, id: agentId };
  await lines.event('ASSIGNED', { agentName: 'Agent', agentPublicName: 'Agent', queueName: 'Queue', waitedSeconds: 2, because: 'LEAST_LOAD' }, { kind: 'SYSTEM', id: null });
  if (told.state === 'ACTIVE' && !told.isAnswered) return null;
  const at = await lines.text('Let me see. I have sent it again.', agent);
  if (told.state === 'ACTIVE' && told.isUnread) await lines.text('Thank you, and when?', { kind: 'CUSTOMER', id: told.customer.id });
  return at;
}

async function writeMarks(bulk: Bulk, conversation: Buffer, told: Told, lines: Lines): Promise<void> {
  const mark = (actorId: string, kind: string, seq: number) => bulk.add('read_marks (conversation_id, actor_id, actor_kind, seq, delivered_seq, moved_at, open_actor_id)',
    [conversation, actorId, kind, seq, seq, toSqlInstant(lines.lastMessageAt), kind === 'AGENT' && told.state !== 'CLOSED' ? actorId : null]);
  const { agentId, readBy, mentionedId } = told;
  await mark(told.customer.id, 'CUSTOMER', lines.lastPublicSeq);
  const isReplied = agentId !== null && (told.state === 'CLOSED' || told.isAnswered);
  if (isReplied) await mark(agentId, 'AGENT', told.state === 'CLOSED' ? lines.lastSeq : 4);
  if (readBy && readBy !== agentId && readBy !== mentionedId) await mark(readBy, 'AGENT', lines.lastSeq);
  if (told.state === 'CLOSED' && mentionedId && mentionedId !== agentId) await mark(mentionedId, 'AGENT', lines.lastSeq);
}
