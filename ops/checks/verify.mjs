import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../local/arguments.mjs';
import { ensureInstalled } from '../local/install.mjs';
import { runProgram } from '../local/program.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);
const node = process.execPath;
const freshGraph = join(tmpdir(), `careline-supergraph-${process.pid}.graphql`);

/**
 * @typedef {{ name: string, command: string[], isWanted?: boolean, then?: () => void }} Check
 * `then` throws with a finding that the command itself can't see.
 */

/** @type {Check[]} */
const checks = [
  { name: 'types of the servers', command: [bin('tsc'), '-p', 'ops/checks/tsconfig.server.json', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/careline/server.tsbuildinfo'] },
  { name: 'types of the web', command: ['npm', 'run', '--silent', 'typecheck', '-w', '@careline/web'], isWanted: existsSync(join(root, 'web/tsconfig.json')) },
  { name: 'schema', command: [node, 'schema/check.mjs', '--write', freshGraph], then: requireFreshGraph },
  { name: 'lint', command: [bin('oxlint'), '-c', 'ops/checks/oxlintrc.json', '--deny-warnings', '-f', 'unix'] },
  { name: 'architecture', command: [bin('depcruise'), '--config', 'ops/checks/architecture.cjs', 'schema', 'subgraphs', 'gateway', 'web', 'ops'] },
  ...['words', 'walks', 'links', 'clock', 'operations'].map((name) => ({ name, command: [node, '--import', 'tsx', `ops/checks/${name}.ts`] })),
];

function requireFreshGraph() {
  const committed = readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8');
  const isFresh = committed === readFileSync(freshGraph, 'utf8');
  rmSync(freshGraph);
  if (!isFresh) throw new Error('    schema/supergraph.graphql is stale: npm run generate');
}

/**
 * Runs one check and prints its line.
 * @param {Check} check
 * @returns {Promise<boolean>}
 */
async function run({ name, command: [program = '', ...args], then }) {
  const began = performance.now();
  const line = (/** @type {string} */ sign) => `${sign} ${name.padEnd(22)} ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s`;
  try {
    await runProgram(program, args, { cwd: root, isQuiet: true, title: name, tailLines: 60 });
    then?.();
    console.log(line('✓'));
    return true;
  } catch (error) {
    console.log(`${line('✗')}\n${/** @type {Error} */ (error).message}`);
    return false;
  }
}

async function main() {
  readArguments('Usage: npm run verify. Types, lint, architecture, words, walks, links and schema; needs no engines.');
  await ensureInstalled(root, console.log);
  const began = performance.now();
  const waiting = checks.filter((check) => check.isWanted !== false);
  const total = waiting.length;
  let failed = 0;
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) if (!(await run(check))) failed += 1;
  };
  await Promise.all(Array.from({ length: Math.min(4, Math.max(2, availableParallelism())) }, lane));
  console.log(`${total - failed} of ${total} checks hold, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
