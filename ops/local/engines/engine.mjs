import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { endProcess, FEW_ARENAS, isAlive, markOf, pause, processesNaming } from './processes.mjs';

/** Longer than any recovery we have seen; a server that still reads its log is not a failure. */
const READY_WITHIN_MS = 10 * 60_000;
const STOP_WITHIN_MS = 60_000;
const LOG_MAX_BYTES = 20 * 1024 * 1024;
const WATCH_EVERY_MS = 250;
const BACKOFF_MAX_MS = 10_000;
const CALM_AFTER_MS = 60_000;

/**
 * @typedef {object} EngineSpec
 * @property {string} name what people read: MariaDB, Redis
 * @property {import('./binaries.mjs').Binary} binary
 * @property {string[]} args
 * @property {string} socket its path stands in the command line, which is how a survivor is recognised
 * @property {string} logFile
 * @property {(socket: string) => Promise<boolean>} isReady
 * @property {(text: string) => void} say
 */

/** One engine as a running process: started or adopted, watched, started again when it dies. */
export class Engine {
  /** @param {EngineSpec} spec */
  constructor(spec) {
    this.spec = spec;
    /** @type {import('./processes.mjs').ProcessMark | null} */
    this.mark = null;
    this.isStopping = false;
    /** @type {Promise<void> | null} */
    this.watch = null;
  }

  /** Adopts what still runs from a killed parent, else starts it; returns when it takes queries. */
  async start() {
    const { name, say } = this.spec;
    const survivor = processesNaming(this.spec.socket)[0];
    if (survivor) {
      this.mark = survivor;
      say(`${name} still runs (process ${survivor.pid}); using it`);
    } else {
      this.launch();
    }
    await this.untilReady();
    this.watch = this.keepAlive();
  }

  launch() {
    const { binary, args, logFile, name } = this.spec;
    if (existsSync(logFile) && statSync(logFile).size > LOG_MAX_BYTES) renameSync(logFile, `${logFile}.1`);
    const log = openSync(logFile, 'a', 0o600);
    // A group of its own: Ctrl-C in the terminal must reach us first and the engines last.
    const child = spawn(binary.path, args, { argv0: binary.argv0, env: { ...process.env, ...FEW_ARENAS, ...binary.env }, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    child.on('error', () => {});
    child.unref();
    this.mark = child.pid ? markOf(child.pid) : null;
    if (!this.mark) throw new Error(`${name} (${binary.path}) could not be started.${this.logTail()}`);
  }

  async untilReady() {
    const { name, say, isReady, socket } = this.spec;
    const began = Date.now();
    let saidAt = began;
    while (!(await isReady(socket))) {
      if (!isAlive(this.mark)) throw new Error(`${name} ended while it was starting.${this.logTail()}`);
      if (Date.now() - began > READY_WITHIN_MS) throw new Error(`${name} did not become ready.${this.logTail()}`);
      if (Date.now() - saidAt > 5_000) {
        say(`${name} is recovering … ${Math.round((Date.now() - began) / 1000)} s`);
        saidAt = Date.now();
      }
      await pause(15);
    }
  }

  async keepAlive() {
    let backoff = 100;
    let upSince = Date.now();
    while (!this.isStopping) {
      await pause(WATCH_EVERY_MS);
      if (this.isStopping || isAlive(this.mark)) continue;
      if (Date.now() - upSince > CALM_AFTER_MS) backoff = 100;
      this.spec.say(`${this.spec.name} ended unexpectedly; starting it again`);
      await pause(backoff);
      backoff = Math.min(backoff * 2, BACKOFF_MAX_MS);
      if (this.isStopping) return;
      try {
        this.launch();
        await this.untilReady();
        upSince = Date.now();
        this.spec.say(`${this.spec.name} is back`);
      } catch (error) {
        if (!this.isStopping) this.spec.say(/** @type {Error} */ (error).message);
      }
    }
  }

  async stop() {
    this.isStopping = true;
    await endProcess(this.mark, STOP_WITHIN_MS);
    await this.watch;
    // It may have been started anew at the very moment of stopping.
    await endProcess(this.mark, STOP_WITHIN_MS);
  }

  logTail() {
    const { logFile } = this.spec;
    if (!existsSync(logFile)) return '';
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8);
    return ` The end of ${logFile}:\n${lines.map((l) => `    ${l}`).join('\n')}`;
  }
}
