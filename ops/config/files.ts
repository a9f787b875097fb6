import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, stringify, type Document, type Node } from 'yaml';
import type { Item, Kind } from './kind.ts';

/** A mistake in a file, at its place. */
export interface Mistake {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** What a file says, and where. */
export class ConfigFile {
  readonly kind: Kind;
  readonly path: string;
  readonly items: readonly Item[];
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(kind: Kind, path: string, text: string) {
    this.kind = kind;
    this.path = path;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
    const [error] = this.#document.errors;
    const content: unknown = error ? [] : (this.#document.toJS() ?? []);
    this.items = (kind.isOne ? (Array.isArray(content) ? [] : [content]) : Array.isArray(content) ? content : []) as Item[];
  }

  /** What is wrong with its form: YAML itself, a list where a map belongs, fields that there are not, names twice or missing. */
  mistakes(): Mistake[] {
    const [error] = this.#document.errors;
    if (error) return [this.#say(error.pos[0], error.message.split('\n')[0]!)];
    const { contents } = this.#document;
    if (contents === null) return [];
    if (this.kind.isOne) return isMap(contents) ? this.#mistakesOf(contents, 0) : [this.at([], 'Write one map here, with fields and their values.')];
    if (!isSeq(contents)) return [this.at([], 'Write a list here, each item with a dash.')];
    return [...contents.items.flatMap((node, place) => this.#mistakesOf(node, place)), ...this.#twice()];
  }

  /** A mistake at a path inside an item, or at the nearest place around it that the file has. */
  at(path: readonly (string | number)[], message: string): Mistake {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && (node as Node).range) return this.#say((node as Node).range![0], message);
    }
    return { file: this.path, line: 1, column: 1, message };
  }

  /** Where an item begins, and what is inside it. */
  place(index: number, path: readonly (string | number)[] = []): (string | number)[] {
    return this.kind.isOne ? [...path] : [index, ...path];
  }

  #say(offset: number, message: string): Mistake {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.path, line: Math.max(1, line), column: Math.max(1, col), message };
  }

  #mistakesOf(node: unknown, place: number): Mistake[] {
    const { fields, key, isOne } = this.kind;
    if (!isMap(node)) return [this.at(this.place(place), 'Write a map here, with fields and their values.')];
    const unknown = node.items.flatMap(({ key: name }) => (isScalar(name) && !(String(name.value) in fields)
      ? [this.#say((name as Node).range?.[0] ?? 0, `There is no field ${String(name.value)}. The fields are: ${Object.keys(fields).join(', ')}.`)] : []));
    const isNamed = isOne || (typeof node.get(key) === 'string' && node.get(key) !== '');
    return isNamed ? unknown : [...unknown, this.at(this.place(place), `Say its ${key}.`)];
  }

  #twice(): Mistake[] {
    const seen = new Set<unknown>();
    return this.items.flatMap((item, place) => {
      const name = item?.[this.kind.key];
      if (name !== undefined && seen.has(name)) return [this.at([place, this.kind.key], `There are two called ${String(name)}. Take one away.`)];
      seen.add(name);
      return [];
    });
  }
}

const pathOf = (folder: string, { name }: Kind) => join(folder, `${name}.yaml`);

/** The files of a folder; kinds without one are left alone. Throws when there is none at all. */
export function readFolder(folder: string, kinds: readonly Kind[]): ConfigFile[] {
  const found = kinds.filter((kind) => existsSync(pathOf(folder, kind)));
  if (found.length === 0) throw new Error(`${folder} holds none of ${kinds.map(({ name }) => `${name}.yaml`).join(', ')}`);
  return found.map((kind) => new ConfigFile(kind, pathOf(folder, kind), readFileSync(pathOf(folder, kind), 'utf8')));
}

/** Writes one kind: items by name, fields in the order of the kind, long texts as they are. */
export function writeKind(folder: string, kind: Kind, items: readonly Item[]): string {
  mkdirSync(folder, { recursive: true });
  const ordered = items.map((item) => Object.fromEntries(Object.keys(kind.fields).filter((field) => field in item).map((field) => [field, item[field]])));
  const content: unknown = kind.isOne ? (ordered[0] ?? {}) : kind.name === 'categories' ? ordered : ordered.toSorted((one, other) => (String(one[kind.key]) < String(other[kind.key]) ? -1 : 1));
  const path = pathOf(folder, kind);
  writeFileSync(path, stringify(content, { lineWidth: 0 }));
  return path;
}
