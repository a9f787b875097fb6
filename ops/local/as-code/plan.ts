import { AskError } from '../../harness/people.ts';
import type { Api } from './api.ts';
import { differences } from './difference.ts';
import type { Files, Mistake } from './files.ts';
import type { Complaint, Found, Kind, Wanted } from './kind.types.ts';
import { isSame, type Value } from './shape.ts';
import { tryOut } from './try-out.ts';

/** One thing to do: one object, or the order of one kind. */
export interface Action {
  kind: Kind;
  sign: '+' | '~' | '-';
  /** The object with what becomes of it, e.g. `queue billing`. */
  title: string;
  done: string;
  lines: string[];
  /** The object of the file; null when the action is about none of it. */
  wanted: Wanted | null;
  run(api: Api): Promise<void>;
}

export interface Plan {
  actions: Action[];
  unchanged: number;
  /** What is there, is in no file, and stays. */
  left: string[];
  mistakes: Mistake[];
  /** Kinds of which the token may only read, so that it was not asked what Careline would refuse. */
  untried: Set<Kind>;
}

/** What has to be done so that Careline holds what the files say, each object after those it names. Changes nothing. */
export async function makePlan(api: Api, kinds: readonly Kind[], files: Files, isPruning: boolean): Promise<Plan> {
  const plan: Plan = { actions: [], unchanged: 0, left: [], mistakes: [...files.mistakes], untried: new Set() };
  const taken: Action[] = [];
  for (const kind of kinds) {
    const wanted = files.wanted.get(kind.name);
    if (!wanted) continue;
    const found = await uniqueOf(api, kind, wanted, plan);
    for (const one of inOrder(kind, wanted, plan)) await planOne(api, kind, one, found.get(one.key) ?? null, files, plan);
    const values = wanted.map(({ value }) => value);
    if (kind.arrange && !kind.isInOrder!([...found.values()], values)) {
      plan.actions.push({ kind, sign: '~', title: `order of ${kind.words}`, done: 'arranged', lines: [], wanted: null, run: (on) => kind.arrange!(on, values) });
    }
    for (const one of found.values()) {
      if (one.apart || one.isOut || wanted.some(({ key }) => key === one.key)) continue;
      if (isPruning && kind.takeOut) taken.push({ kind, sign: '-', title: `${kind.word} ${one.key}`, done: 'taken out of use', lines: [], wanted: null, run: (on) => kind.takeOut!(on, one) });
      else plan.left.push(`${kind.word} ${one.key}${isPruning ? ' (this kind cannot be taken out of use)' : ''}`);
    }
  }
  // What names others goes before what is named.
  plan.actions.push(...taken.reverse());
  plan.mistakes.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
  return plan;
}

async function uniqueOf(api: Api, kind: Kind, wanted: readonly Wanted[], plan: Plan): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const twice = new Set<string>();
  for (const one of await api.found(kind.name)) {
    if (found.has(one.key)) twice.add(one.key);
    found.set(one.key, one);
  }
  for (const { key, place } of wanted) {
    if (twice.has(key)) plan.mistakes.push({ ...place([]), message: `Careline holds several ${kind.words} called ${key}, so it is not clear which is meant: rename all but one there` });
    const apart = found.get(key)?.apart;
    if (apart) plan.mistakes.push({ ...place([]), message: `${kind.word} ${key} of Careline can't be set from a file: ${apart}. Take it away here or use another name` });
  }
  return found;
}

/** As in the file, save that what another one names comes before it. */
function inOrder(kind: Kind, wanted: readonly Wanted[], plan: Plan): Wanted[] {
  const done = new Set<Wanted>();
  const open = new Set<Wanted>();
  const visit = (one: Wanted) => {
    if (done.has(one)) return;
    open.add(one);
    for (const { kind: named, key, path } of kind.references(one.value)) {
      const other = named === kind.name ? wanted.find((candidate) => candidate.key === key) : undefined;
      if (!other) continue;
      if (open.has(other)) plan.mistakes.push({ ...one.place(path), message: `${kind.word} ${one.key} names ${key}, which leads back to it: end the circle` });
      else visit(other);
    }
    open.delete(one);
    done.add(one);
  };
  for (const one of wanted) visit(one);
  return [...done];
}

async function planOne(api: Api, kind: Kind, wanted: Wanted, found: Found | null, files: Files, plan: Plan): Promise<void> {
  const known = plan.mistakes.length;
  const isThere = async (kindName: string, key: string) => (files.wanted.get(kindName) ?? []).some((one) => one.key === key) || (await api.found(kindName)).some((one) => one.key === key);
  for (const { path, kind: named, key } of kind.references(wanted.value)) {
    if (!(await isThere(named, key))) plan.mistakes.push({ ...wanted.place(path), message: `There is no ${api.kind(named).word} ${key}, in Careline or in these files: correct it or add it to ${api.kind(named).file}` });
  }
  if (found && isSame(found.value, wanted.value)) {
    plan.unchanged += 1;
    return;
  }
  for (const field of kind.fixed ?? []) {
    if (found && !isSame(found.value[field], wanted.value[field])) plan.mistakes.push({ ...wanted.place([field]), message: `${field} of ${kind.word} ${wanted.key} is ${JSON.stringify(found.value[field])} and never changes: write that, or use a new key` });
  }
  const all = files.wanted.get(kind.name)!;
  const before = all.slice(0, all.indexOf(wanted)).map(({ value }) => value);
  const keys = new Set([...files.wanted.values()].flatMap((all) => all.map(({ key }) => key)));
  const complaints = await kind.check?.(api, wanted.value, (word) => keys.has(word), before) ?? [];
  // What is wrong with it already would only be told a second time.
  if (complaints.length === 0 && plan.mistakes.length === known && !plan.untried.has(kind)) complaints.push(...await triedOut(api, kind, wanted, found, files, plan));
  for (const { path, message } of complaints) plan.mistakes.push({ ...wanted.place(path), message });
  plan.actions.push({
    kind, wanted, sign: found ? '~' : '+', title: `${kind.word} ${wanted.key}`, done: found ? 'changed' : 'added', run: (on) => kind.save(on, wanted.value, found),
    lines: found ? differences(found.value, wanted.value) : differences({}, shown(wanted.value)),
  });
}

async function triedOut(api: Api, kind: Kind, { value }: Wanted, found: Found | null, files: Files, plan: Plan): Promise<Complaint[]> {
  try {
    const complaint = await tryOut(api, kind, value, found, (kindName, key) => files.wanted.get(kindName)?.some((one) => one.key === key) ?? false);
    return complaint ? [complaint] : [];
  } catch (error) {
    if (!(error instanceof AskError) || error.code !== 'FORBIDDEN') throw error;
    plan.untried.add(kind);
    return [];
  }
}

const shown = (value: Value): Value => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null && !(Array.isArray(part) && part.length === 0)));
