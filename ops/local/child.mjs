import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from './engines/processes.mjs';

const LOG_MAX_BYTES = 20 * 1024 * 1024;
const TAIL_LINES = 25;
const DRAIN_WITHIN_MS = 20_000;
const BACKOFF_MAX_MS = 10_000;
const CALM_AFTER_MS = 60_000;
/** pino's number for "error". */
const LEVEL_ERROR = 50;

/**
 * @typedef {object} ChildSpec
 * @property {string} name api, worker
 * @property {string[]} args for node
 * @property {Record<string, string>} env
 * @property {string} root
 * @property {string} dataFolder
 * @property {(text: string) => void} say
 */

/** One of our two processes: its log in a file, its errors on the screen, started again when it crashes. */
export class Child {
  /** @param {ChildSpec} spec */
  constructor(spec) {
    this.spec = spec;
    this.isStopping = false;
    this.wasReady = false;
    this.backoff = 250;
    this.lastComplaint = '';
    this.complainedAt = 0;
    /** @type {string[]} */
    this.tail = [];
    /** @type {import('node:child_process').ChildProcess | null} */
    this.process = null;
    /** @type {Promise<void>} */
    this.gone = Promise.resolve();
    const folder = join(spec.dataFolder, 'logs');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.logFile = join(folder, `${spec.name}.log`);
    if (existsSync(this.logFile) && statSync(this.logFile).size > LOG_MAX_BYTES) renameSync(this.logFile, `${this.logFile}.1`);
    this.log = createWriteStream(this.logFile, { flags: 'a', mode: 0o600 });
  }

  /**
   * Starts the process; resolves with what it said when ready. A process that ends before it ever was
   * ready is not tried again: something must be mended first, and its last lines tell what.
   * @returns {Promise<Record<string, unknown>>}
   */
  start() {
    return new Promise((resolve, reject) => {
      this.launch(resolve, (why) => reject(new Error(`${this.spec.name} could not start (${why}).\n${this.tail.map((l) => `    ${l}`).join('\n')}\n  All of it: ${this.logFile}`)));
    });
  }

  /**
   * @param {(ready: Record<string, unknown>) => void} onReady
   * @param {(why: string) => void} onFailed
   */
  launch(onReady, onFailed) {
    const { args, env, root } = this.spec;
    // A group of its own: Ctrl-C reaches the starter alone, which then ends everything in order.
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
    this.process = child;
    const began = Date.now();
    for (const stream of [child.stdout, child.stderr]) this.follow(/** @type {import('node:stream').Readable} */ (stream));
    child.on('message', (message) => {
      const said = /** @type {Record<string, unknown>} */ (message);
      if (said?.type === 'progress') this.spec.say(String(said.text));
      if (said?.type !== 'ready') return;
      if (this.wasReady) this.spec.say(`${this.spec.name} is back`);
      this.wasReady = true;
      onReady(said);
    });
    this.gone = new Promise((resolve) => {
      child.on('close', async (code, signal) => {
        resolve();
        if (this.isStopping) return;
        if (!this.wasReady) return onFailed(signal ?? `exit code ${code}`);
        await this.restart(signal ?? `exit code ${code}`, Date.now() - began);
      });
    });
    child.on('error', (error) => onFailed(error.message));
  }

  /**
   * @param {string} why
   * @param {number} upMs
   */
  async restart(why, upMs) {
    if (upMs > CALM_AFTER_MS) this.backoff = 250;
    this.spec.say(`${this.spec.name} ended unexpectedly (${why}); starting it again. Its log: ${this.logFile}`);
    await pause(this.backoff);
    this.backoff = Math.min(this.backoff * 2, BACKOFF_MAX_MS);
    if (!this.isStopping) this.launch(() => {}, () => {});
  }

  /** @param {import('node:stream').Readable} stream */
  follow(stream) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ text) => {
      this.log.write(text);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.hear(line);
    });
    stream.on('end', () => rest && this.hear(rest));
  }

  /** @param {string} line */
  hear(line) {
    const entry = line.startsWith('{') ? parse(line) : null;
    const text = entry ? String(entry.msg ?? '') + (entry.err?.message ? `: ${entry.err.message}` : '') : line;
    this.tail = [...this.tail, text].slice(-TAIL_LINES);
    if (entry?.setUpCode) this.spec.say(`${text} Set-up code: ${entry.setUpCode}`);
    else if (entry && entry.level >= LEVEL_ERROR && this.wasReady) this.complain(text.split('\n')[0] ?? '');
  }

  /**
   * Puts an error on the screen, the same one at most every ten seconds; all of them are in the log.
   * @param {string} text
   */
  complain(text) {
    const isRepeated = text === this.lastComplaint && Date.now() - this.complainedAt < 10_000;
    if (isRepeated) return;
    this.lastComplaint = text;
    this.complainedAt = Date.now();
    this.spec.say(`${this.spec.name}: ${text}`);
  }

  /** Lets the process finish what is under way; kills it when that takes too long. */
  async stop() {
    this.isStopping = true;
    const child = this.process;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), DRAIN_WITHIN_MS);
      await this.gone;
      clearTimeout(killer);
    }
    await new Promise((resolve) => this.log.end(() => resolve(undefined)));
  }

  /** Ends it at once. */
  kill() {
    this.process?.kill('SIGKILL');
  }
}

/** @param {string} line */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
