import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, dataKeyOf } from '@careline/kit/crypto';
import { binaryToId, idToBinary, toSqlInstant } from '@careline/kit/db';
import { Random } from '../../harness/random.ts';
import type { System } from '../../harness/system.ts';
import { Bulk } from './bulk.ts';
import type { Office, Team } from './office.ts';
import { priorityOf, tagsOf, writeCustomers, YEAR_MS } from './past.ts';
import { idAt, type Person } from './past-person.ts';

const OPEN_PER_AGENT = 60;
const UNOWNED_PER_TEAM = 80;
const TICKETS_PER_CUSTOMER = 10;
const HOUR_MS = 3_600_000;
const NO_DUE = '9999-01-01 00:00:00.000';

const TICKET = `tickets (id, number, customer_id, agent_id, creator_agent_id, queue_id, team_id, category_id, state, priority, sealed_subject, origin, last_seq, version,
  created_at, updated_at, tags, next_due_at, solved_at, closed_at)`;
const CLOCK = `sla_clocks (id, ticket_id, target, start_seq, terms, budget_ms, state, pause_reason, started_at, due_at, risk_at, used_ms, read_at, ended_at, breached_at, next_at,
  priority, agent_id, creator_agent_id, queue_id, team_id)`;
const TALLIES = /INSERT INTO ticket_tallies[^;]+/.exec(readFileSync(new URL('../../../subgraphs/tickets/migrations/0012_ticket_views.sql', import.meta.url), 'utf8'))![0];
const TAG = 'ticket_tags (ticket_id, tag, state, next_due_at)';

export interface TicketPast {
  open: number;
  customerId: string;
  categoryIds: string[];
}

type OpenState = 'NEW' | 'OPEN' | 'PENDING' | 'ON_HOLD';

interface Plan {
  team: Team;
  agentId: string | null;
  state: OpenState | 'SOLVED' | 'CLOSED';
}

/** What every clock of this past was promised. */
interface Promised {
  terms: string[];
  categories: Buffer[];
}

/** Writes a year with `size` tickets, as far as lists look at them: rows, clocks and tags; the newest ones are open. */
export async function writeTickets(system: System, office: Office, size: number): Promise<TicketPast> {
  const keyring = createKeyring({ file: join(system.dataDir, 'keys.json') });
  const elsewhere = await Bulk.open(`${system.databasePrefix}_conversations`);
  const people = await writeCustomers(elsewhere, keyring, Math.ceil(size / TICKETS_PER_CUSTOMER));
  await elsewhere.close();
  const bulk = await Bulk.open(`${system.databasePrefix}_tickets`);
  const promised = await readPromised(bulk);
  // Built at the end, each in one go: row by row they would take many times as long.
  const indexes = await takeIndexes(bulk);
  const owners = new Map<string, Person>();
  for (const { id, binary } of people) {
    const secret = randomBytes(32);
    const { kekId, wrapped } = keyring.wrap(id, secret);
    await bulk.add('data_keys (owner_id, kek_id, wrapped, created_at)', [id, kekId, wrapped, toSqlInstant(Date.now() - YEAR_MS)]);
    owners.set(id, { id, binary, key: dataKeyOf(secret) });
  }
  const random = new Random(size);
  const open = planOpen(office, size, random);
  const begin = Date.now() - YEAR_MS;
  const customers = [...owners.values()];
  for (let place = 0; place < size; place++) {
    const team = random.pick(office.teams);
    const plan = open[size - 1 - place] ?? { team, agentId: random.pick(team.agentIds), state: size - place < open.length * 2 ? 'SOLVED' as const : 'CLOSED' as const };
    await writeTicket(bulk, { number: 20_001 + place, at: begin + Math.floor((place / size) * YEAR_MS), customer: random.pick(customers), plan, random, promised });
  }
  await bulk.flush();
  for (const statement of indexes) await bulk.query(statement);
  for (const table of ['tickets', 'sla_clocks', 'ticket_tags']) await bulk.query(`ANALYZE TABLE ${table}`);
  // As the migration counted what was there before it.
  await bulk.query(TALLIES);
  await bulk.query("UPDATE counters SET next_value = ? WHERE name = 'ticket'", [20_001 + size]);
  await bulk.close();
  const { categories } = await office.asSupervisor<{ categories: { id: string }[] }>('{ categories { id } }');
  return { open: open.length, customerId: customers.at(-1)!.id, categoryIds: categories.map(({ id }) => id) };
}

/** Takes the indexes of the large tables away; gives the statements that put them back. */
async function takeIndexes(bulk: Bulk): Promise<string[]> {
  const statements: string[] = [];
  for (const table of ['tickets', 'sla_clocks', 'ticket_tags']) {
    const rows = await bulk.query<{ Key_name: string; Column_name: string; Non_unique: number }>(`SHOW INDEX FROM ${table} WHERE Key_name <> 'PRIMARY' AND Non_unique = 1`);
    const names = [...new Set(rows.map((row) => row.Key_name))];
    const columnsOf = (name: string) => rows.filter((row) => row.Key_name === name).map((row) => row.Column_name).join(', ');
    statements.push(`ALTER TABLE ${table} ${names.map((name) => `ADD KEY ${name} (${columnsOf(name)})`).join(', ')}`);
    await bulk.query(`ALTER TABLE ${table} ${names.map((name) => `DROP KEY ${name}`).join(', ')}`);
  }
  return statements;
}

