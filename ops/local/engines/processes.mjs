import { readdirSync, readFileSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/**
 * For glibc: freed memory in two places instead of eight for each core, of which every thread keeps some.
 * Nothing of ours allocates from many threads at once.
 */
export const FEW_ARENAS = { MALLOC_ARENA_MAX: '2' };

const hasProc = process.platform === 'linux';

/**
 * What tells one process from a later one with the same pid: the kernel's start time.
 * Null when the process is gone. A zombie counts as gone: where pid 1 does not reap,
 * a killed engine keeps its pid and start time for ever.
 * @param {number} pid
 * @returns {string | null}
 */
export function startTimeOf(pid) {
  try {
    if (!hasProc) return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name stands in brackets and may hold spaces, so fields are counted after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/**
 * A process as we remember it over our own death.
 * @typedef {{ pid: number, startTime: string }} ProcessMark
 */

/**
 * @param {number} pid
 * @returns {ProcessMark | null}
 */
export function markOf(pid) {
  const startTime = startTimeOf(pid);
  return startTime === null ? null : { pid, startTime };
}

/**
 * @param {ProcessMark | null | undefined} mark
 * @returns {boolean}
 */
export function isAlive(mark) {
  return Boolean(mark) && startTimeOf(/** @type {ProcessMark} */ (mark).pid) === /** @type {ProcessMark} */ (mark).startTime;
}

/**
 * Our own processes whose command line carries `word` inside one of its arguments. This finds
 * an engine that outlived a killed parent without any state file that could be missing or stale.
 * @param {string} word
 * @returns {ProcessMark[]}
 */
export function processesNaming(word) {
  return (hasProc ? listProc() : listPs())
    .filter(({ pid, command }) => pid !== process.pid && command.includes(word))
    .flatMap(({ pid }) => markOf(pid) ?? []);
}

/** @returns {{ pid: number, command: string }[]} */
function listProc() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      if (statSync(`/proc/${name}`).uid !== process.getuid?.()) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return [];
    }
  });
}

/** @returns {{ pid: number, command: string }[]} */
function listPs() {
  const out = execFileSync('ps', ['-U', String(process.getuid?.()), '-o', 'pid=,command='], { encoding: 'utf8' });
  return out.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(.*)$/.exec(line);
    return found ? [{ pid: Number(found[1]), command: String(found[2]) }] : [];
  });
}

/**
 * Asks a process to end and waits for it; kills it when `patienceMs` has passed.
 * @param {ProcessMark | null | undefined} mark
 * @param {number} patienceMs
 * @returns {Promise<void>}
 */
export async function endProcess(mark, patienceMs) {
  if (!mark || !isAlive(mark)) return;
  signal(mark, 'SIGTERM');
  const killAt = Date.now() + patienceMs;
  let isKilled = false;
  while (isAlive(mark)) {
    await pause(20);
    if (!isKilled && Date.now() > killAt) {
      signal(mark, 'SIGKILL');
      isKilled = true;
    }
  }
}

/**
 * @param {ProcessMark} mark
 * @param {NodeJS.Signals} name
 */
export function signal(mark, name) {
  try {
    if (isAlive(mark)) process.kill(mark.pid, name);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
