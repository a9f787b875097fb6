import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isHelpAsked } from './arguments.mjs';
import { ensureInstalled } from './install.mjs';
import { requireNode } from './settings.mjs';
import { withThrowawayEngines } from './throwaway.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const [kind = '', name = '', ...rest] = process.argv.slice(2);

/** Those that kill their engines, or run commands that start some: they bring their own. */
const BRING_THEIR_OWN = ['prove ledger', 'prove columns', 'bench memory'];

/** Progress goes to stderr: what a benchmark prints may be read by a program (`--json`). */
const say = (/** @type {string} */ text) => void process.stderr.write(`${text}\n`);

/** @returns {string[]} */
function names() {
  const folder = join(root, 'ops', kind);
  return existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts')).map((f) => f.slice(0, -3)).sort() : [];
}

/**
 * @param {Record<string, string>} env
 * @param {(child: import('node:child_process').ChildProcess) => void} [onStart]
 * @returns {Promise<number>}
 */
function runScript(env, onStart) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'ops', kind, `${name}.ts`), ...rest], { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
    onStart?.(child);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function main() {
  const usage = `npm run ${kind || 'bench'} -- NAME [OPTIONS], one of: ${names().join(', ') || 'none yet'}. ops/README.md says what each shows and which options it has.`;
  if (isHelpAsked([name, ...rest])) return console.log(`Usage: ${usage}`);
  requireNode();
  if (!['bench', 'prove'].includes(kind) || !names().includes(name)) throw new Error(`Say which: ${usage}`);
  await ensureInstalled(root, say);
  if (BRING_THEIR_OWN.includes(`${kind} ${name}`)) {
    process.exitCode = await runScript({}, (child) => {
      // It ends what it started and then itself; we only have to outlive it.
      for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
    });
    return;
  }
  // Measured and proved on the settings of production: a commit is on disk before it is answered.
  process.exitCode = await withThrowawayEngines({ say, isFast: false }, runScript);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
