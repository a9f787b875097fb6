import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoBrowser, provideBrowser } from './browser.mjs';
import { ensureInstalled, runNpm } from './install.mjs';
import { lanesOf, runLane, testFiles } from './lanes.mjs';
import { createProgress } from './program.mjs';
import { requireNode } from './settings.mjs';
import { withThrowawayEngines } from './throwaway.mjs';
import { ensureWebBuilt } from './web.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const { say } = createProgress();
const words = process.argv.slice(2).filter((a) => !a.startsWith('-'));
const flags = process.argv.slice(2).filter((a) => a.startsWith('-'));

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
  say(`${lane.name} tests: ${files.length} files`);
  let env;
  try {
    if (!existsSync(join(lane.cwd, lane.config))) throw new Error(`${lane.config} is missing`);
    env = await prepare(lane);
  } catch (error) {
    const isSkip = error instanceof NoBrowser;
    console.error(`\nThe ${lane.name} tests ${isSkip ? 'are skipped' : 'could not run'}: ${/** @type {Error} */ (error).message}\n`);
    return { passed: 0, failed: isSkip ? 0 : 1, skipped: isSkip ? files.length : 0 };
  }
  return runLane({ root, lane, files, flags, env: { ...engines, ...env } });
}

async function main() {
  requireNode();
  const files = testFiles(root, words);
  const lanes = lanesOf(root).map((lane) => ({ lane, files: files.filter(lane.holds) })).filter((l) => l.files.length > 0);
  if (lanes.length === 0) throw new Error(`No test file matches ${words.join(' ')}.`);
  await ensureInstalled(root, say);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const add = async (/** @type {Record<string, string>} */ engines) => {
    for (const { lane, files: some } of lanes) {
      const counts = await run(lane, some, engines);
      for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[key] += counts[key];
    }
  };
  if (lanes.every(({ lane }) => lane.name === 'web')) await add({});
  else await withThrowawayEngines({ say, isFast: true }, add);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

main().catch((error) => {
  console.error(error.message);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
});
