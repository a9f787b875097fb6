import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, markOf, pause } from './processes.mjs';

/** The kernel allows 107 bytes for the path of a socket; the longest name we put into the folder has 12. */
const SOCKET_FOLDER_MAX = 90;

/** The data folder belongs to another running Careline. */
export class FolderInUse extends Error {
  /**
   * @param {string} folder
   * @param {number} pid
   */
  constructor(folder, pid) {
    super(`The data folder ${folder} is in use by another Careline (process ${pid}). Stop that one first, or set DATA_DIR to another folder.`);
    this.name = 'FolderInUse';
    this.pid = pid;
  }
}

/** @param {string} folder */
const ownerFile = (folder) => join(folder, 'owner.json');

/**
 * The running process that owns the data folder, or null.
 * @param {string} folder
 * @returns {import('./processes.mjs').ProcessMark | null}
 */
export function ownerOf(folder) {
  const owner = readJson(ownerFile(folder));
  return isAlive(owner) ? owner : null;
}

/**
 * Takes the data folder for this process; of several callers exactly one wins, the others get FolderInUse.
 * What a dead owner left behind is taken over. Returns the function that gives the folder back.
 * @param {string} folder
 * @returns {Promise<() => void>}
 */
export async function takeFolder(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = ownerFile(folder);
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(markOf(process.pid)), { mode: 0o600 });
  try {
    await alone(`${file}.taking`, mine, () => {
      const owner = readJson(file);
      if (isAlive(owner)) throw new FolderInUse(folder, owner.pid);
      renameSync(mine, file);
    });
  } finally {
    rmSync(mine, { force: true });
  }
  return () => release(file);
}

/**
 * Runs `act` while no other process does. Looking at the owner and replacing it must be one step:
 * two starters that both saw a dead owner would otherwise both take its place.
 * @param {string} gate
 * @param {string} mine a file with our mark
 * @param {() => void} act takes no time, so that waiting is short
 */
async function alone(gate, mine, act) {
  for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt; await pause(5 + Math.random() * 10)) {
    if (linkExclusively(mine, gate)) {
      try {
        return act();
      } finally {
        rmSync(gate, { force: true });
      }
    }
    if (!isAlive(readJson(gate))) clearGate(gate, `${mine}.gate`);
  }
  throw new Error(`${gate} is held by another process. Try again, or delete that file.`);
}

/**
 * @param {string} from
 * @param {string} to
 */
function linkExclusively(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes what a process killed inside the gate left behind.
 * @param {string} gate
 * @param {string} aside
 */
function clearGate(gate, aside) {
  try {
    renameSync(gate, aside);
  } catch {
    return;
  }
  // Between looking and moving, a living process may have come in: let it keep the gate.
  if (isAlive(readJson(aside))) linkExclusively(aside, gate);
  rmSync(aside, { force: true });
}

/** @param {string} file */
function release(file) {
  if (readJson(file)?.pid === process.pid) rmSync(file, { force: true });
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Where the sockets of the engines of this folder stand. A long path gets a short one in the
 * temporary folder, named by its hash, readable by its owner alone.
 * @param {string} engineFolder
 * @returns {string}
 */
export function socketFolder(engineFolder) {
  const near = join(engineFolder, 'run');
  const hash = createHash('sha256').update(engineFolder).digest('hex').slice(0, 12);
  const folder = Buffer.byteLength(near) <= SOCKET_FOLDER_MAX ? near : join(tmpdir(), `careline-${process.getuid?.() ?? 0}-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const facts = lstatSync(folder);
  // In a temporary folder anybody could have made this name first, to read what we say to the engines.
  if (!facts.isDirectory() || (process.getuid && facts.uid !== process.getuid())) throw new Error(`${folder} belongs to someone else. Set DATA_DIR to a folder with a shorter path.`);
  chmodSync(folder, 0o700);
  return folder;
}

/**
 * The password of the database's root account, made once, readable by the owner alone.
 * @param {string} engineFolder
 * @returns {string}
 */
export function rootPassword(engineFolder) {
  const file = join(engineFolder, 'secret');
  if (!existsSync(file)) {
    if (existsSync(join(engineFolder, 'mariadb', 'READY'))) throw new Error(`${file} is missing: it holds the password of the database beside it. Restore it from a backup, or start afresh with npm run reset.`);
    // Written aside and renamed, so that a kill can't leave an empty password behind.
    writeFileSync(`${file}.new`, randomBytes(24).toString('hex'), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8').trim();
}
