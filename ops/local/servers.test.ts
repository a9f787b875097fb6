import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ENTRIES, serverArgs } from './servers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

it('every process of the system has a bundle, in which a fault still names the line of its source', async () => {
  for (const source of Object.keys(ENTRIES)) {
    const args = await serverArgs(root, source);
    expect(existsSync(args.at(-1)!)).toBe(true);
  }
  const args = await serverArgs(root, 'gateway/src/main.ts');
  const run = () => execFileSync(process.execPath, args, { env: { PATH: process.env.PATH, REDIS_URL: 'redis://127.0.0.1:1', DATA_DIR: '/nowhere', CARELINE_KEYS: 'nonsense' }, encoding: 'utf8', stdio: 'pipe', timeout: 30_000 });
  expect(run).toThrow(/subgraphs\/kit\/src\/crypto\/keyring\.ts:\d+/);
});

it('what is no process of the system runs from its source', async () => {
  expect((await serverArgs(root, 'ops/local/sla.ts')).at(-1)).toBe(`${root}/ops/local/sla.ts`);
});
