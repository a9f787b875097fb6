// The list of tickets as the console asks it (50 rows with their clocks, filter, order, count) on a small and a large past.
// npm run bench -- tickets-list [--sizes 10000,1000000] [--rounds 20] [--json]
import { parseArgs } from 'node:util';
import { startSystem, type System } from '../harness/system.ts';
import { comparePages, say } from './parts/measure-pages.ts';
import { openOffice } from './parts/office.ts';
import { writeTickets } from './parts/past-tickets.ts';
import { show, TICKET_PAGES, type TicketPlace } from './parts/ticket-pages.ts';

const { values: options } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,1000000' }, rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
const SIZES = options.sizes.split(',').map(Number);

async function open(size: number): Promise<TicketPlace & { system: System }> {
  const system = await startSystem('one');
  const office = await openOffice(`http://127.0.0.1:${system.gateways[0]!.port}`, Math.max(1, Math.round(Math.sqrt(size / 10_000))));
  const from = performance.now();
  const past = await writeTickets(system, office, size);
  say(`${size} tickets, ${past.open} of them open, ${office.teams.length} teams: written in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  return { size, system, office, past };
}

async function main(): Promise<void> {
  const places: (TicketPlace & { system: System })[] = [];
  try {
    for (const size of SIZES) places.push(await open(size));
    await comparePages('tickets-list', { pages: TICKET_PAGES, places, rounds: Number(options.rounds), isJson: options.json }, show);
  } finally {
    for (const { system } of places) await system.stop();
  }
}

await main();
process.exit(0);
