import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createKeyring, dataKeyOf, type Keyring } from '@careline/kit/crypto';
import { idToBinary, toSqlInstant } from '@careline/kit/db';
import { Random } from '../../harness/random.ts';
import type { System } from '../../harness/system.ts';
import { Bulk } from './bulk.ts';
import type { Office, Team } from './office.ts';
import { writeConversation, type Told } from './past-conversation.ts';
import { idAt, type Person } from './past-person.ts';
import { Tallies } from './tallies.ts';

/** Tags from common to rare, with the share of conversations that carry them. */
export const TAGS: readonly (readonly [string, number])[] = [['refund', 0.1], ['login', 0.03], ['invoice', 0.01], ['warranty', 0.003], ['recall', 0.0005]];
/** What waits and what is owned grows with the organisation too: pages are full at every size. */
const ACTIVE_PER_AGENT = 60;
const WAITING_PER_TEAM = 80;
export const YEAR_MS = 365 * 86_400_000;
const CONVERSATIONS_PER_CUSTOMER = 10;

export interface Past {
  conversations: number;
  open: number;
  /** Somebody with the usual number of conversations. */
  customerId: string;
}

/**
 * Writes a year with `size` conversations into a new system, as its own verbs would have left it: messages in order and
 * sealed, read marks, mentions, queue entries. The newest ones are open.
 */
export async function writePast(system: System, office: Office, size: number): Promise<Past> {
  const bulk = await Bulk.open(`${system.databasePrefix}_conversations`);
  const random = new Random(size);
  const people = await writeCustomers(bulk, createKeyring({ file: join(system.dataDir, 'keys.json') }), Math.ceil(size / CONVERSATIONS_PER_CUSTOMER));
  const plans = planOpen(office, size, people.length);
  const begin = Date.now() - YEAR_MS;
  const tallies = new Tallies();
  for (let place = 0; place < size; place++) {
    const fromEnd = size - place;
    // Of the newest every other one is open; a customer has at most one open conversation.
    const plan = fromEnd % 2 === 0 ? plans[fromEnd / 2 - 1] : undefined;
    const team = office.teams[Math.floor(random.next() * office.teams.length)]!;
    const told: Told = {
      number: 20_000 + place, at: begin + Math.floor((place / size) * YEAR_MS), channelId: office.channelId,
      customer: plan ? people[fromEnd / 2 - 1]! : random.pick(people), tags: tagsOf(random), priority: priorityOf(random),
      ...(plan ?? { state: 'CLOSED', queueId: team.queueId, agentId: random.pick(team.agentIds) }),
      isAnswered: random.next() < 0.7, isUnread: random.next() < 0.5, readBy: random.next() < 0.05 ? office.staff.agentId : null,
      mentionedId: plan?.isMentioned ? office.staff.agentId : random.next() < 0.01 ? random.pick(team.agentIds) : null,
    };
    await writeConversation(bulk, told);
    tallies.count(told);
  }
  await tallies.write(bulk);
  await bulk.flush();
  await bulk.query('UPDATE conversation_counters SET value = ? WHERE name = ?', [20_000 + size, 'number']);
  for (const table of ['conversations', 'messages', 'read_marks', 'customers']) await bulk.query(`ANALYZE TABLE ${table}`);
  await bulk.close();
  return { conversations: size, open: plans.length, customerId: people.at(-1)!.id };
}

type OpenPlan = Pick<Told, 'state' | 'queueId' | 'agentId'> & { isMentioned?: boolean };

/** Who owns and what waits, newest first. */
function planOpen(office: Office, size: number, customers: number): OpenPlan[] {
  const owned = office.teams.flatMap((team) => team.agentIds.flatMap((agentId) => Array.from({ length: ACTIVE_PER_AGENT }, (_, place) =>
    ({ state: 'ACTIVE' as const, queueId: queueOf(office, team, place), agentId, isMentioned: agentId !== office.staff.agentId && team === office.teams[0] && place < 7 }))));
  const waiting = office.teams.flatMap((team) => Array.from({ length: WAITING_PER_TEAM }, () => ({ state: 'QUEUED' as const, queueId: team.queueId, agentId: null })));
  const shared = Array.from({ length: Math.floor(size / 100) }, () => ({ state: 'QUEUED' as const, queueId: office.generalQueueId, agentId: null }));
  const plans = [...owned, ...waiting, ...shared];
  const random = new Random(7);
  const shuffled = plans.map((plan) => ({ plan, key: random.next() })).sort((a, b) => a.key - b.key).map(({ plan }) => plan);
  if (plans.length > Math.min(size / 2, customers)) throw new Error(`${size} conversations are too few for ${plans.length} open ones`);
  return shuffled;
}

const queueOf = (office: Office, team: Team, place: number) => (place % 3 === 0 ? office.generalQueueId : team.queueId);

export function tagsOf(random: Random): string[] {
  return TAGS.filter(([, share]) => random.next() < share).map(([tag]) => tag);
}

export function priorityOf(random: Random): 'P0' | 'P1' | 'P2' {
  const drawn = random.next();
  return drawn < 0.02 ? 'P0' : drawn < 0.15 ? 'P1' : 'P2';
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Customers who came a year ago, with names and keys. */
export async function writeCustomers(bulk: Bulk, keyring: Keyring, count: number): Promise<Person[]> {
  const people: Person[] = [];
  const from = Date.now() - YEAR_MS;
  for (let place = 0; place < count; place++) people.push(await writeCustomer(bulk, keyring, place, from + place));
  return people;
}

/** The customer number `place`, who came at `at`. */
export async function writeCustomer(bulk: Bulk, keyring: Keyring, place: number, at: number): Promise<Person> {
  const id = idAt('cus', at);
  const secret = randomBytes(32);
  const { kekId, wrapped } = keyring.wrap(id, secret);
  const key = dataKeyOf(secret);
  const binary = idToBinary(id);
  const since = toSqlInstant(at);
  await bulk.add('data_keys (owner_id, kek_id, wrapped, created_at)', [id, kekId, wrapped, since]);
  await bulk.add('customers (id, number, kind, name_enc, tags, is_blocked, first_seen_at, last_seen_at, version)',
    [binary, customerNumber(place), 'KNOWN', key.seal(`customers|name|${id}`, `Customer ${place}`), '[]', 0, since, since, 1]);
  return { id, binary, key };
}

/** `C-AAAA-0042`: four letters count the ten thousands. */
export function customerNumber(place: number): string {
  const letters = [15, 10, 5, 0].map((shift) => LETTERS[((place / 10_000) >> shift) & 31]).join('');
  return `C-${letters}-${String(place % 10_000).padStart(4, '0')}`;
}