async function readPromised(bulk: Bulk): Promise<Promised> {
  const [hours] = await bulk.query<{ hours_id: string; version_id: string }>(
    'SELECT HEX(h.id) AS hours_id, HEX(p.active_version_id) AS version_id FROM business_hours h JOIN sla_policies p ON p.active_version_id IS NOT NULL LIMIT 1');
  const categories = await bulk.query<{ id: Buffer }>('SELECT id FROM categories ORDER BY position');
  const idOf = (prefix: string, hex: string) => binaryToId(prefix, Buffer.from(hex, 'hex'));
  const terms = [0, 1, 2].map((place) => JSON.stringify({ versionId: idOf('slv', hours!.version_id), place, hoursId: idOf('bhr', hours!.hours_id), hoursVersion: 1 }));
  return { terms, categories: categories.map(({ id }) => id) };
}

/** Who owns what is open, newest first. */
function planOpen(office: Office, size: number, random: Random): Plan[] {
  const stateOf = (): OpenState => {
    const drawn = random.next();
    return drawn < 0.6 ? 'OPEN' : drawn < 0.85 ? 'PENDING' : 'ON_HOLD';
  };
  const owned = office.teams.flatMap((team) => team.agentIds.flatMap((agentId) => Array.from({ length: OPEN_PER_AGENT }, (): Plan => ({ team, agentId, state: stateOf() }))));
  const unowned = office.teams.flatMap((team) => Array.from({ length: UNOWNED_PER_TEAM + Math.floor(size / 100 / office.teams.length) }, (): Plan => ({ team, agentId: null, state: 'NEW' })));
  return [...owned, ...unowned].map((plan) => ({ plan, key: random.next() })).sort((a, b) => a.key - b.key).map(({ plan }) => plan);
}

interface Told {
  number: number;
  at: number;
  customer: Person;
  plan: Plan;
  random: Random;
  promised: Promised;
}

async function writeTicket(bulk: Bulk, { number, at, customer, plan, random, promised }: Told): Promise<void> {
  const id = idAt('tkt', at);
  const key = idToBinary(id);
  const { state } = plan;
  const isOver = state === 'SOLVED' || state === 'CLOSED';
  const isHeld = state === 'PENDING' || state === 'ON_HOLD';
  const priority = Number(priorityOf(random)[1]);
  const owner = [plan.agentId && idToBinary(plan.agentId), null, idToBinary(plan.team.queueId), random.next() < 0.2 ? idToBinary(plan.team.id) : null];
  const isMissed = random.next() < 0.1;
  const now = Date.now();
  const dueAt = isOver ? at + 8 * HOUR_MS : now + Math.floor((isMissed ? -4 : 20) * random.next() * HOUR_MS);
  const endedAt = isOver ? at + 2 * HOUR_MS : null;
  const nextDue = isOver || (isHeld && !isMissed) ? NO_DUE : toSqlInstant(dueAt);
  const tags = tagsOf(random);
  await bulk.add(TICKET, [
    key, number, customer.binary, owner[0]!, owner[1]!, owner[2]!, owner[3]!, random.pick(promised.categories), state, priority, customer.key.seal(`tickets|sealed_subject|${id}`, `Order ${number}`), 'API', 4, 3,
    toSqlInstant(at), toSqlInstant(isOver ? endedAt! : now - Math.floor(random.next() * 48 * HOUR_MS)), tags.length > 0 ? JSON.stringify(tags) : null, nextDue, endedAt && toSqlInstant(endedAt), state === 'CLOSED' ? toSqlInstant(endedAt! + 168 * HOUR_MS) : null,
  ]);
  for (const tag of tags) await bulk.add(TAG, [key, tag, state, nextDue]);
  const clock = (target: string, ended: number | null) => bulk.add(CLOCK, [
    idToBinary(idAt('clk', at)), key, target, 1, promised.terms[priority]!, 8 * HOUR_MS, ended ? (isMissed ? 'BREACHED' : 'MET') : isMissed ? 'BREACHED' : isHeld ? 'PAUSED' : 'RUNNING', ended || !isHeld ? null : state === 'ON_HOLD' ? 'ON_HOLD' : 'WAITING_FOR_CUSTOMER',
    toSqlInstant(at), toSqlInstant(dueAt), ended || isHeld ? null : toSqlInstant(dueAt - 15 * 60_000), HOUR_MS, toSqlInstant(ended ?? now), ended && toSqlInstant(ended), isMissed ? toSqlInstant(dueAt) : null, null,
    priority, ...owner,
  ]);
  await clock('FIRST_RESPONSE', state === 'NEW' ? null : at + HOUR_MS);
  await clock('RESOLUTION', endedAt);
}
