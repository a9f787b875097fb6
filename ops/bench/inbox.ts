// The inbox page as the console asks it (50 rows, filter, count, counters of all views) on a small, a larger and a large past.
// npm run bench -- inbox [--sizes 10000,100000,1000000] [--rounds 20] [--json]
import { parseArgs } from 'node:util';
import { median, percentile, report } from '../harness/figures.ts';
import { startSystem, type System } from '../harness/system.ts';
import { PAGES, show, type Page, type Place } from './parts/inbox-pages.ts';
import { openOffice } from './parts/office.ts';
import { writePast } from './parts/past.ts';

const { values: options } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,100000,1000000' }, rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const SIZES = options.sizes.split(',').map(Number);
const WARM_UP_ROUNDS = 3;
const say = (text: string) => process.stderr.write(`${text}\n`);
async function open(size: number): Promise<Place & { system: System }> {
  const system = await startSystem('one');
  const office = await openOffice(`http://127.0.0.1:${system.gateways[0]!.port}`, Math.max(1, Math.round(Math.sqrt(size / 10_000))));
  const from = performance.now();
  const past = await writePast(system, office, size);
  say(`${size} conversations, ${past.open} of them open, ${office.teams.length} teams: written in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  return { size, system, office, past };
}

function print(times: ReadonlyMap<Page, ReadonlyMap<Place, { ms: number[]; rows: number }>>, places: readonly Place[]): void {
  say(`${'page'.padEnd(24)}${places.map((place) => String(place.size).padStart(26)).join('')}`);
  for (const [page, byPlace] of times) {
    const cells = places.map((place) => {
      const { ms, rows } = byPlace.get(place)!;
      return `${String(rows).padStart(8)} rows ${median(ms).toFixed(1).padStart(6)} ${percentile(ms, 0.99).toFixed(1).padStart(6)}`;
    });
    say(`${page.name.padEnd(24)}${cells.map((cell) => cell.padStart(26)).join('')}`);
  }
}

async function measure(places: readonly Place[]): Promise<void> {
  const times = new Map(PAGES.map((page) => [page, new Map(places.map((place) => [place, { ms: [] as number[], rows: 0 }]))]));
  for (let round = -WARM_UP_ROUNDS; round < Number(options.rounds); round++) for (const page of PAGES) for (const place of places) {
    const { ms, rows } = await show(place, page);
    const cell = times.get(page)!.get(place)!;
    cell.rows = rows;
    if (round >= 0) cell.ms.push(ms);
  }
  print(times, places);
  const all = (place: Place) => [...times.values()].flatMap((byPlace) => byPlace.get(place)!.ms);
  const typical = (place: Place) => [...times.values()].reduce((sum, byPlace) => sum + median(byPlace.get(place)!.ms), 0);
  const worst = (place: Place) => Math.max(...[...times.values()].map((byPlace) => median(byPlace.get(place)!.ms)));
  const [small, large] = [places[0]!, places.at(-1)!];
  report('inbox', {
    [`p99_${spell(small.size)}_ms`]: percentile(all(small), 0.99), [`p99_${spell(large.size)}_ms`]: percentile(all(large), 0.99),
    growth: typical(large) / typical(small), slowest_page_ms: worst(large),
  }, options.json);
}

const spell = (size: number) => (size % 1_000_000 === 0 ? `${size / 1_000_000}m` : `${size / 1_000}k`);

async function main(): Promise<void> {
  const places: (Place & { system: System })[] = [];
  try {
    for (const size of SIZES) places.push(await open(size));
    await measure(places);
  } finally {
    for (const { system } of places) await system.stop();
  }
}

await main();
process.exit(0);
