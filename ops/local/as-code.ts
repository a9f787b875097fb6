import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AskError } from '../harness/people.ts';
import { Api } from './as-code/api.ts';
import { readFiles, writeFile, writeText, type Mistake } from './as-code/files.ts';
import type { Kind } from './as-code/kind.types.ts';
import { KINDS } from './as-code/kinds.ts';
import { makePlan, type Action, type Plan } from './as-code/plan.ts';
import { Refused } from './as-code/refused.ts';
import { pathOf } from './as-code/try-out.ts';
import { EXIT, runCommand, Stop, withApi } from './command.ts';

// npm run config -- export [FOLDER] | apply [FOLDER] [--dry-run] [--prune], both with [--only KIND,KIND]
// Configuration as files, through the public API. ops/README.md says which variables and exit codes there are.

const FOLDER = 'careline-config';
/** Codes that mean that nothing was done. */
const SURE = ['FORBIDDEN', 'UNAUTHENTICATED', 'NOT_FOUND', 'BAD_USER_INPUT', 'RATE_LIMITED', 'COST_LIMIT'];
const USAGE = `npm run config -- export [FOLDER], or apply [FOLDER] [--dry-run] [--prune]; --only KIND,KIND of ${KINDS.map(({ name }) => name).join(', ')}`;

async function exportTo(api: Api, folder: string, kinds: readonly Kind[]): Promise<void> {
  const texts: { kind: Kind; text: string; count: number }[] = [];
  for (const kind of kinds) {
    const found = await during(kind, 'read', () => api.found(kind.name));
    for (const { key, apart } of found) if (apart && !apart.startsWith('built-in')) console.error(`left out: ${kind.word} ${key}, because ${apart}`);
    const kept = found.filter(({ apart, isBegun }) => !apart && !isBegun);
    const twice = kept.find(({ key }, place) => kept.findIndex((one) => one.key === key) < place);
    if (twice) throw new Stop(EXIT.refused, `Several ${kind.words} are called ${twice.key}, so a file could not tell them apart: rename all but one. Nothing was written`);
    texts.push({ kind, text: writeText(kind, kept.map(({ value }) => value)), count: kept.length });
  }
  for (const { kind, text, count } of texts) {
    writeFile(folder, kind, text);
    console.log(`${folder}/${kind.file}: ${count} ${count === 1 ? kind.word : kind.words}`);
  }
}

/** Does something about one kind; a missing permission is told by its name. */
async function during<Result>(kind: Kind, way: 'read' | 'write', work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AskError) || error.code !== 'FORBIDDEN') throw error;
    throw new Stop(EXIT.refused, `The token may not ${way} ${kind.words}: it needs ${kind.permissions[way]}, and so does who issued it`);
  }
}

function sayMistakes(mistakes: readonly Mistake[]): never {
  for (const { file, line, column, message } of mistakes) console.log(`${file}:${line}:${column} ${message}`);
  throw new Stop(EXIT.mistakes, `${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was changed`);
}

async function planFor(api: Api, folder: string, kinds: readonly Kind[], isPruning: boolean): Promise<Plan> {
  const files = readFiles(folder, kinds, KINDS.map(({ file }) => file));
  if (files.mistakes.length > 0) sayMistakes(files.mistakes);
  if (files.wanted.size === 0) throw new Stop(EXIT.usage, `${folder} holds none of ${kinds.map(({ file }) => file).join(', ')}`);
  for (const kind of kinds) if (files.wanted.has(kind.name)) await during(kind, 'read', () => api.found(kind.name));
  const plan = await makePlan(api, kinds, files, isPruning);
  if (plan.mistakes.length > 0) sayMistakes(plan.mistakes);
  return plan;
}

