import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, report, ROOT } from './files.ts';

/** `new Date()` reads the machine's clock behind the back of whoever passed one in. `Date.now()` is the linter's part. */
const READS_CLOCK = /\bnew Date\(\s*\)/;

const isOurs = (path: string): boolean => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('/main.ts') && !path.startsWith('subgraphs/kit/');

report(filesUnder('subgraphs', isOurs).flatMap((file) =>
  readFileSync(join(ROOT, file), 'utf8').split('\n').flatMap((line, index) =>
    (READS_CLOCK.test(line) ? [`${file}:${index + 1}: new Date() reads the clock; take it from ctx.clock`] : []))));
