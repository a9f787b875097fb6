import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { findMysql } from './binaries.mjs';
import { NoMysql, provideMysql } from './mysql-packages.mjs';

afterEach(() => vi.unstubAllEnvs());

it.skipIf(findMysql())('says why there is no MySQL, and leaves nothing half-made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'careline-mysql-'));
  // A mirror that nobody can reach.
  writeFileSync(join(folder, 'apt.conf'), 'Acquire::http::Proxy "http://127.0.0.1:9"; Acquire::https::Proxy "http://127.0.0.1:9";');
  vi.stubEnv('APT_CONFIG', join(folder, 'apt.conf'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
  const refused = await provideMysql(() => {}).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NoMysql);
  expect((refused as Error).message).toMatch(/Debian/);
  expect(readdirSync(join(folder, 'careline/mysql'))).toEqual([]);
  rmSync(folder, { recursive: true });
}, 60_000);