async function apply(api: Api, folder: string, kinds: readonly Kind[], { isDry, isPruning }: { isDry: boolean; isPruning: boolean }): Promise<void> {
  const { actions, unchanged, left, untried } = await planFor(api, folder, kinds, isPruning);
  const rest = `${unchanged} unchanged${left.length > 0 ? `, ${left.length} not in the files and left alone: ${left.join(', ')}` : ''}`;
  if (actions.length === 0) return console.log(`nothing to do; ${rest}`);
  if (isDry) {
    for (const { words, permissions } of untried) console.error(`not tried: whether Careline would take these ${words}. The token may only read them; with ${permissions.write} it is asked`);
    for (const { sign, title, lines } of actions) console.log([`${sign} ${title}`, ...lines.map((line) => `    ${line}`)].join('\n'));
    return console.log(`${actions.length} to do; ${rest}. Nothing was changed`);
  }
  for (const [place, action] of actions.entries()) {
    try {
      await during(action.kind, 'write', () => action.run(api));
    } catch (error) {
      throw halted(error, action, place, actions);
    }
    api.forget();
    console.log(`${action.sign} ${action.title}: ${action.done}`);
  }
  console.log(`${actions.length} done; ${rest}`);
  await confirm(api, folder, kinds, isPruning);
}

/** Says what is done, what is not, and where it stopped. */
function halted(error: unknown, { wanted, sign, title, kind }: Action, place: number, actions: readonly Action[]): Stop {
  const at = error instanceof Refused && wanted ? wanted.place(pathOf(error.field, wanted.value)) : wanted?.place([]);
  const where = at ? `${at.file}:${at.line}:${at.column} ` : '';
  const isUnsure = !(error instanceof Refused || error instanceof Stop || (error instanceof AskError && SURE.includes(error.code)));
  const why = error instanceof Refused && (error.code === 'STALE_VERSION' || error.code === 'ALREADY_EXISTS')
    ? `somebody changed it meanwhile, and that was not overwritten (${error.message})`
    : (error as Error).message;
  const notDone = actions.slice(place).map((action) => action.title);
  return new Stop(EXIT.refused, [
    `${where}${title}: ${why}`,
    isUnsure ? `Careline gave no sure answer: whether ${title} was written is not known.` : sign === '~' && !wanted ? `The ${title} may be done in part.` : `Of ${title} nothing is in force that was not before.`,
    `${place} of ${actions.length} done${place > 0 ? `: ${actions.slice(0, place).map((action) => action.title).join(', ')}` : ''}. Not done: ${notDone.join(', ')}.`,
    `Look at the difference with --dry-run; running apply again goes on with ${kind.words}.`,
  ].join('\n'));
}

/** Looks again: what Careline keeps in other words than the file would show as a change every time. */
async function confirm(api: Api, folder: string, kinds: readonly Kind[], isPruning: boolean): Promise<void> {
  const { actions } = await planFor(api, folder, kinds, isPruning);
  if (actions.length === 0) return;
  for (const { title, lines } of actions) console.error([`${title} still differs:`, ...lines.map((line) => `    ${line}`)].join('\n'));
  throw new Stop(EXIT.refused, 'All was done, and Careline holds it in other words, or somebody changed it at once: write the files as shown on the left of each arrow');
}

function readArguments(args: string[]) {
  try {
    const { values, positionals: [verb, folder = FOLDER, ...rest] } = parseArgs({ args, allowPositionals: true, options: { 'dry-run': { type: 'boolean', default: false }, prune: { type: 'boolean', default: false }, only: { type: 'string' } } });
    const names = values.only?.split(',');
    const stranger = names?.find((name) => !KINDS.some((kind) => kind.name === name));
    if ((verb !== 'export' && verb !== 'apply') || rest.length > 0 || stranger !== undefined || (verb === 'export' && (values.prune || values['dry-run']))) throw new Stop(EXIT.usage, `Say which: ${USAGE}`);
    return { verb, folder, kinds: KINDS.filter(({ name }) => names?.includes(name) ?? true), isDry: values['dry-run'], isPruning: values.prune };
  } catch (error) {
    throw error instanceof Stop ? error : new Stop(EXIT.usage, `${(error as Error).message}\nSay which: ${USAGE}`);
  }
}

async function main(args: string[]): Promise<void> {
  const { verb, folder, kinds, ...how } = readArguments(args);
  await withApi(async (ask) => {
    if (verb === 'apply' && !existsSync(folder)) throw new Stop(EXIT.usage, `${folder} is no folder: say which one holds the files`);
    const api = new Api(ask, KINDS);
    await (verb === 'export' ? exportTo(api, folder, kinds) : apply(api, folder, kinds, how));
  });
}

await runCommand(USAGE, main);
