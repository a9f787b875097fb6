import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A part of the tests with its own runner settings.
 * @typedef {object} Lane
 * @property {string} name
 * @property {import('./engines.mjs').DatabaseName | null} database what it runs on; null: it needs no engines
 * @property {string} config path of the vitest configuration
 * @property {string} cwd
 * @property {Column} column
 * @property {(path: string) => boolean} holds whether this test file (path from the root) is of the lane
 *
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[], unsteady: string[], skips: string[] }} Counts which failed, which passed only when tried once more, and why lanes were skipped
 */

const SERVER_CONFIG = 'ops/checks/vitest.server.ts';

/**
 * The shape and the planner that tests run with.
 * @typedef {{ SHAPE: 'one' | 'many', PLANNER: 'rust' | 'js' }} Column
 */

const NOT_OURS = new Set(['node_modules', 'dist', 'gql', '.data', '.git', '.turbo', 'coverage']);
/** Tests that need a Kafka broker. */
const isKafka = (/** @type {string} */ path) => path.endsWith('.kafka.test.ts');
/** What holds for the bus, whatever carries it: its own tests, a walk over it, and the command that speaks to it. */
const OVER_THE_BUS = ['subgraphs/kit/src/events/batches.test.ts', 'subgraphs/kit/src/events/events.test.ts', 'ops/e2e/timeline-rebuilt.test.ts', 'ops/local/dead-letters.test.ts'];
/** Tests of processes that only the networked shape has. */
const ONLY_MANY = 'ops/e2e/many/';

/**
 * Reads SHAPE and PLANNER; null when neither is set. Throws with what is wrong.
 * @param {Record<string, string | undefined>} env
 * @returns {Column | null}
 */
export function readColumn({ SHAPE, PLANNER }) {
  if (!SHAPE && !PLANNER) return null;
  if (![undefined, '', 'one', 'many'].includes(SHAPE)) throw new Error('SHAPE: must be one (default) or many');
  if (![undefined, '', 'rust', 'js'].includes(PLANNER)) throw new Error('PLANNER: must be rust (default) or js');
  return { SHAPE: SHAPE === 'many' ? 'many' : 'one', PLANNER: PLANNER === 'js' ? 'js' : 'rust' };
}

/** @type {Column} */
const USUAL = { SHAPE: 'one', PLANNER: 'rust' };

/**
 * The lanes of a run on one database; `*.mysql.test.ts` only make sense on MySQL. A run that names a column has everything
 * in it. Any other has everything in one process with the Rust planner and, networked with the JS planner, what stands
 * behind or before the gateway.
 * @param {string} root
 * @param {import('./engines.mjs').DatabaseName} database
 * @param {Column | null} given
 * @param {boolean} isWhole no words choose among the files
 * @returns {Lane[]}
 */
export function lanesOf(root, database, given, isWhole) {
  const column = given ?? USUAL;
  const isBrowser = (/** @type {string} */ path) => path.endsWith('.browser.test.ts');
  const isServer = (/** @type {string} */ path) => !path.startsWith('web/') && !isBrowser(path) && !isKafka(path) && (database === 'mysql' || !path.endsWith('.mysql.test.ts'));
  const isGateway = (/** @type {string} */ path) => path.startsWith('gateway/') || path.startsWith('ops/e2e/');
  const server = { cwd: root, config: SERVER_CONFIG, database };
  /** @type {Lane[]} */
  const networked = given ? [] : [{
    name: 'networked', ...server, column: { SHAPE: 'many', PLANNER: 'js' },
    holds: (path) => isServer(path) && (path.startsWith(ONLY_MANY) || (isWhole && isGateway(path))),
  }];
  return [
    { name: 'server', ...server, column, holds: (path) => isServer(path) && (column.SHAPE === 'many' || !path.startsWith(ONLY_MANY)) },
    ...networked,
    { name: 'web', cwd: join(root, 'web'), config: 'vitest.config.ts', database: null, column, holds: (path) => path.startsWith('web/') },
    { name: 'browser', cwd: root, config: 'ops/checks/vitest.browser.ts', database, column, holds: isBrowser },
  ];
}

/**
 * All that speaks to a database, once more on MySQL. The starter brings MariaDB by itself; rules, checks, contracts and most of
 * the gateway know no database, and commands that ask the API know none of its engines.
 * @param {string} root
 * @returns {Lane}
 */
export function mysqlLane(root) {
  const isApart = (/** @type {string} */ path) => /^(web\/|schema\/|gateway\/(?!src\/real\b)|ops\/(checks|harness|prove)\/|ops\/local\/(as-code|commands|compose|engines|keys|servers|sla|start|worker-counts)\b)/.test(path) || path.endsWith('.rules.test.ts') || isKafka(path) || path.startsWith(ONLY_MANY) || path.endsWith('.browser.test.ts');
  return { name: 'mysql', cwd: root, config: SERVER_CONFIG, database: 'mysql', column: USUAL, holds: (path) => path.endsWith('.mysql.test.ts') || !isApart(path) };
}

