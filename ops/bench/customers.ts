// Finding a person by what was said on the phone: a number in any spelling, a customer number or id, asked as the console's new-ticket
// screen asks it, among few and among many customers.
// npm run bench -- customers [--sizes 10000,1000000] [--rounds 20] [--json]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { blindIndex, createKeyring } from '@careline/kit/crypto';
import { idToBinary, toSqlInstant } from '@careline/kit/db';
import { startSystem, type System } from '../harness/system.ts';
import { Bulk } from './parts/bulk.ts';
import { comparePages, say } from './parts/measure-pages.ts';
import { openOffice, type Office } from './parts/office.ts';
import { customerNumber, writeCustomer, YEAR_MS } from './parts/past.ts';
import { idAt } from './parts/past-person.ts';

const { values: options } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,1000000' }, rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const LOOKUP = readFileSync(new URL('../../schema/operations/find-customer.graphql', import.meta.url), 'utf8');
/** As many people are looked for; each of the first ones has a namesake of digits in North America. */
const SOUGHT = 50;
const DOUBLES = 10;

interface Crowd {
  size: number;
  system: System;
  office: Office;
  /** Ids by place. */
  sought: Map<number, string>;
}

interface Answer {
  findCustomer: { customer: { id: string } | null; candidates: { id: string }[] };
}

/** Eleven digits of a Chinese mobile, scattered over the range. */
const digitsOf = (place: number) => `138${String((place * 7_919_317) % 100_000_000).padStart(8, '0')}`;
/** The places of those who are looked for, all over the crowd. */
const placesOf = (size: number) => Array.from({ length: SOUGHT }, (_, at) => DOUBLES + Math.floor((at / SOUGHT) * (size - DOUBLES)));

interface Question {
  name: string;
  as: 'asAgent' | 'asSupervisor';
  text(place: number, id: string): string;
}

const spellings: readonly Omit<Question, 'as'>[] = [
  { name: '+86 138-0013-8000', text: (place) => digitsOf(place).replace(/^(...)(....)(....)$/, '+86 $1-$2-$3') },
  { name: '13800138000', text: digitsOf },
  { name: '0086 138 0013 8000', text: (place) => digitsOf(place).replace(/^(...)(....)(....)$/, '0086 $1 $2 $3') },
  { name: 'customer number', text: customerNumber },
  { name: 'customer id', text: (_place, id) => id },
];
const QUESTIONS: readonly Question[] = (['asAgent', 'asSupervisor'] as const).flatMap((as) =>
  spellings.map((one) => ({ ...one, name: `${as === 'asAgent' ? 'agent' : 'all'}: ${one.name}`, as })));

async function open(size: number): Promise<Crowd> {
  const system = await startSystem('one');
  const office = await openOffice(`http://127.0.0.1:${system.gateways[0]!.port}`, 1);
  const keyring = createKeyring({ file: join(system.dataDir, 'keys.json') });
  const bulk = await Bulk.open(`${system.databasePrefix}_conversations`);
  const sought = new Map<number, string>();
  const places = new Set([...placesOf(size), ...Array.from({ length: DOUBLES }, (_, at) => at)]);
  const from = Date.now() - YEAR_MS;
  const write = async (place: number, phone: string) => {
    const person = await writeCustomer(bulk, keyring, place, from + place);
    const identity = idAt('idn', from + place);
    await bulk.add('customer_identities (id, customer_id, kind, bidx, value_enc, is_verified, linked_at)', [
      idToBinary(identity), person.binary, 'PHONE', blindIndex(keyring, 'customer-PHONE', phone), person.key.seal(`customer_identities|value|${identity}`, phone), 0, toSqlInstant(from + place),
    ]);
    return person.id;
  };
  for (let place = 0; place < size; place++) {
    const id = await write(place, `+86${digitsOf(place)}`);
    if (places.has(place)) sought.set(place, id);
  }
  for (let place = 0; place < DOUBLES; place++) await write(size + place, `+${digitsOf(place)}`);
  await bulk.flush();
  for (const table of ['customers', 'customer_identities', 'data_keys']) await bulk.query(`ANALYZE TABLE ${table}`);
  await bulk.close();
  say(`${size + DOUBLES} customers: written in ${((Date.now() - YEAR_MS - from) / 1000).toFixed(0)} s`);
  return { size, system, office, sought };
}

/** Asks for the next person; throws when another one is found, or none. */
function asking() {
  let turn = 0;
  return async ({ size, office, sought }: Crowd, question: Question) => {
    const place = placesOf(size)[turn++ % SOUGHT]!;
    const id = sought.get(place)!;
    const from = performance.now();
    const { findCustomer } = await office[question.as]<Answer>(LOOKUP, { lookup: question.text(place, id) });
    const ms = performance.now() - from;
    if (findCustomer.customer?.id !== id) throw new Error(`${question.name}: not found, or somebody else, at place ${place}`);
    return { ms, rows: 1 };
  };
}

/** What two people can mean is asked back. */
async function expectQuestion({ office, sought }: Crowd): Promise<void> {
  for (let place = 0; place < DOUBLES; place++) {
    const { findCustomer: { customer, candidates } } = await office.asSupervisor<Answer>(LOOKUP, { lookup: digitsOf(place) });
    if (customer !== null || candidates.length !== 2 || !candidates.some(({ id }) => id === sought.get(place))) throw new Error(`place ${place} is two people, and one was chosen`);
  }
}

async function main(): Promise<void> {
  const crowds: Crowd[] = [];
  try {
    for (const size of options.sizes.split(',').map(Number)) crowds.push(await open(size));
    for (const crowd of crowds) await expectQuestion(crowd);
    say(`${crowds.length * DOUBLES} numbers that two people have were asked back`);
    await comparePages('customers', { pages: QUESTIONS, places: crowds, rounds: Number(options.rounds), isJson: options.json }, asking());
  } finally {
    for (const { system } of crowds) await system.stop();
  }
}

await main();
process.exit(0);
