// Search over messages and tickets, Chinese and English, at several sizes: times of the console's questions through the public API,
// and what is found compared with a scan of everything that was written.
// npm run bench -- search [--sizes 40000] [--queries 140] [--sample 35] [--only messages,tickets] [--json]
import { parseArgs } from 'node:util';
import type { Ask } from '../harness/people.ts';
import { median, percentile, report } from '../harness/figures.ts';
import { startSystem } from '../harness/system.ts';
import { openOffice, type Office } from './parts/office.ts';
import { holds, makeQueries, sayingAt, type Query } from './parts/sayings.ts';
import { writeSaid, type SaidKind, type SaidPast } from './parts/said-past.ts';

const { values: options } = parseArgs({
  options: { sizes: { type: 'string', default: '40000' }, queries: { type: 'string', default: '140' }, sample: { type: 'string', default: '35' }, only: { type: 'string', default: 'messages,tickets' }, json: { type: 'boolean', default: false } },
});
const SIZES = options.sizes.split(',').map(Number);
const KINDS = options.only.split(',') as SaidKind[];
const TEAMS = 10;
const PAGE = 10;
/** A query with more answers is compared by its newest ones. */
const COMPARED_MAX = 300;
const say = (text: string) => process.stderr.write(`${text}\n`);

interface Answer {
  ids: string[];
  after: string | null;
}

const DOCUMENTS: Record<SaidKind, string> = {
  messages: `query ($text: String!, $first: Int, $after: String) { found: searchConversations(text: $text, first: $first, after: $after) {
    nodes { seq snippet highlights { start end } of: conversation { id number subject state } } pageInfo { hasNextPage endCursor } } }`,
  tickets: `query ($text: String!, $first: Int, $after: String) { found: searchTickets(text: $text, first: $first, after: $after) {
    nodes { seq snippet highlights { start end } of: ticket { id number subject state } } pageInfo { hasNextPage endCursor } } }`,
};

async function search(ask: Ask, kind: SaidKind, text: string, first: number, after: string | null = null): Promise<Answer> {
  const { found } = await ask<{ found: { nodes: { of: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }>(DOCUMENTS[kind], { text, first, after });
  return { ids: found.nodes.map((node) => node.of.id), after: found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null };
}

async function measure(office: Office, kind: SaidKind, queries: readonly Query[]): Promise<number[]> {
  const times = new Map<string, number[]>();
  for (const isWarm of [false, true]) for (const { kind: of, text } of queries) for (const who of ['asSupervisor', 'asAgent'] as const) {
    const from = performance.now();
    await search(office[who], kind, text, PAGE);
    if (!isWarm) continue;
    const name = `${of}, ${who === 'asAgent' ? 'own team' : 'all'}`;
    times.set(name, [...(times.get(name) ?? []), performance.now() - from]);
  }
  for (const [name, ms] of times) say(`  ${kind.padEnd(9)} ${name.padEnd(22)} median ${median(ms).toFixed(1).padStart(6)} ms   p99 ${percentile(ms, 0.99).toFixed(1).padStart(6)} ms`);
  return [...times.values()].flat();
}

/** For each query what a scan finds: each owner once, newest first. */
function scan(size: number, queries: readonly Query[], idAt: (place: number) => string): string[][] {
  const found = queries.map(() => new Set<string>());
  for (let place = size - 1; place >= 0; place--) {
    const text = sayingAt(place);
    for (const [at, { text: query }] of queries.entries()) if (found[at]!.size < COMPARED_MAX && holds(text, query)) found[at]!.add(idAt(place));
  }
  return found.map((ids) => [...ids]);
}

async function findAll(ask: Ask, kind: SaidKind, text: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Answer = await search(ask, kind, text, 100, after);
    ids.push(...page.ids);
    after = page.after;
  } while (after !== null && ids.length < COMPARED_MAX);
  return ids.slice(0, COMPARED_MAX);
}

async function compare(office: Office, kind: SaidKind, size: number, queries: readonly Query[], past: SaidPast): Promise<{ expected: number; found: number; wrong: number }> {
  const sum = { expected: 0, found: 0, wrong: 0 };
  const scanned = scan(size, queries, kind === 'messages' ? past.conversationIdAt : past.ticketIdAt);
  for (const [at, { text }] of queries.entries()) {
    const expected = scanned[at]!;
    const given = await findAll(office.asSupervisor, kind, text);
    const known = new Set(given);
    const hits = expected.filter((id) => known.has(id)).length;
    sum.expected += expected.length;
    sum.found += hits;
    sum.wrong += given.length - hits;
    if (hits < expected.length || given.length > hits) say(`  ${kind}: ${JSON.stringify(text)} gives ${given.length}, of which ${hits} of the ${expected.length} that a scan finds`);
  }
  return sum;
}

const spell = (size: number) => (size % 1_000_000 === 0 ? `${size / 1_000_000}m` : `${size / 1_000}k`);

async function bench(size: number): Promise<Record<string, number>> {
  const system = await startSystem('one');
  try {
    const office = await openOffice(`http://127.0.0.1:${system.gateways[0]!.port}`, TEAMS);
    const from = performance.now();
    const past = await writeSaid(system, office, { size, kinds: KINDS, say });
    say(`${size} of ${KINDS.join(' and ')}: written in ${((performance.now() - from) / 1000).toFixed(0)} s`);
    const queries = makeQueries(size, Number(options.queries));
    const figures: Record<string, number> = {};
    const sample = queries.slice(0, Number(options.sample));
    const sums = { expected: 0, found: 0, wrong: 0 };
    for (const kind of KINDS) {
      const ms = await measure(office, kind, queries);
      figures[`${kind}_p50_${spell(size)}_ms`] = median(ms);
      figures[`${kind}_p99_${spell(size)}_ms`] = percentile(ms, 0.99);
      const { expected, found, wrong } = await compare(office, kind, size, sample, past);
      sums.expected += expected;
      sums.found += found;
      sums.wrong += wrong;
    }
    say(`  ${sums.found} of ${sums.expected} texts that a scan finds were found, ${sums.wrong} that it does not find`);
    return { ...figures, [`recall_${spell(size)}_percent`]: (100 * sums.found) / sums.expected, [`wrong_${spell(size)}`]: sums.wrong };
  } finally {
    await system.stop();
  }
}

const figures: Record<string, number> = {};
for (const size of SIZES) Object.assign(figures, await bench(size));
report('search', figures, options.json);
process.exit(0);
