import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKeyring } from '@careline/kit/crypto';
import { afterEach, expect, it } from 'vitest';

const undo: (() => unknown)[] = [];
afterEach(() => undo.splice(0).forEach((step) => step()));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'careline-keys-'));
  undo.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
const keys = (dataDir: string, ...args: string[]) => spawnSync(process.execPath, [fileURLToPath(new URL('./keys.mjs', import.meta.url)), ...args], { env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '', REDIS_URL: '' }, encoding: 'utf8' });

it('adds a key and makes it active in two steps, after each of which everything opens', () => {
  const dataDir = folder();
  const file = join(dataDir, 'keys.json');
  const { kekId, wrapped } = createKeyring({ file }).wrap('cus_1', Buffer.alloc(32, 7));
  expect(keys(dataDir, 'add').stdout).toContain('key 1   active\nkey 2\n');
  expect(createKeyring({ file }).activeId).toBe(1);
  expect(keys(dataDir, 'activate', '2').stdout).toContain('key 1\nkey 2   active\n');
  const ring = createKeyring({ file });
  expect([ring.activeId, ring.unwrap('cus_1', kekId, wrapped), statSync(file).mode & 0o777]).toEqual([2, Buffer.alloc(32, 7), 0o600]);
});

it('refuses a key that there is not, a word it does not know and a folder without keys, and changes nothing', () => {
  const dataDir = folder();
  expect(keys(dataDir).stderr).toContain('no keys yet');
  createKeyring({ file: join(dataDir, 'keys.json') });
  const before = readFileSync(join(dataDir, 'keys.json'), 'utf8');
  for (const args of [['activate', '9'], ['activate'], ['activate', 'toString'], ['add', '2'], ['remove', '1']]) expect([args, keys(dataDir, ...args).status]).toEqual([args, 1]);
  expect(readFileSync(join(dataDir, 'keys.json'), 'utf8')).toBe(before);
});
