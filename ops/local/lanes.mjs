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
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts `failures`: which, a line each
 */

const SERVER_CONFIG = 'ops/checks/vitest.server.ts';

/**
 * The shape and the planner that tests run with.
 * @typedef {{ SHAPE: 'one' | 'many', PLANNER: 'rust' | 'js' }} Column
 */

const NOT_OURS = new Set(['node_modules', 'dist', 'gql', '.data', '.git', '.turbo', 'coverage']);
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
  const isServer = (/** @type {string} */ path) => !path.startsWith('web/') && !isBrowser(path) && (database === 'mysql' || !path.endsWith('.mysql.test.ts'));
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
 * All that speaks to a database, once more on MySQL. The starter brings MariaDB by itself, and
 * checks and contracts know no database.
 * @param {string} root
 * @returns {Lane}
 */
export function mysqlLane(root) {
  const isApart = (/** @type {string} */ path) => /^(web\/|schema\/|ops\/checks\/|ops\/local\/(engines|start)\b)/.test(path) || path.startsWith(ONLY_MANY) || path.endsWith('.browser.test.ts');
  return { name: 'mysql', cwd: root, config: SERVER_CONFIG, database: 'mysql', column: USUAL, holds: (path) => path.endsWith('.mysql.test.ts') || !isApart(path) };
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
 * Runs some files of a lane and counts. A file that can't even be loaded, and a runner that fails
 * although every test passed, count as one failure each.
 * @param {{ root: string, lane: Lane, files: string[], flags: string[], env: Record<string, string> }} options
 * @returns {Promise<Counts>}
 */
export async function runLane({ root, lane, files, flags, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'careline-tests-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const paths = files.map((f) => join(root, f));
  const args = [vitest, 'run', '--config', lane.config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...flags, ...paths];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: lane.cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
  const counts = existsSync(report) ? countReport(JSON.parse(readFileSync(report, 'utf8')), lane.name) : { passed: 0, failed: 0, skipped: 0, failures: [] };
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0 && counts.failed === 0) {
    counts.failures.push(`${lane.name}: ended with exit code ${code} although no test failed`);
    counts.failed = 1;
  }
  return counts;
}

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number, testResults: { name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[] }} report
 * @param {string} lane
 * @returns {Counts}
 */
function countReport(report, lane) {
  const broken = report.testResults.filter((file) => file.status === 'failed');
  const unloadable = broken.filter((file) => file.assertionResults.length === 0);
  const firstLine = (/** @type {string | undefined} */ text) => (text ?? '').split('\n')[0];
  const failures = broken.flatMap((file) => file.assertionResults.length === 0
    ? [`${lane}: ${file.name}: ${firstLine(file.message)}`]
    : file.assertionResults.filter((test) => test.status === 'failed').map((test) => `${lane}: ${file.name}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`));
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable.length, skipped: report.numPendingTests + (report.numTodoTests ?? 0), failures };
}
