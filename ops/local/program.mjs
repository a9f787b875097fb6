import { spawn } from 'node:child_process';

/** Said again after this long, so that nobody takes a slow step for a hanging one. */
const STILL_EVERY_MS = 5_000;
const TAIL_LINES = 12;

/**
 * Prints progress with the seconds since the command was given.
 * @returns {{ say: (text: string) => void, seconds: () => number }}
 */
export function createProgress() {
  const seconds = () => performance.now() / 1000;
  return { seconds, say: (text) => process.stdout.write(`${`[${seconds().toFixed(1)} s]`.padStart(9)} ${text}\n`) };
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Asks every program that still runs to end, but for those that must not be cut off. */
export function endPrograms() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a program to its end and returns what it printed. Says that it began, and every few seconds
 * that it still runs. Throws with the last lines it printed when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ say?: (text: string) => void, title?: string, env?: Record<string, string>, cwd?: string, input?: string | Buffer, isQuiet?: boolean, isWhole?: boolean, tailLines?: number }} [options]
 * `isWhole`: never cut off, neither by Ctrl-C nor by endPrograms (a package manager would be left broken).
 * @returns {Promise<string>}
 */
export function runProgram(program, args, { say = () => {}, title = program, env = {}, cwd, input, isQuiet = false, isWhole = false, tailLines = TAIL_LINES } = {}) {
  if (!isQuiet) say(title);
  const began = Date.now();
  const still = setInterval(() => say(`${title} … ${Math.round((Date.now() - began) / 1000)} s`), STILL_EVERY_MS);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: isWhole });
    if (!isWhole) running.add(child);
    /** @type {Buffer[]} */
    const printed = [];
    const keep = (/** @type {Buffer} */ chunk) => printed.push(chunk);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (error) => finish(() => reject(new Error(`${title}: ${error.message}`))));
    child.on('close', (code, signal) => finish(() => {
      const text = Buffer.concat(printed).toString('utf8');
      if (code === 0) resolve(text);
      else reject(new Error(`${title} failed (${signal ?? `exit code ${code}`}):\n${text.trimEnd().split('\n').slice(-tailLines).map((l) => `    ${l}`).join('\n')}`));
    }));
    const finish = (/** @type {() => void} */ then) => {
      clearInterval(still);
      running.delete(child);
      then();
    };
  });
}
