// The whole test suite in every column: one process and many, with either planner; then the counts side by side.
// npm run prove -- columns [--only many/js,one/rust] [words that choose test files]
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One way to run the suite: a name for the table, and what `npm test` is told. */
interface Column {
  name: string;
  env: Record<string, string>;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  minutes: number;
}

const COLUMNS: readonly Column[] = (['one', 'many'] as const).flatMap((SHAPE) => (['rust', 'js'] as const).map((PLANNER) => ({ name: `${SHAPE}/${PLANNER}`, env: { SHAPE, PLANNER } })));

const { values: options, positionals: words } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });

/** Runs `npm test` in one column and reads the line that counts; a run that does not count is one failure. */
async function run({ name, env }: Column): Promise<Counts> {
  const began = performance.now();
  const child = spawn(process.execPath, ['ops/local/test.mjs', ...words], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, minutes: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(`${name.padEnd(9)} │ ${line}`);
    const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line) ?? [];
    if (passed) Object.assign(counts, { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) });
  }
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('close', resolve)));
  if (code !== 0) counts.failed ||= 1;
  return { ...counts, minutes: (performance.now() - began) / 60_000 };
}

function choose(only: string | undefined): readonly Column[] {
  if (!only) return COLUMNS;
  const names = only.split(',');
  const unknown = names.find((name) => !COLUMNS.some((column) => column.name === name));
  if (unknown) throw new Error(`--only: ${unknown} is none of ${COLUMNS.map(({ name }) => name).join(', ')}`);
  return COLUMNS.filter(({ name }) => names.includes(name));
}

const results: [Column, Counts][] = [];
for (const column of choose(options.only)) results.push([column, await run(column)]);

console.log(`\n${'column'.padEnd(12)}${['passed', 'failed', 'skipped', 'minutes'].map((word) => word.padStart(9)).join('')}`);
for (const [{ name }, { passed, failed, skipped, minutes }] of results) console.log(name.padEnd(12) + [passed, failed, skipped, minutes.toFixed(1)].map((value) => String(value).padStart(9)).join(''));
const sum = (key: 'passed' | 'failed') => results.reduce((total, [, counts]) => total + counts[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
