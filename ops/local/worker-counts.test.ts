import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { counter, nameProcess, printMetrics, type ProcessCounts } from '@careline/kit/observe';
import { afterEach, expect, it } from 'vitest';
import { readCounts, serveCounts } from './worker-counts.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function dataFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'careline-counts-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

it.each(['data', 'a-rather-long-name-of-a-folder'.repeat(4)])('prints what both processes of a data folder count, told apart by their label (%s)', async (name) => {
  nameProcess('api');
  counter('careline_test_steps_total', 'Steps.', ['kind']).inc({ kind: 'a' }, 3);
  const folder = dataFolder(name);
  undo.push(await serveCounts(folder));
  // This process plays both parts, so what it says of itself as the worker gets the worker's label here.
  const counted = JSON.parse(JSON.stringify(await readCounts(folder)).replaceAll('"process":"api"', '"process":"worker"')) as ProcessCounts[];
  const printed = await printMetrics(counted);
  expect(printed).toMatch(/careline_test_steps_total\{kind="a",process="api"\} \d+/);
  expect(printed).toMatch(/careline_test_steps_total\{kind="a",process="worker"\} \d+/);
  expect(printed.match(/^# TYPE careline_test_steps_total /gm)).toHaveLength(1);
});

it('does without a worker that is away, and takes the place of one that was killed', async () => {
  const folder = dataFolder('data');
  expect(await readCounts(folder)).toEqual([]);
  const stop = await serveCounts(folder);
  undo.push(await serveCounts(folder));
  expect(await readCounts(folder)).toHaveLength(1);
  await stop();
});
