import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> };

/** Runs a command of package.json as npm does; the folder of data is one that nobody has. */
function run(name: string, ...args: string[]) {
  const [, ...given] = scripts[name]!.split(' ');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...given, ...args], { cwd: root, env: { ...process.env, DATA_DIR: '/nowhere/careline', DATABASE_URL: '', REDIS_URL: '', CARELINE_TOKEN: '' }, encoding: 'utf8', timeout: 30_000 });
  return { status, stdout, stderr };
}

it.each(['start', 'test', 'verify', 'bench', 'prove', 'reset', 'doctor', 'keys', 'dead-letters', 'sla', 'config'])('npm run %s -- --help says how it is used, and does nothing else', (name) => {
  const { status, stdout, stderr } = run(name, '--help');
  expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(new RegExp(`^Usage: npm (run )?${name}[^]{20,}\\n$`)), '']);
});

it.each([
  'start --prot=4001', 'start now', 'verify --fix', 'bench chats', 'prove --all', 'reset --ye', 'reset all', 'doctor --fix', 'doctor engines', 'keys --all', 'keys remove', 'keys add 3', 'keys activate 1 2',
  'dead-letters --all', 'dead-letters forget x', 'dead-letters list all', 'dead-letters replay', 'dead-letters drop all', 'dead-letters drop 17', 'sla check', 'sla --all', 'config import', 'config --all',
])('npm run %s is refused with a sentence that says how the command is used', (line) => {
  const [name, ...args] = line.split(' ');
  const { status, stdout, stderr } = run(name!, ...args);
  expect([status, stdout, stderr]).toEqual([expect.toBeOneOf([1, 2]), '', expect.stringMatching(new RegExp(`npm (run )?${name}`))]);
});
