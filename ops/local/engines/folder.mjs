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
    for (let tries = 0; tries < 50; tries += 1) {
      if (linkExclusively(mine, file)) {
        // Whoever took over the same dead owner at this moment may have moved our file away.
        await pause(50);
        if (readJson(file)?.pid === process.pid) return () => release(file);
      }
      const owner = readJson(file);
      if (owner && isAlive(owner)) throw new FolderInUse(folder, owner.pid);
      moveAwayStale(file, mine);
      await pause(10 + Math.random() * 20);
    }
    throw new Error(`The data folder ${folder} could not be locked: ${file} keeps changing.`);
  } finally {
    rmSync(mine, { force: true });
  }
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
 * @param {string} file
 * @param {string} mine
 */
function moveAwayStale(file, mine) {
  const aside = `${mine}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  // Between reading and moving, a living process may have taken the folder: give it back.
  if (isAlive(readJson(aside))) linkExclusively(aside, file);
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
