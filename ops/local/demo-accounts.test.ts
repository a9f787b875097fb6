import { createDeps, loadProcessConfig, type ProcessDeps } from '@careline/kit/deps';
import { openDatabase } from '@careline/kit/db';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { seedEmptySystem } from './demo-accounts.ts';
import { dropDatabases, leaveCutTelling, noteTelling, readTelling } from './demo/telling.ts';
import { DemoApi } from './demo/demo-api.ts';
import { DemoClock } from './demo/demo-clock.ts';
import { setUpDemo } from './demo/set-up.ts';
import { closeSubgraphs, openSubgraphs } from './subgraphs.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

let worlds = 0;
async function emptySystem(): Promise<ProcessDeps> {
  const dataDir = mkdtempSync(join(tmpdir(), 'careline-demo-'));
  const prefix = `t_demo_${process.pid}_${(worlds += 1)}`;
  const deps = await createDeps('test', loadProcessConfig({
    DATABASE_URL: process.env.TEST_DATABASE_URL!, REDIS_URL: `${process.env.TEST_REDIS_URL!}?prefix=${prefix}:`, DATABASE_PREFIX: prefix, DATA_DIR: dataDir, LOG_LEVEL: 'silent',
  }));
  undo.push(async () => {
    await dropDatabases(deps);
    await deps.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return deps;
}

/** As a process that dies half-way leaves it: people, and nothing they said. */
async function tellHalf(deps: ProcessDeps): Promise<void> {
  noteTelling(deps.dataDir, { begunAt: new Date().toISOString() });
  await setUpOnce(deps);
}

async function setUpOnce(deps: ProcessDeps): Promise<void> {
  const clock = new DemoClock(Date.now());
  const subgraphs = await openSubgraphs({ ...deps, clock });
  await setUpDemo(new DemoApi(subgraphs, clock));
  await closeSubgraphs(subgraphs);
}

async function countOf(deps: ProcessDeps, table: 'conversations' | 'customers'): Promise<number> {
  const db = await openDatabase({ url: deps.databaseUrl, name: `${deps.databasePrefix}_conversations`, poolSize: 1, log: deps.log });
  const [row] = await db.query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table}`);
  await db.close();
  return row!.count;
}

it('tells a demo that was cut off anew, whole, and says who may sign in', async () => {
  const deps = await emptySystem();
  await tellHalf(deps);
  expect(readTelling(deps.dataDir)).toBe('CUT');
  const signIns = await seedEmptySystem(deps, { ownsEngines: true, say: () => {} });
  expect(signIns.map(({ role }) => role)).toEqual(['agent', 'supervisor', 'admin']);
  expect(readTelling(deps.dataDir)).toBe('TOLD');
  const told = await countOf(deps, 'conversations');
  expect(told).toBeGreaterThan(50);
  expect(await countOf(deps, 'customers')).toBeGreaterThan(30);
  expect(await seedEmptySystem(deps, { ownsEngines: true, say: () => {} })).toEqual(signIns);
  expect(await countOf(deps, 'conversations')).toBe(told);
}, 120_000);

it('touches nothing on engines of others, nor once people were let in', async () => {
  const deps = await emptySystem();
  await tellHalf(deps);
  const said: string[] = [];
  expect(await seedEmptySystem(deps, { ownsEngines: false, say: (text) => said.push(text) })).toEqual([]);
  expect(said).toEqual([expect.stringContaining('cut off')]);
  leaveCutTelling(deps.dataDir);
  expect(await seedEmptySystem(deps, { ownsEngines: true, say: () => {} })).toEqual([]);
  expect([readTelling(deps.dataDir), await countOf(deps, 'conversations')]).toEqual(['LEFT', 0]);
});

it('never tells the demo to people who set the system up themselves', async () => {
  const deps = await emptySystem();
  await setUpOnce(deps);
  expect(await seedEmptySystem(deps, { ownsEngines: true, say: () => {} })).toEqual([]);
  expect([readTelling(deps.dataDir), await countOf(deps, 'conversations')]).toEqual(['NONE', 0]);
});
