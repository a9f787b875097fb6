import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isHelpAsked } from './arguments.mjs';
import { NoBrowser, provideBrowser } from './browser.mjs';
import { ensureInstalled, runNpm } from './install.mjs';
import { NoKafka } from './engines/kafka-packages.mjs';
import { NoMysql } from './engines/mysql-packages.mjs';
import { kafkaLane, lanesOf, mysqlLane, readColumn, runLane, testFiles } from './lanes.mjs';
import { createProgress } from './program.mjs';
import { requireNode } from './settings.mjs';
import { busAsked, engineAsked, withThrowawayEngines, withThrowawayKafka } from './throwaway.mjs';
import { ensureWebBuilt } from './web.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const { say } = createProgress();
const words = process.argv.slice(2).filter((a) => !a.startsWith('-'));
const flags = process.argv.slice(2).filter((a) => a.startsWith('-'));

/** @type {import('./lanes.mjs').Column | null} */
let given = null;

/**
 * What a lane needs besides the engines. Throws with the reason why it can't run here.
 * @param {import('./lanes.mjs').Lane} lane
 * @returns {Promise<Record<string, string>>}
 */
async function prepare(lane) {
  if (lane.name === 'web') await runNpm(root, ['run', 'generate', '-w', '@careline/web'], { say, title: 'generating the types of the web operations' });
  if (lane.name !== 'browser') return {};
  const env = await provideBrowser(say);
  await ensureWebBuilt(root, say);
  return env;
}

/**
 * @param {import('./lanes.mjs').Lane} lane
 * @param {string[]} files
 * @param {Record<string, string>} engines
 * @returns {Promise<import('./lanes.mjs').Counts>}
 */
async function run(lane, files, engines) {
  say(`${lane.name} tests: ${files.length} files${lane.name === 'web' ? '' : `, ${inWords(lane.column)}`}`);
  // A run without a column lets the gateway's own tests go through all of them.
  const column = given || lane.name === 'networked' ? lane.column : {};
  const runIn = (/** @type {Record<string, string>} */ env) => runLane({ root, lane, files, flags, env: { ...engines, ...env, ...column }, isPatient: words.length === 0 });
  try {
    if (!existsSync(join(lane.cwd, lane.config))) throw new Error(`${lane.config} is missing`);
    return await (lane.name === 'kafka' ? withThrowawayKafka(say, runIn) : runIn(await prepare(lane)));
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    if (error instanceof NoBrowser || error instanceof NoKafka) return skip([{ lane, files }], message);
    return { ...NONE, failed: 1, failures: [`${lane.name}: could not run: ${message}`] };
  }
}

/** From so many files on, they hand their databases on to each other (`kit/testing/kept-databases.ts`). */
const MANY_FILES = 12;

/** @type {import('./lanes.mjs').Counts} */
const NONE = { passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [], skips: [] };

/**
 * Lanes that can't run here, each of their files counted as skipped.
 * @param {{ lane: import('./lanes.mjs').Lane, files: string[] }[]} lanes
 * @param {string} why
 * @returns {import('./lanes.mjs').Counts}
 */
function skip(lanes, why) {
  const skips = [`${lanes.map(({ lane }) => lane.name).join(' and ')} tests: ${why}`];
  return { ...NONE, skipped: lanes.reduce((sum, { files }) => sum + files.length, 0), skips };
}

/** @param {import('./lanes.mjs').Column} column */
function inWords({ SHAPE, PLANNER }) {
  return `${SHAPE === 'one' ? 'one process' : 'many processes'}, ${PLANNER === 'js' ? 'JS' : 'Rust'} planner`;
}

/**
 * A whole run is on MariaDB and then, all that speaks to a database, on MySQL; what the bus promises is tried over Kafka too.
 * TEST_ENGINE chooses one database, TEST_BUS=kafka that bus; chosen files, a chosen column, and engines of your own, are tried once.
 */
function chooseLanes() {
  const asked = engineAsked();
  const isWhole = !asked && !given && words.length === 0 && !process.env.TEST_DATABASE_URL;
  const isKafka = busAsked() === 'kafka';
  const usual = isKafka ? [] : lanesOf(root, asked ?? 'mariadb', given, words.length === 0);
  const lanes = [...usual, ...(asked === 'mysql' || given ? [] : [kafkaLane(root, { isWhole, isAll: isKafka })]), ...(isWhole && !isKafka ? [mysqlLane(root)] : [])];
  const files = testFiles(root, words);
  return lanes.map((lane) => ({ lane, files: files.filter(lane.holds) })).filter((l) => l.files.length > 0);
}

/**
 * Runs what is chosen, the lanes of one database after the other on the same engines.
 * @param {ReturnType<typeof chooseLanes>} chosen
 * @param {(counts: import('./lanes.mjs').Counts) => void} count
 */
async function runLanes(chosen, count) {
  const all = async (/** @type {typeof chosen} */ some, /** @type {Record<string, string>} */ engines) => {
    for (const { lane, files } of some) count(await run(lane, files, engines));
  };
  await all(chosen.filter(({ lane }) => lane.database === null), {});
  for (const database of /** @type {const} */ (['mariadb', 'mysql'])) {
    const some = chosen.filter(({ lane }) => lane.database === database);
    if (some.length === 0) continue;
    try {
      const keeps = !process.env.TEST_DATABASE_URL && some.reduce((sum, { files }) => sum + files.length, 0) >= MANY_FILES;
      await withThrowawayEngines({ say, isFast: true, database }, (engines) => all(some, { ...engines, ...(keeps && { TEST_DATABASES: 'kept' }) }));
    } catch (error) {
      if (!(error instanceof NoMysql)) throw error;
      count(skip(some, `there is no MySQL here: ${error.message}`));
    }
  }
}

async function main() {
  if (isHelpAsked(flags)) return console.log('Usage: npm test -- [PART OF A PATH...]. Runs the files that match, all without one; ops/README.md says on which engines. Flags go to vitest.');
  requireNode();
  given = readColumn(process.env);
  const chosen = chooseLanes();
  if (chosen.length === 0) throw new Error(`No test file matches ${words.join(' ')}.`);
  await ensureInstalled(root, say);
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const remarks = [];
  await runLanes(chosen, (counts) => {
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[key] += counts[key];
    remarks.push(...counts.skips.map((s) => `skipped: ${s}`), ...counts.unsteady.map((u) => `passed only when tried once more: ${u}`), ...counts.failures.map((f) => `failed ${f}`));
  });
  // At the end, where somebody who sees only the end of a long log looks.
  for (const remark of remarks) console.log(remark.replaceAll(`${root}/`, ''));
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

main().catch((error) => {
  console.error(error.message);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
});
