import { isDeepStrictEqual } from 'node:util';
import { createGateway, type Gateway } from '@careline/gateway/gateway';
import { createTestWorld, testPlanner, type World } from '@careline/kit/testing';
import { supergraphSdl, SUBGRAPH_NAMES, type SubgraphName } from '@careline/schema';
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import fc from 'fast-check';
import { buildASTSchema, parse, type GraphQLEnumType, type GraphQLInputObjectType, type GraphQLNonNull } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../harness/system.ts';
import { EVERYTHING } from './everything.ts';
import { assemble, ROLES, type Cast, type Role } from './fuzz/cast.ts';
import { Inputs } from './fuzz/inputs.ts';

/** A run must say the same of the same code; `FUZZ_SEED=new` looks where nobody has looked before. */
const SEED = process.env.FUZZ_SEED === 'new' ? Date.now() % 1_000_000 : Number(process.env.FUZZ_SEED ?? 1);
/** For how long, shared by all mutations. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 30);
const RUNS_MAX = 100_000;
/** Generous for a busy machine that stands still now and then. */
const WITHIN_MS = 20_000;
/** Of the processor, all threads of gateway and subgraphs; what must not be is work without an end. */
const WORKS_MS = 5_000;
/** For how long what an earlier success set going may go on. */
const SETTLES_MS = 20_000;

