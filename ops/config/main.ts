import { parseArgs } from 'node:util';
import { asker, AskError, type Ask } from '../harness/people.ts';
import { compare, describe, missing, nameOf, perform, placeRefusal } from './apply.ts';
import { readFolder, writeKind, type ConfigFile, type Mistake } from './files.ts';
import { Names, type Held, type Kind } from './kind.ts';
import { KINDS } from './kinds.ts';

// npm run config -- export FOLDER | check FOLDER | apply FOLDER [--dry-run]
// Settings as files, through the public API. ops/README.md says which variables and exit codes there are.

const EXIT = { mistakes: 1, usage: 2, refused: 3 } as const;
const ANSWER_MS = 30_000;
const USAGE = 'Say which: npm run config -- export FOLDER, check FOLDER, or apply FOLDER [--dry-run]';

/** Ends the command with a sentence and a code of its own. */
class Stop extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What the system has of each kind; every name is known then. */
async function readSystem(ask: Ask): Promise<{ held: Map<Kind, Held[]>; names: Names }> {
  const [names, held] = [new Names(), new Map<Kind, Held[]>()];
  for (const kind of KINDS) {
    const found = await kind.read(ask, names);
    held.set(kind, found);
    if (!kind.isOne) for (const { id, item } of found) names.keep(kind.name, String(item[kind.key]), id);
  }
  return { held, names };
}

async function exportTo(ask: Ask, folder: string): Promise<void> {
  const { held } = await readSystem(ask);
  for (const kind of KINDS) {
    const items = held.get(kind)!.map(({ item }) => item);
    console.log(`${writeKind(folder, kind, items)}: ${kind.isOne ? `${items.length === 0 ? 'nothing' : 'what is'} in force` : items.length}`);
  }
}

const sayMistake = ({ file, line, column, message }: Mistake) => console.log(`${file}:${line}:${column} ${message}`);

function stopAt(mistakes: readonly Mistake[]): void {
  if (mistakes.length === 0) return;
  mistakes.forEach(sayMistake);
  throw new Stop(EXIT.mistakes, `${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was changed`);
}

/** Reads the files and holds them against themselves and the system. */
async function readChecked(ask: Ask, folder: string): Promise<{ files: ConfigFile[] } & Awaited<ReturnType<typeof readSystem>>> {
  let files: ConfigFile[];
  try {
    files = readFolder(folder, KINDS);
  } catch (error) {
    throw new Stop(EXIT.usage, (error as Error).message);
  }
  stopAt(files.flatMap((file) => file.mistakes()));
  const system = await readSystem(ask);
  const promised = new Map(files.map(({ kind, items }) => [kind.name, new Set(items.map((item) => item[kind.key]))]));
  stopAt(files.flatMap((file) => missing(file, system.names, promised)));
  return { files, ...system };
}

async function apply(ask: Ask, folder: string, isDry: boolean): Promise<void> {
  const { files, held, names } = await readChecked(ask, folder);
  let [doneCount, sameCount] = [0, 0];
  for (const file of files) {
    const compared = compare(file, held.get(file.kind)!);
    sameCount += compared.sameCount;
    for (const change of compared.changes) {
      for (const line of describe(change)) console.log(line);
      if (!isDry) await perform(ask, names, change).catch((error: unknown) => {
        const mistake = placeRefusal(change, error);
        if (!mistake) throw error;
        sayMistake(mistake);
        throw new Stop(EXIT.mistakes, `${nameOf(file, change.item)} was refused; ${doneCount} ${doneCount === 1 ? 'change was' : 'changes were'} made before it. Correct the file and apply again: what is done stays done`);
      });
      doneCount += 1;
    }
    for (const name of compared.alone) console.log(`  ${name} is in no file and stays as it is`);
  }
  const same = `${sameCount} as they should be`;
  console.log(doneCount === 0 ? `nothing to do: ${same}` : `${doneCount} ${isDry ? 'would change' : 'changed'}, ${same}`);
}

function readArguments(args: string[]) {
  try {
    const { values, positionals: [verb, folder, ...rest] } = parseArgs({ args, allowPositionals: true, options: { 'dry-run': { type: 'boolean', default: false } } });
    if (!['export', 'check', 'apply'].includes(verb ?? '') || !folder || rest.length > 0) throw new Stop(EXIT.usage, USAGE);
    return { verb: verb!, folder, isDry: values['dry-run'] };
  } catch (error) {
    throw error instanceof Stop ? error : new Stop(EXIT.usage, `${(error as Error).message}\n${USAGE}`);
  }
}

async function main(args: string[]): Promise<void> {
  const { verb, folder, isDry } = readArguments(args);
  const { CARELINE_URL: url = 'http://127.0.0.1:4000', CARELINE_TOKEN: token, LANG: language = '' } = process.env;
  if (!token) throw new Stop(EXIT.usage, 'CARELINE_TOKEN is missing: make an access token in the console and set it');
  const ask = asker(url.replace(/\/$/, ''), () => token, ANSWER_MS, language.startsWith('zh') ? 'zh-CN' : 'en');
  try {
    if (verb === 'export') return await exportTo(ask, folder);
    if (verb === 'apply') return await apply(ask, folder, isDry);
    await readChecked(ask, folder);
    console.log(`${folder}: good`);
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(EXIT.refused, error instanceof AskError ? error.message : `Careline at ${url} does not answer as expected: ${(error as Error).message}`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof Stop ? error.exitCode : EXIT.refused;
}
