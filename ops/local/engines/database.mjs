import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from './answers.mjs';
import { endProcess, processesNaming } from './processes.mjs';

/**
 * For temporary tables. Never the machine's own: each server that starts deletes there what others have open.
 * @param {string} engineFolder
 */
export const temporaryFolder = (engineFolder) => join(engineFolder, 'tmp');

/**
 * Makes a database's data folder when there is none yet. It grows under another name and is renamed
 * when whole, so that a kill halfway leaves nothing that looks finished.
 * @param {{ engineFolder: string, name: string, version: string, fill: (half: string) => Promise<unknown> }} options
 * `fill` gets the empty folder.
 */
export async function makeDataFolder({ engineFolder, name, version, fill }) {
  const dataFolder = join(engineFolder, name);
  mkdirSync(temporaryFolder(engineFolder), { recursive: true, mode: 0o700 });
  await clearHalfMade(engineFolder, name);
  if (existsSync(join(dataFolder, 'READY'))) return;
  if (existsSync(dataFolder)) throw new Error(`${dataFolder} holds something that Careline did not finish making. Move it away, or start afresh with npm run reset.`);
  const half = join(engineFolder, `${name}.init-${process.pid}`);
  mkdirSync(half, { mode: 0o700 });
  await fill(half);
  writeFileSync(join(half, 'READY'), `${version}\n`);
  renameSync(half, dataFolder);
}

/**
 * @param {string} engineFolder
 * @param {string} name
 */
async function clearHalfMade(engineFolder, name) {
  for (const left of readdirSync(engineFolder).filter((n) => n.startsWith(`${name}.init-`))) {
    const half = join(engineFolder, left);
    await Promise.all(processesNaming(`--datadir=${half}`).map((mark) => endProcess(mark, 0)));
    rmSync(half, { recursive: true, force: true });
  }
}

/**
 * Whether the server greets: it does so only when recovery is over and it takes queries.
 * @param {string} socket
 */
export const isDatabaseReady = (socket) => answers(socket, null, (greeting) => greeting.length > 4);
