// Writes down outside the system what was asked of it and what it showed, breaks everything it stands on, and compares.
// Then the same on four systems without a guarantee: the comparison must notice each.
// npm run prove -- ledger [--seed N] [--faults F5,F18] [--times 3] [--overlap yes|no] [--controls all|none|a,b] [--rate 150] [--shape many|one] [--keep folder]
import { parseArgs } from 'node:util';
import { CONTROLS, runControl } from './ledger/controls.ts';
import { FAULTS } from './ledger/faults.ts';
import { run, type Outcome } from './ledger/run.ts';
import { closeWorlds } from './ledger/world.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) }, faults: { type: 'string', default: 'all' }, times: { type: 'string', default: '3' },
    overlap: { type: 'string', default: 'yes' }, controls: { type: 'string', default: 'all' }, rate: { type: 'string', default: '150' },
    conversations: { type: 'string', default: '32' }, creators: { type: 'string', default: '8' }, shape: { type: 'string', default: 'many' }, keep: { type: 'string' },
  },
});

/** After its own recovery the database's users get this long. */
const AFTER_RECOVERY_MS = 2_000;
const FAILED_SHOWN = 20;

const seed = Number(options.seed);
const faults = chosen(options.faults, FAULTS, (fault) => fault.id).filter((fault) => options.shape === 'many' || !fault.needsMany);
const wanted = chosen(options.controls, CONTROLS, (control) => control.name);
const measure = {
  shape: options.shape as 'one' | 'many', rate: Number(options.rate), conversations: Number(options.conversations), creators: Number(options.creators), isDurable: true, isPlain: false, ...(options.keep ? { keepIn: options.keep } : {}),
};

/** Those that are named, `all` or `none`; throws at a name that nothing has, which would else prove nothing. */
function chosen<T>(text: string, all: readonly T[], nameOf: (one: T) => string): T[] {
  if (text === 'none') return [];
  if (text === 'all') return [...all];
  return text.split(',').map((name) => {
    const found = all.find((one) => nameOf(one) === name);
    if (!found) throw new Error(`${name} is none of ${all.map(nameOf).join(', ')}`);
    return found;
  });
}

/** What must hold after a run, each with what was seen. */
function judge({ verdict, timing, notCurrent, recoveries, counted }: Outcome): { name: string; isGood: boolean }[] {
  const limitMs = Math.max(0, ...recoveries) + AFTER_RECOVERY_MS;
  const codes = timing.failedInPeace.map(({ code }) => code);
  const inPeace = [...new Set(codes)].map((code) => `${code} ${codes.filter((one) => one === code).length}`).join(' ');
  return [
    ...(['lost', 'doubled', 'reordered', 'phantom', 'stale', 'unresolved', 'refused'] as const).map((name) => ({ name: `${name} ${verdict[name]}`, isGood: verdict[name] === 0 })),
    { name: `everything begun under a fault is stored and on every screen after it (${notCurrent} times not)`, isGood: notCurrent === 0 },
    { name: `worst gap ${timing.worstGapMs} ms, limit ${Math.round(limitMs)} ms`, isGood: timing.worstGapMs <= limitMs },
    { name: `each stored message of a customer reached analytics as one event: ${counted.counted} of ${counted.stored}`, isGood: counted.counted === counted.stored },
    { name: `no failed try while nothing is broken${inPeace ? `: ${inPeace}` : ''}`, isGood: inPeace === '' },
  ];
}

function report({ verdict, timing, recoveries }: Outcome): void {
  for (const finding of verdict.findings) console.log(`  ${finding}`);
  for (const { fault, what, gapMs } of timing.episodes.toSorted((a, b) => b.gapMs - a.gapMs).slice(0, 5)) console.log(`gap ${gapMs} ms: ${fault} ${what}`);
  for (const { code, when } of timing.failedInPeace.slice(0, FAILED_SHOWN)) console.log(`in peace ${code}: ${when}`);
  const recovered = recoveries.length === 0 ? 'not killed' : `${Math.round(Math.min(...recoveries))} to ${Math.round(Math.max(...recoveries))} ms in ${recoveries.length} kills`;
  console.log(`recovery of the database: ${recovered}; in peace ${timing.peacefulRate} messages/s and ${timing.peacefulGapMs} ms without any at most; ${verdict.tickets} tickets`);
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
  process.once(signal, () => void closeWorlds().finally(() => process.exit(code)));
}
console.log(`seed ${seed}, ${faults.map((fault) => fault.id).join(' ')} ${options.times} times, overlap ${options.overlap}, ${options.shape === 'one' ? 'one process' : 'two gateways, each api and worker apart'}`);
const checks: { name: string; isGood: boolean }[] = [];
const figures: string[] = [];
if (faults.length > 0) {
  const outcome = await run(measure, seed, async (driver) => {
    await driver.oneByOne(faults, Number(options.times));
    if (options.overlap === 'yes') await driver.inPairs(faults);
  });
  report(outcome);
  checks.push(...judge(outcome));
  const { verdict, timing } = outcome;
  figures.push(`faults ${outcome.faults} intents ${verdict.intents} acked ${verdict.acked} lost ${verdict.lost} doubled ${verdict.doubled} reordered ${verdict.reordered} phantom ${verdict.phantom} stale ${verdict.stale} worst-gap ${timing.worstGapMs} ms`);
}
let caught = 0;
for (const control of wanted) {
  const isCaught = await runControl(control, seed);
  if (isCaught) caught += 1;
  checks.push({ name: `a system with ${control.name} is caught`, isGood: isCaught });
}
for (const { name, isGood } of checks) console.log(`${isGood ? '✓' : '✗'} ${name}`);
const failed = checks.filter((one) => !one.isGood).length;
console.log([...figures, `controls-caught ${caught}/${wanted.length}`].join(' '));
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