/**
 * Events over Kafka: what needs a broker, and with `isWhole` what holds over every bus. With `isAll` every test of servers.
 * @param {string} root
 * @param {{ isWhole: boolean, isAll: boolean }} which
 * @returns {Lane}
 */
export function kafkaLane(root, { isWhole, isAll }) {
  const isServer = (/** @type {string} */ path) => !path.startsWith('web/') && !path.endsWith('.browser.test.ts') && !path.endsWith('.mysql.test.ts') && !path.startsWith(ONLY_MANY);
  return { name: 'kafka', cwd: root, config: SERVER_CONFIG, database: 'mariadb', column: USUAL, holds: (path) => isKafka(path) || (isWhole && OVER_THE_BUS.includes(path)) || (isAll && isServer(path)) };
}

/**
 * Every test file, as a path from the root, that contains one of the words; all when there are none.
 * @param {string} root
 * @param {string[]} words
 * @returns {string[]}
 */
export function testFiles(root, words) {
  /** @type {(folder: string) => string[]} */
  const walk = (folder) => readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return walk(path);
    return /\.test\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
  return walk('').filter((path) => words.length === 0 || words.some((word) => path.includes(word.replace(/^\.\//, ''))));
}

/**
 * What one run of the runner said of its files, as far as it counts here.
 * @typedef {{ name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }} FileResult
 */

/** More files than this that fail at once are no accident. */
const AGAIN_MAX = 4;
/** How much of a failure is said once more at the end. */
const FAILURE_CHARS = 1_500;

/**
 * Runs some files of a lane and counts. A file that can't even be loaded, and a runner that fails
 * although every test passed, count as one failure each.
 *
 * With `isPatient` the few files that failed are tried once more, alone, since a machine that others use may stand still
 * for longer than a test waits. What passes only then is counted as passed and named in `unsteady`, to be looked into.
 * @param {{ root: string, lane: Lane, files: string[], flags: string[], env: Record<string, string>, isPatient?: boolean }} options
 * @returns {Promise<Counts>}
 */
export async function runLane({ root, lane, files, flags, env, isPatient = false }) {
  const runner = { root, lane, flags, env };
  const first = await runFiles(runner, files.map((file) => join(root, file)));
  const broken = first.results.filter((file) => file.status === 'failed');
  if (!isPatient || broken.length === 0 || broken.length > AGAIN_MAX) return withExit(count(first.results, lane.name), first.code, lane.name);
  const names = broken.map((file) => file.name);
  console.log(`\ntrying once more, alone: ${names.join(' ')}\n`);
  const second = await runFiles(runner, names);
  const again = new Map(second.results.map((file) => [file.name, file]));
  const counts = count(first.results.map((file) => again.get(file.name) ?? file), lane.name);
  const still = new Set(second.results.flatMap(failuresIn).map(({ what }) => what));
  counts.unsteady = broken.flatMap(failuresIn).filter(({ what }) => !still.has(what)).map(({ what, why }) => `${lane.name}: ${what}: ${why}`);
  return withExit(counts, second.code, lane.name);
}

/**
 * @param {{ root: string, lane: Lane, flags: string[], env: Record<string, string> }} runner
 * @param {string[]} paths
 * @returns {Promise<{ code: number, results: FileResult[] }>}
 */
async function runFiles({ root, lane, flags, env }, paths) {
  const folder = mkdtempSync(join(tmpdir(), 'careline-tests-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', lane.config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...flags, ...paths];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: lane.cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
  const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
  rmSync(folder, { recursive: true, force: true });
  return { code, results };
}

/**
 * @param {Counts} counts
 * @param {number} code
 * @param {string} lane
 * @returns {Counts}
 */
function withExit(counts, code, lane) {
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`${lane}: ended with exit code ${code} although no test failed`] };
}

/**
 * @param {FileResult[]} results
 * @param {string} lane
 * @returns {Counts}
 */
function count(results, lane) {
  const failures = results.flatMap(failuresIn).map(({ what, why }) => `${lane}: ${what}: ${why}`);
  const statuses = results.flatMap((file) => file.assertionResults.map((test) => test.status));
  const passed = statuses.filter((status) => status === 'passed').length;
  return { passed, failed: failures.length, skipped: statuses.filter((status) => status !== 'passed' && status !== 'failed').length, failures, unsteady: [], skips: [] };
}

/**
 * The tests of a file that failed; the file itself when it failed and none of its tests did, as when it can't be loaded.
 * @param {FileResult} file
 */
function failuresIn({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed').map((test) => ({ what: `${name}: ${test.fullName}`, why: brief(test.failureMessages[0]) }));
  return failed.length > 0 || status !== 'failed' ? failed : [{ what: name, why: brief(message) }];
}

/** What was wrong, without where in the code. @param {string | undefined} message */
const brief = (message) => (message ?? '').split(/\n\s+at /)[0].slice(0, FAILURE_CHARS);
