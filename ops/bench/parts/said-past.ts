import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createKeyring, dataKeyOf, type Keyring } from '@careline/kit/crypto';
import { idToBinary, openDatabase, toSqlInstant, type Db } from '@careline/kit/db';
import { FIRST_PLACE, packTokens, wordIndex } from '@careline/kit/search';
import { testLogger } from '@careline/kit/testing';
import { Random } from '../../harness/random.ts';
import type { System } from '../../harness/system.ts';
import { Bulk } from './bulk.ts';
import type { Office } from './office.ts';
import { idAt, type Person } from './past-person.ts';
import { sayingAt } from './sayings.ts';

const PER_CONVERSATION = 10;
const PEOPLE = 2_000;
const YEAR_MS = 365 * 86_400_000;
/** As many as one list holds: each list is written once. */
const SORTED_AT_ONCE = 16_384;

/** What was written: ids in the order of time, to be compared with what a search gives. */
export interface SaidPast {
  /** By the place of the text, counted from 0. */
  conversationIdAt(place: number): string;
  ticketIdAt(place: number): string;
}

interface Writer {
  bulk: Bulk;
  keyring: Keyring;
  people: readonly Person[];
  office: Office;
  begin: number;
}

export type SaidKind = 'messages' | 'tickets';

/** Fills a new system with `size` messages, as many tickets or both, and their indexes, through the index's own sorter. */
export async function writeSaid(system: System, office: Office, { size, kinds, say }: { size: number; kinds: readonly SaidKind[]; say: (text: string) => void }): Promise<SaidPast> {
  const keyring = createKeyring({ file: join(system.dataDir, 'keys.json') });
  const people = makePeople();
  const begin = Date.now() - YEAR_MS;
  const ids: Record<SaidKind, string[]> = { messages: [], tickets: [] };
  if (kinds.includes('messages')) {
    ids.messages = await inDatabase(system, 'conversations', (bulk) => writeMessages({ bulk, keyring, people, office, begin }, size));
    await sortIn(system, 'conversations', 'message', say);
  }
  if (kinds.includes('tickets')) {
    ids.tickets = await inDatabase(system, 'tickets', (bulk) => writeTickets({ bulk, keyring, people, office, begin }, size));
    await sortIn(system, 'tickets', 'ticket', say);
  }
  return { conversationIdAt: (place) => ids.messages[Math.floor(place / PER_CONVERSATION)]!, ticketIdAt: (place) => ids.tickets[place]! };
}

async function inDatabase<Made>(system: System, name: string, write: (bulk: Bulk) => Promise<Made>): Promise<Made> {
  const bulk = await Bulk.open(`${system.databasePrefix}_${name}`);
  const made = await write(bulk);
  await bulk.close();
  return made;
}

async function sortIn(system: System, subgraph: string, name: string, say: (text: string) => void): Promise<void> {
  const from = performance.now();
  const db: Db = await openDatabase({ url: process.env.TEST_DATABASE_URL!, name: `${system.databasePrefix}_${subgraph}`, log: testLogger(), poolSize: 2 });
  const index = wordIndex(name);
  let sorted = 0;
  for (let some = 1; some > 0;) sorted += some = await index.sortIn(db, SORTED_AT_ONCE);
  for (const table of [index.table, `${name}_postings`]) await db.query(`ANALYZE TABLE ${table}`);
  await db.close();
  say(`${sorted} texts of ${subgraph} sorted in in ${((performance.now() - from) / 1000).toFixed(0)} s`);
}

function makePeople(): Person[] {
  return Array.from({ length: PEOPLE }, (_, place) => {
    const id = idAt('cus', Date.now() - YEAR_MS + place);
    return { id, binary: idToBinary(id), key: dataKeyOf(secretOf(id)) };
  });
}

const secrets = new Map<string, Buffer>();
function secretOf(id: string): Buffer {
  if (!secrets.has(id)) secrets.set(id, randomBytes(32));
  return secrets.get(id)!;
}

async function writeKeys({ bulk, keyring, people, begin }: Writer): Promise<void> {
  for (const { id } of people) {
    const { kekId, wrapped } = keyring.wrap(id, secretOf(id));
    await bulk.add('data_keys (owner_id, kek_id, wrapped, created_at)', [id, kekId, wrapped, toSqlInstant(begin)]);
  }
}

