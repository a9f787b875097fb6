import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.mjs';
import { ownerOf, stopLeftEngines } from './engines.mjs';
import { readSettings } from './settings.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** Deletes the data folder after a yes; `--yes` answers it beforehand. */
async function main() {
  const { flags } = readArguments('Usage: npm run reset -- [--yes]. Deletes the data folder (DATA_DIR) with every conversation, file and key in it; --yes does not ask first.', { flags: ['--yes'] });
  const { dataFolder } = readSettings(process.env, root);
  if (!existsSync(dataFolder)) return console.log(`There is no data folder at ${dataFolder}.`);
  const owner = ownerOf(dataFolder);
  if (owner) throw new Error(`Careline is running on ${dataFolder} (process ${owner.pid}). Stop it first.`);
  if (!flags.includes('--yes') && !(await isConfirmed(dataFolder))) return console.log('Nothing was deleted.');
  const stopped = await stopLeftEngines(dataFolder);
  rmSync(dataFolder, { recursive: true, force: true });
  console.log(`Deleted ${dataFolder}.${stopped ? ` ${stopped} engines that still ran were stopped first.` : ''}`);
}

/** @param {string} dataFolder */
async function isConfirmed(dataFolder) {
  if (!process.stdin.isTTY) throw new Error('This deletes every conversation, file and key of the installation. Run: npm run reset -- --yes');
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`Delete ${dataFolder} with every conversation, file and key in it? Type "delete": `);
  prompt.close();
  return answer.trim() === 'delete';
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
