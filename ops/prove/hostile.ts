// A table of attacks, each of which must be refused with its code at once; and a victim who goes on chatting beside them.
// npm run prove -- hostile [--only documents,sockets] [--rounds 5] [--seconds 6] [--pace 40]
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSystem } from '../harness/system.ts';
import { ensureWebBuilt } from '../local/web.mjs';
import { setStage } from './hostile/arena.ts';
import type { Family } from './hostile/attack.ts';
import { chatBeside, type Figures } from './hostile/beside.ts';
import { documents } from './hostile/documents.ts';
import { networked, startStrictGateway } from './hostile/networked.ts';
import { pages } from './hostile/pages.ts';
import { reach } from './hostile/reach.ts';
import { requests } from './hostile/requests.ts';
import { signIn } from './hostile/sign-in.ts';
import { PER_ADDRESS, sockets } from './hostile/sockets.ts';
import { tryAll, type Row } from './hostile/table.ts';
import { uploads } from './hostile/uploads.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '6' }, pace: { type: 'string', default: '40' } },
});
const say = (line: string) => console.log(line);
const isWanted = (name: string) => !options.only || options.only.split(',').includes(name);

// As an operator runs it, with the limits of a fresh installation; documents are open to everybody, which is the harder case.
const SETTINGS = { NODE_ENV: 'production', ARBITRARY_DOCUMENTS: 'everyone', RATE_LIMIT_SCALE: '1', SOCKETS_PER_ADDRESS: String(PER_ADDRESS), SOCKETS_PER_IDENTITY: '30' };
const FAMILIES: Family[] = [documents, requests, reach, uploads, signIn, sockets, pages];

/** How far the victim's p99 may move. */
const MOVED_MAX = 0.2;
/** How much memory may be added from the first attacked round to the last: the unrest of a heap, not what attacks leave. */
const GROWN_MAX_MB = 32;

interface Table {
  passed: number;
  failed: number;
}

const counted = (rows: readonly Row[]): Table => ({ passed: rows.filter((row) => row.isRefused).length, failed: rows.filter((row) => !row.isRefused).length });

async function inOneProcess(): Promise<Table> {
  const families = FAMILIES.filter((family) => isWanted(family.name));
  if (families.length === 0 && !isWanted('victim')) return counted([]);
  // The pages under attack are those that are served.
  if (isWanted('pages')) await ensureWebBuilt(fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, ''), (text) => void process.stderr.write(`${text}\n`));
  const system = await startSystem('one', SETTINGS);
  try {
    const arena = await setStage(system);
    const table = counted(await tryAll(families, arena, say));
    if (!isWanted('victim')) return table;
    const beside = { rounds: Number(options.rounds), seconds: Number(options.seconds), pace: Number(options.pace) };
    const checks = judge(await chatBeside(arena, FAMILIES, beside, say));
    return { passed: table.passed + checks.filter(Boolean).length, failed: table.failed + checks.filter((isGood) => !isGood).length };
  } finally {
    await system.stop();
  }
}

/** The victim's figures, and whether each of them is good. */
function judge({ quietP99, attackedP99, moved, lost, attacks, strange, resident: [first, last] }: Figures): boolean[] {
  const checks = [moved < MOVED_MAX, lost === 0, last - first < GROWN_MAX_MB, strange.size === 0];
  const verdict = (at: number) => (checks[at] ? 'ok  ' : 'FAIL');
  say(`${verdict(0)} victim    p99 quiet ${quietP99.toFixed(1)} ms, attacked ${attackedP99.toFixed(1)} ms: moved ${(100 * moved).toFixed(0)} %`);
  say(`${verdict(1)} victim    ${lost} messages lost`);
  say(`${verdict(2)} server    ${first.toFixed(0)} MB after the first attacked round, ${last.toFixed(0)} MB after the last`);
  say(`${verdict(3)} server    ${attacks} attacks beside, all refused${[...strange].map(([what, times]) => `\n     not so: ${what} ×${times}`).join('')}`);
  return checks;
}

async function inManyProcesses(): Promise<Table> {
  if (!isWanted('networked')) return counted([]);
  const system = await startSystem('many', SETTINGS);
  const strict = await startStrictGateway(system);
  try {
    return counted(await tryAll([networked(system, strict)], await setStage(system), say));
  } finally {
    await strict.kill();
    await system.stop();
  }
}

const tables = [await inOneProcess(), await inManyProcesses()];
const passed = tables.reduce((sum, table) => sum + table.passed, 0);
const failed = tables.reduce((sum, table) => sum + table.failed, 0);
say(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
