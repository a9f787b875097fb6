import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const STEPS_BACK = `
  import { getPriority } from 'node:os';
  import { stepBack } from ${JSON.stringify(fileURLToPath(new URL('./step-back.ts', import.meta.url)))};
  const before = getPriority();
  stepBack();
  console.log(getPriority() - before);`;

it('lets others go first', () => {
  const moved = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', STEPS_BACK], { encoding: 'utf8' });
  expect(Number(moved)).toBeGreaterThan(0);
});
