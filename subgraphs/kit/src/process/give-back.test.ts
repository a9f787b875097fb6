import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const HOLDS_MUCH = `
  import { giveBackWhenQuiet } from ${JSON.stringify(fileURLToPath(new URL('./give-back.ts', import.meta.url)))};
  import v8 from 'node:v8';
  const nursery = () => v8.getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  if (process.argv.at(-1) === 'on') giveBackWhenQuiet();
  let kept = [];
  const until = Date.now() + 2_500;
  const work = () => {
    for (let turn = 0; turn < 20; turn += 1) kept.push(Array.from({ length: 5_000 }, (_, place) => ({ place, text: 'x' + place })));
    kept = kept.slice(-100);
    if (Date.now() < until) return setImmediate(work);
    kept = [];
    const grown = nursery();
    setTimeout(() => console.log(JSON.stringify({ grown, left: nursery() })), 11_000);
  };
  work();`;

async function heldBy(setting: 'on' | 'off'): Promise<{ grown: number; left: number }> {
  const child = spawn(process.execPath, ['--max-semi-space-size=32', '--import', 'tsx', '--input-type=module', '-e', HOLDS_MUCH, setting], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (chunk) => (told += String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(told);
}

it('gives the nursery back some seconds after a load, which V8 alone does not', async () => {
  const [on, off] = await Promise.all([heldBy('on'), heldBy('off')]);
  expect(off.left).toBe(off.grown);
  expect(on.left).toBeLessThan(on.grown / 4);
}, 60_000);
