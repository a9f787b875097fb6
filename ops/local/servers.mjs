import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.mjs';
import { typescriptFlags } from './settings.mjs';

/** Everything that runs as a process of the system, by its source. */
export const ENTRIES = {
  'ops/local/api.ts': 'api',
  'ops/local/worker.ts': 'worker',
  'gateway/src/main.ts': 'gateway',
  'subgraphs/conversations/src/main.ts': 'conversations',
  'subgraphs/tickets/src/main.ts': 'tickets',
  'subgraphs/knowledge/src/main.ts': 'knowledge',
  'subgraphs/analytics/src/main.ts': 'analytics',
};
/**
 * A heap is collected as a whole when it has grown by two fifths since the last time: left to itself V8 lets it double or, where it may
 * grow beyond 2 GB, quadruple, and a third of the system's memory was what nobody needed any more. The nursery of whoever answers may be
 * large while there is work, since what a request makes should die there; `giveBackWhenQuiet` of the kit shrinks it afterwards. What a
 * worker makes lives for one batch of events: it needs less of everything. NODE_OPTIONS may set other sizes. V8 is kept from placing rows and
 * promises of requests among what is old from the start, as it does where some of them once lived long: there they, and all that they hold, stay
 * until the whole heap is collected, which one request in fifty then waits for.
 */
const HEAP = ['--max-old-space-size=2000', '--heap-growing-percent=40', '--max-semi-space-size=32', '--no-allocation-site-pretenuring'];
const WORKER_HEAP = ['--max-old-space-size=1000', '--heap-growing-percent=40', '--max-semi-space-size=8', '--no-allocation-site-pretenuring'];
/**
 * Threads that collect beside the one that answers: left to itself Node starts four on any machine. Where there are not as many cores as that, they
 * take its core from it whenever a heap is collected, and it answers in a fifth of the time.
 */
const COLLECTORS = `--v8-pool-size=${Math.min(4, Math.max(1, availableParallelism() - 1))}`;
const SOURCE_FOLDERS = ['schema', 'subgraphs', 'gateway', 'ops/local'];

/**
 * How to run one of our processes: the arguments for node. From a bundle, made when the sources or the packages changed
 * since the last one: it starts in a quarter of the time and takes half the memory of single modules whose types are
 * stripped while they load. From the sources where the bundler is not installed.
 * @param {string} root
 * @param {string} source such as `ops/local/api.ts`
 * @param {(text: string) => void} [say]
 * @returns {Promise<string[]>}
 */
export async function serverArgs(root, source, say = () => {}) {
  const name = new Map(Object.entries(ENTRIES)).get(source);
  if (!name || !existsSync(join(root, 'node_modules/rolldown'))) return [...typescriptFlags(), join(root, source)];
  return ['--enable-source-maps', ...heapFlags(name), join(await ensureBundled(root, say), `${name}.mjs`)];
}

/** @param {string} name */
function heapFlags(name) {
  const asked = process.env.NODE_OPTIONS ?? '';
  return [...(name === 'worker' ? WORKER_HEAP : HEAP), COLLECTORS].filter((flag) => !asked.includes(flag.split('=')[0] ?? flag));
}

/** @type {Map<string, Promise<string>>} */
const bundling = new Map();

/**
 * @param {string} root
 * @param {(text: string) => void} say
 */
function ensureBundled(root, say) {
  const folder = join(root, 'ops/dist', stampOf(root));
  const under = bundling.get(folder) ?? (existsSync(folder) ? Promise.resolve(folder) : bundle(root, folder, say));
  bundling.set(folder, under);
  return under;
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {(text: string) => void} say
 */
async function bundle(root, folder, say) {
  await runProgram(process.execPath, [fileURLToPath(new URL('./bundle.mjs', import.meta.url)), root, folder], { cwd: root, say, title: 'bundling the servers' });
  return folder;
}

/**
 * What a bundle is made of, and where: it holds the places of its sources.
 * @param {string} root
 */
function stampOf(root) {
  const hash = createHash('sha256').update(root).update(readFileSync(join(root, 'node_modules/.package-lock.json')));
  for (const file of SOURCE_FOLDERS.flatMap((folder) => sourcesUnder(join(root, folder)))) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourcesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist' && name !== 'generated')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? sourcesUnder(join(folder, entry.name)) : /(?<!\.test)\.(ts|mjs|json)$/.test(entry.name) ? [join(folder, entry.name)] : []));
}
