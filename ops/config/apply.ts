import { isDeepStrictEqual } from 'node:util';
import { AskError, type Ask } from '../harness/people.ts';
import type { ConfigFile, Mistake } from './files.ts';
import { plain, Refused, type Held, type Item, type Kind, type Names } from './kind.ts';

/** One thing that a file says otherwise than the system, or that the system lacks. */
export interface Change {
  file: ConfigFile;
  index: number;
  item: Item;
  held: Held | null;
}

export const nameOf = ({ kind }: ConfigFile, item: Item): string => (kind.isOne ? kind.name : `${kind.name}/${String(item[kind.key])}`);

/** What of a file differs from the system, in an order in which what is named comes first. */
export function compare(file: ConfigFile, held: readonly Held[]): { changes: Change[]; sameCount: number; alone: string[] } {
  const { kind } = file;
  const byName = new Map(held.map((one) => [one.item[kind.key], one]));
  const found = (item: Item) => (kind.isOne ? held[0] : byName.get(item[kind.key])) ?? null;
  const kept = Object.keys(kind.fields).filter((field) => kind.fields[field]!.isKept);
  const all = file.items.map((written, index) => {
    const known = found(written);
    return { file, index, item: plain({ ...Object.fromEntries(kept.map((field) => [field, known?.item[field]])), ...written }), held: known };
  });
  const changes = all.filter((one) => !one.held || !isDeepStrictEqual(one.item, one.held.item));
  const written = new Set(file.items.map((item) => item[kind.key]));
  const alone = kind.isOne ? [] : held.filter(({ item }) => !written.has(item[kind.key])).map(({ item }) => nameOf(file, item));
  return { changes: inOrder(kind, changes), sameCount: all.length - changes.length, alone };
}

/** A queue behind the one it overflows to, a category behind its parent. */
function inOrder(kind: Kind, changes: readonly Change[]): Change[] {
  const own = Object.entries(kind.fields).filter(([, { names }]) => names === kind.name).map(([field]) => field);
  const waiting = new Set(changes);
  const ordered: Change[] = [];
  const take = (change: Change): void => {
    if (!waiting.delete(change)) return;
    for (const field of own) {
      const before = changes.find(({ item }) => item[kind.key] === change.item[field]);
      if (before) take(before);
    }
    ordered.push(change);
  };
  for (const change of changes) take(change);
  return ordered;
}

const short = (value: unknown) => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
};

/** A change as lines of the output: a plus for what is new, else each field that differs. */
export function describe({ file, item, held }: Change): string[] {
  const name = nameOf(file, item);
  if (!held) return [`+ ${name}`];
  return Object.keys(file.kind.fields).filter((field) => !isDeepStrictEqual(item[field], held.item[field])).map((field) => `~ ${name} ${field}: ${short(held.item[field])} -> ${short(item[field])}`);
}

/** Names in a file of what neither the system nor the files have. */
export function missing(file: ConfigFile, names: Names, promised: ReadonlyMap<string, ReadonlySet<unknown>>): Mistake[] {
  return file.items.flatMap((item, index) => {
    const outer = Object.entries(file.kind.fields).flatMap(([field, { names: kind }]) => {
      const value = item?.[field];
      if (!kind || value === undefined || value === null) return [];
      return Array.isArray(value) ? value.map((name: unknown, place) => ({ path: [field, place], kind, name })) : [{ path: [field], kind, name: value }];
    });
    return [...outer, ...(file.kind.inner?.(item ?? {}) ?? [])]
      .filter(({ kind, name }) => !names.has(kind, String(name)) && !promised.get(kind)?.has(name))
      .map(({ path, kind, name }) => file.at(file.place(index, path), `${kind} has no ${String(name)}. Correct the name, or add it to ${kind}.yaml.`));
  });
}

/** Fields of the input that have another name in the file. */
const FIELDS: Record<string, string> = { teamIds: 'teams', overflowQueueId: 'overflowQueue', businessHoursId: 'businessHours', defaultQueueId: 'defaultQueue', queueId: 'queue', parentId: 'parent', content: 'document' };
const COERCED = /at "input\.?([^"]*)"; (.*)$/s;

/** Where in the file a refusal of the server belongs. */
export function placeRefusal({ file, index }: Change, error: unknown): Mistake | null {
  const at = (path: readonly string[], message: string) => file.at(file.place(index, path.map((part) => (/^\d+$/.test(part) ? Number(part) : (FIELDS[part] ?? part)))), message);
  if (error instanceof Refused) return at(error.field, error.message);
  const coerced = error instanceof AskError ? COERCED.exec(error.message) : null;
  return coerced ? at(coerced[1]!.split(/[.[\]]+/).filter(Boolean), coerced[2]!.split(' in mutation')[0]!) : null;
}

/** Makes one change and keeps the name of what it made. */
export async function perform(ask: Ask, names: Names, { file: { kind }, item, held }: Change): Promise<void> {
  const id = await kind.save(ask, names, item, held);
  if (!kind.isOne) names.keep(kind.name, String(item[kind.key]), id);
}