async function writeMessages(writer: Writer, size: number): Promise<string[]> {
  const { bulk, people, office, begin } = writer;
  await writeKeys(writer);
  for (const [place, { binary }] of people.entries()) {
    await bulk.add('customers (id, number, kind, tags, is_blocked, first_seen_at, last_seen_at, version)',
      [binary, `C-0000-${String(place).padStart(4, '0')}`, 'KNOWN', '[]', 0, toSqlInstant(begin), toSqlInstant(begin), 1]);
  }
  const random = new Random(size);
  const ids: string[] = [];
  for (let first = 0; first < size; first += PER_CONVERSATION) {
    const person = random.pick(people);
    const at = begin + Math.floor((first / size) * YEAR_MS);
    const id = idAt('cnv', at);
    const binary = idToBinary(id);
    ids.push(id);
    for (let seq = 1; seq <= PER_CONVERSATION; seq++) await writeMessage(writer, { binary, person, seq, place: first + seq - 1, at: at + seq * 1_000 });
    const team = random.pick(office.teams);
    const last = toSqlInstant(at + PER_CONVERSATION * 1_000);
    await bulk.add(`conversations (id, number, customer_id, key_owner_id, channel_id, channel_kind, queue_id, agent_id, state, priority, tags, last_seq, last_public_seq,
      last_text_seq, last_message_at, waiting_since, started_at, first_responded_at, closed_at, version)`, [
      binary, 20_000 + first / PER_CONVERSATION, person.binary, person.binary, idToBinary(office.channelId), 'WEB', idToBinary(team.queueId), idToBinary(random.pick(team.agentIds)), 'CLOSED', 'P2', '[]',
      PER_CONVERSATION, PER_CONVERSATION, PER_CONVERSATION, last, toSqlInstant(at), toSqlInstant(at), toSqlInstant(at), last, 3,
    ]);
  }
  await bulk.flush();
  for (const table of ['conversations', 'messages', 'message_words']) await bulk.query(`ANALYZE TABLE ${table}`);
  return ids;
}

interface Said {
  binary: Buffer;
  person: Person;
  seq: number;
  place: number;
  at: number;
}

async function writeMessage({ bulk, keyring }: Writer, { binary, person, seq, place, at }: Said): Promise<void> {
  const text = sayingAt(place);
  const id = idAt('msg', at);
  const content = person.key.seal(`messages|content_enc|${id}`, JSON.stringify({ text, name: '', publicName: '', files: [] }));
  await bulk.add(`messages (conversation_id, seq, id, previous_public_seq, client_message_id, kind, visibility, author_kind, author_id, content_enc, event, facts, mention_ids, reply_to_seq, sent_at)`,
    [binary, seq, idToBinary(id), seq - 1, id.slice(4), 'TEXT', 'PUBLIC', 'CUSTOMER', person.id, content, null, null, null, null, toSqlInstant(at)]);
  await bulk.add('message_words (place, owner_id, seq, is_sorted, tokens)', [FIRST_PLACE + place, binary, seq, 0, packTokens(keyring, text)]);
}

async function writeTickets(writer: Writer, size: number): Promise<string[]> {
  const { bulk, keyring, people, office, begin } = writer;
  await writeKeys(writer);
  const [category] = await bulk.query<{ id: Buffer }>('SELECT id FROM categories LIMIT 1');
  const random = new Random(size + 1);
  const ids: string[] = [];
  for (let place = 0; place < size; place++) {
    const person = random.pick(people);
    const team = random.pick(office.teams);
    const at = begin + Math.floor((place / size) * YEAR_MS);
    const id = idAt('tkt', at);
    ids.push(id);
    const text = sayingAt(place);
    await bulk.add('tickets (id, number, customer_id, agent_id, queue_id, team_id, category_id, state, priority, sealed_subject, sealed_description, origin, last_seq, version, created_at, updated_at)', [
      idToBinary(id), 100_000 + place, person.binary, idToBinary(random.pick(team.agentIds)), idToBinary(team.queueId), idToBinary(team.id), category!.id, 'CLOSED', 2,
      person.key.seal(`tickets|sealed_subject|${id}`, `#${place}`), person.key.seal(`tickets|sealed_description|${id}`, text), 'CONSOLE', 1, 1, toSqlInstant(at), toSqlInstant(at),
    ]);
    await bulk.add('ticket_words (place, owner_id, seq, is_sorted, tokens)', [FIRST_PLACE + place, idToBinary(id), 0, 0, packTokens(keyring, text)]);
  }
  await bulk.flush();
  for (const table of ['tickets', 'ticket_words']) await bulk.query(`ANALYZE TABLE ${table}`);
  return ids;
}
