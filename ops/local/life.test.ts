import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** A process whose end takes as long as `end` says. */
function run(end: string) {
  const script = `
    import { live } from ${JSON.stringify(fileURLToPath(new URL('./life.ts', import.meta.url)))};
    await live(async () => { setInterval(() => {}, 1000); console.log('up'); return () => ${end}; }, 200);`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function endedBy(end: string): Promise<{ code: number | null; said: string }> {
  const child = run(end);
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

it('ends with what it began with', async () => {
  expect(await endedBy('Promise.resolve()')).toEqual({ code: 0, said: '' });
});

it('ends all the same, and says so, when what it waits for never comes', async () => {
  expect(await endedBy('new Promise(() => {})')).toEqual({ code: 1, said: expect.stringContaining('did not end in time') });
});

it('leaves with the reason when its end fails', async () => {
  expect(await endedBy("Promise.reject(new Error('no disk'))")).toEqual({ code: 1, said: expect.stringContaining('no disk') });
});