const schema = buildASTSchema(transformSupergraphToPublicSchema(parse(supergraphSdl())));
const mutations = Object.values(schema.getMutationType()!.getFields());
const THROWN = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'CONFLICT', 'RATE_LIMITED', 'COST_LIMIT', 'PRECONDITION_FAILED']);
const REFUSALS = new Set((schema.getType('UserErrorCode') as GraphQLEnumType).getValues().map((value) => value.name));
/** Refusals of a value: they say which one. */
const OF_A_VALUE = new Set(['REQUIRED', 'INVALID', 'TOO_SHORT', 'TOO_LONG', 'TOO_MANY', 'OUT_OF_RANGE', 'CARD_NUMBER', 'WEAK_PASSWORD']);
const LEAK = /node_modules|\bat \S+ \(|\bER_[A-Z]|ECONN|mysql|mariadb|\.ts:\d|errno/i;
/** Tries are counted also of who is refused; changes of the inbox are numbered a moment after the verb that made them. */
const UNEVEN = new Set(['sign_in_attempts', 'inbox_changes', 'inbox_events']);

interface Answer {
  text: string;
  ms: number;
  worksMs: number;
  data: Record<string, { userErrors: { code: string; field: string[] | null; message: string }[] }> | null;
  errors: { message: string; extensions: { code: string } }[] | undefined;
}

const outcomes = { accepted: 0, refused: 0, thrown: 0 };
let world: World;
let gateway: Gateway;
let url: string;
let cast: Cast;
let inputs: Inputs;

beforeAll(async () => {
  console.log(`fuzz seed ${SEED}: FUZZ_SEED=${SEED} FUZZ_SECONDS=${SECONDS} npm test -- fuzz-mutations`);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  // The clock stands still, so that nothing but the mutation itself writes.
  world = await createTestWorld(EVERYTHING, { startAt: Date.now(), deps: { publicUrl: url } });
  gateway = await createGateway({ deps: world.deps, subgraphs: Object.values(world.subgraphs), config: { port, publicUrl: url, planner: testPlanner(), limits: { rateScale: 0 } } });
  await gateway.listen();
  cast = await assemble(url);
  inputs = new Inputs(cast.ids);
  tables = new Map(await Promise.all(SUBGRAPH_NAMES.map(async (name) => [name, await tablesOf(name)] as const)));
});
afterAll(async () => {
  console.log('fuzz outcomes', outcomes);
  await gateway?.close();
  await world?.close();
});

let tables: Map<SubgraphName, { db: Awaited<ReturnType<World['database']>>; question: string }>;

async function tablesOf(name: SubgraphName) {
  const db = await world.database(name);
  const rows = await db.query<{ name: string }>('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()');
  const counts = rows.filter((row) => !UNEVEN.has(row.name)).map((row) => `(SELECT COUNT(*) FROM \`${row.name}\`) AS \`${row.name}\``);
  return { db, question: `SELECT ${counts.join(', ')}` };
}

/** Rows of every table of every subgraph. */
async function countRows(): Promise<Record<string, unknown>> {
  const counted = await Promise.all([...tables].map(async ([name, { db, question }]) => [name, (await db.query<Record<string, unknown>>(question))[0]] as const));
  return Object.fromEntries(counted);
}

async function send(name: string, input: unknown, token: string | null): Promise<Answer> {
  const field = schema.getMutationType()!.getFields()[name]!;
  const query = field.args.length === 0 ? `mutation { ${name} { userErrors { code field message } } }` : `mutation ($input: ${String(field.args[0]!.type)}) { ${name}(input: $input) { userErrors { code field message } } }`;
  const startedAt = performance.now();
  const workedBefore = process.cpuUsage();
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-language': 'en', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query, variables: { input } }) });
  const text = await response.text();
  const worked = process.cpuUsage(workedBefore);
  return { text, ms: performance.now() - startedAt, worksMs: (worked.user + worked.system) / 1_000, ...(JSON.parse(text) as Pick<Answer, 'data' | 'errors'>) };
}

function checkThrown(errors: NonNullable<Answer['errors']>): void {
  for (const { message, extensions } of errors) {
    expect(THROWN, message).toContain(extensions.code);
    if (extensions.code === 'BAD_USER_INPUT') expect(message).toMatch(/^Variable "\$input|^Too many errors processing variables|^A request has at most/);
  }
}

function checkRefusals(refusals: { code: string; field: string[] | null; message: string }[], type: GraphQLInputObjectType | null): void {
  for (const { code, field, message } of refusals) {
    expect(REFUSALS).toContain(code);
    expect(message.length).toBeGreaterThan(0);
    if (OF_A_VALUE.has(code)) expect(field, `${code} ${message}`).not.toBeNull();
    if (field) expect(Object.keys(type?.getFields() ?? {}), `the field of ${code} ${message}`).toContain(field[0]);
  }
}

async function tryOne(name: string, type: GraphQLInputObjectType | null, role: Role, value: unknown): Promise<void> {
  const token = await cast.token(role);
  const before = await countRows();
  const { text, ms, worksMs, data, errors } = await send(name, value, token);
  const refusals = data?.[name]?.userErrors ?? [];
  outcomes[errors ? 'thrown' : refusals.length > 0 ? 'refused' : 'accepted'] += 1;
  if (errors?.some((error) => error.extensions.code === 'UNAUTHENTICATED')) cast.spent(role);
  if (errors) checkThrown(errors);
  checkRefusals(refusals, type);
  expect(ms).toBeLessThan(WITHIN_MS);
  expect(worksMs).toBeLessThan(WORKS_MS);
  expect(text).not.toMatch(LEAK);
  if (errors || refusals.length > 0) await expectUnchanged(before, name, value, token);
}

/** What an earlier success sets going may end only now; then the same refusal is asked for again, until it stands alone. One that leaves something leaves it each time. */
async function expectUnchanged(before: Record<string, unknown>, name: string, input: unknown, token: string | null): Promise<void> {
  const until = performance.now() + SETTLES_MS;
  for (let last = before; ;) {
    const now = await countRows();
    if (isDeepStrictEqual(now, last) || performance.now() > until) return expect(now).toEqual(last);
    last = await countRows();
    await send(name, input, token);
  }
}

// Half of them may do what they ask for: refusals for a lack of rights are soon known.
const anyRole = fc.oneof(fc.constantFrom(...ROLES), fc.constantFrom<Role>('administrator', 'visitor', 'program', 'editor'));

describe('mutations with inputs made from the schema, as every role', () => {
  it.each(mutations.map((field) => [field.name, field] as const))('%s answers with a listed code, names what is wrong, and leaves nothing of what it refused', async (name, field) => {
    const type = field.args[0] ? ((field.args[0].type as GraphQLNonNull<GraphQLInputObjectType>).ofType) : null;
    const input = type ? inputs.object(type) : fc.constant(undefined);
    const property = fc.asyncProperty(anyRole, input, (role, value) => tryOne(name, type, role, value));
    // Once however long it takes, then as often as the time allows: an interruption before the first try would count as a failure.
    await fc.assert(property, { seed: SEED, numRuns: 1 });
    const { failed, interrupted, ...run } = await fc.check(property, { seed: SEED + 1, numRuns: RUNS_MAX, interruptAfterTimeLimit: (SECONDS * 1_000) / mutations.length });
    if (failed && !interrupted) throw new Error(fc.defaultReportMessage({ failed, interrupted, ...run } as never));
  }, SECONDS * 1_000 + 120_000);

  it('do what was asked for some of them', () => {
    expect(outcomes.accepted).toBeGreaterThan(0);
  });

  it('leave a system whose events can be handled and whose lists can be read', async () => {
    await world.drainEvents();
    await expect(cast.admin('{ agents(first: 50) { nodes { id displayName publicName signInName presence } } teams(first: 50) { nodes { id name capacity } } roles(first: 50) { nodes { id name } } }')).resolves.toBeTruthy();
    await expect(cast.admin('{ channels(first: 50) { nodes { id name } } queues(first: 50) { nodes { id name } } customers(first: 50) { nodes { id displayName tags } } articles(first: 50) { nodes { id title category } } }')).resolves.toBeTruthy();
    await expect(cast.admin('{ conversations(first: 50) { nodes { id subject state tags messages(last: 20) { nodes { id text } } } } auditEntries(first: 50) { nodes { id verb } } tickets(first: 50) { nodes { id subject } } }')).resolves.toBeTruthy();
  });
});
