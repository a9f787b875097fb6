// The inbox page as the console asks it (50 rows, filter, count, counters of all views) on a small, a larger and a large past.
// npm run bench -- inbox [--sizes 10000,100000,1000000] [--rounds 20] [--json]
import { parseArgs } from 'node:util';
import { startSystem, type System } from '../harness/system.ts';
import { PAGES, show, type Place } from './parts/inbox-pages.ts';
import { comparePages, say } from './parts/measure-pages.ts';
import { openOffice } from './parts/office.ts';
import { writePast } from './parts/past.ts';

const { values: options } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,100000,1000000' }, rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const SIZES = options.sizes.split(',').map(Number);

async function open(size: number): Promise<Place & { system: System }> {
  const system = await startSystem('one');
  const office = await openOffice(`http://127.0.0.1:${system.gateways[0]!.port}`, Math.max(1, Math.round(Math.sqrt(size / 10_000))));
  const from = performance.now();
  const past = await writePast(system, office, size);
  say(`${size} conversations, ${past.open} of them open, ${office.teams.length} teams: written in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  return { size, system, office, past };
}

async function main(): Promise<void> {
  const places: (Place & { system: System })[] = [];
  try {
    for (const size of SIZES) places.push(await open(size));
    await comparePages('inbox', { pages: PAGES, places, rounds: Number(options.rounds), isJson: options.json }, show);
  } finally {
    for (const { system } of places) await system.stop();
  }
}

await main();
process.exit(0);
