import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isMap, isScalar, isSeq, LineCounter, parseDocument, Scalar, type Node, type YAMLSeq } from 'yaml';
import type { Kind, Wanted } from './kind.types.ts';
import { readNode, settle, spare, type Value } from './shape.ts';

/** Something wrong with a file, at its place. */
export interface Mistake {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** What the files ask for, kind by kind; a kind without a file is not spoken of. */
export interface Files {
  wanted: Map<string, Wanted[]>;
  mistakes: Mistake[];
}

const SYNTAX: Record<string, string> = {
  TAB_AS_INDENT: 'Indent with two spaces; tabs are not allowed',
  BAD_INDENT: 'This line is not indented like its neighbours: align them',
  DUPLICATE_KEY: 'This key is written twice: keep one',
  MISSING_CHAR: 'A sign is missing here (quote, bracket, colon or comma): add it',
  MULTILINE_IMPLICIT_KEY: 'A colon and a space follow a key, e.g. name: Billing',
  BLOCK_AS_IMPLICIT_KEY: 'Each key has a line of its own and begins below its neighbours: two stand on this line, or the next line is indented too far',
  UNEXPECTED_TOKEN: 'This sign is not expected here: take it away or quote the text',
};

/** Reads the files of a folder, of these kinds. Nothing is thrown for what a person wrote. */
export function readFiles(folder: string, kinds: readonly Kind[], known: readonly string[]): Files {
  const files: Files = { wanted: new Map(), mistakes: [] };
  for (const name of readdirSync(folder).sort()) {
    if (/\.ya?ml$/.test(name) && !known.includes(name)) files.mistakes.push({ file: join(folder, name), line: 1, column: 1, message: `No kind has this file. Rename it to one of ${known.join(', ')}, or move it elsewhere` });
  }
  for (const kind of kinds) {
    const file = join(folder, kind.file);
    if (existsSync(file)) files.wanted.set(kind.name, readFile(file, kind, files.mistakes));
  }
  return files;
}

function readFile(file: string, kind: Kind, mistakes: Mistake[]): Wanted[] {
  const counter = new LineCounter();
  const bytes = readFileSync(file);
  const source = textOf(bytes);
  if (source === null) {
    mistakes.push({ file, ...placeOfNoText(bytes), message: 'This is not UTF-8, so its words are not known: save the file in UTF-8' });
    return [];
  }
  const document = parseDocument(source, { lineCounter: counter, uniqueKeys: true, prettyErrors: false, version: '1.2', merge: false });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  // What follows from the first one would only be told in riddles.
  const [error] = document.errors;
  if (error) {
    const place = at(error.pos[0]);
    const isTab = /^\s*\t/.test(source.split('\n')[place.line - 1] ?? '');
    mistakes.push({ ...place, message: SYNTAX[isTab ? 'TAB_AS_INDENT' : error.message.startsWith('Sequence item') ? 'BAD_INDENT' : error.code] ?? `This is not valid YAML: ${error.message.split('\n')[0]}` });
    return [];
  }
  const complain = (node: Node | null, message: string) => mistakes.push({ ...at(node?.range?.[0] ?? 0), message });
  const { contents } = document;
  if (!kind.isSingle && !isSeq(contents)) {
    complain(contents, `A list of ${kind.words} is expected, each beginning with a dash; write [] when there are none`);
    return [];
  }
  const wanted: Wanted[] = [];
  for (const node of kind.isSingle ? [contents] : (contents as YAMLSeq<Node>).items) {
    const before = mistakes.length;
    const value = settle(readNode(node, kind.shape, document, complain), kind.shape) as Value;
    if (mistakes.length > before) continue;
    const key = kind.keyOf(value);
    if (wanted.some((other) => other.key === key)) complain(node, `${kind.word} ${key} is written twice: keep one`);
    else wanted.push({ key, value, place: (path) => placeOf(node!, path, source, at) });
  }
  return wanted;
}

/** The text of bytes in UTF-8, without a mark of byte order; null for any other bytes, which would be read as other words. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Where the first character stands that is none of UTF-8. */
function placeOfNoText(bytes: Buffer): { line: number; column: number } {
  // A byte of a line's end is part of no other character.
  const lines = bytes.toString('latin1').split('\n').map((line) => Buffer.from(line, 'latin1'));
  const line = lines.findIndex((one) => textOf(one) === null);
  const good = Array.from(lines[line]!, (_, length) => textOf(lines[line]!.subarray(0, length))).findLast((text) => text !== null) ?? '';
  return { line: line + 1, column: good.length + 1 };
}

/** Where the part that a path names stands, or the nearest part around it. A number after a block of text is a line of that text, and its column. */
function placeOf(item: Node, path: readonly (string | number)[], source: string, at: (offset: number) => { file: string; line: number; column: number }) {
  let found = item;
  for (const [depth, step] of path.entries()) {
    if (isScalar(found) && typeof step === 'number') {
      const begin = at(found.range![0]);
      if (found.type !== Scalar.BLOCK_LITERAL) return begin;
      const indent = /^ */.exec(source.split('\n').slice(begin.line).find((line) => line.trim() !== '') ?? '')![0].length;
      return { ...begin, line: begin.line + step, column: indent + Number(path[depth + 1] ?? 1) };
    }
    const next = isMap(found) ? found.items.find(({ key }) => isScalar(key) && key.value === step)?.value : isSeq(found) ? found.items[Number(step)] : null;
    if (!next) break;
    found = next as Node;
  }
  return at(found.range?.[0] ?? 0);
}

/** The text of one kind's file: the same values always give the same bytes. */
export function writeText(kind: Kind, values: readonly Value[]): string {
  const plain = values.map((value) => spare(value, kind.shape));
  const document = new Document(kind.isSingle ? plain[0] ?? {} : plain, { aliasDuplicateObjects: false, version: '1.2' });
  if (isSeq(document.contents)) for (const [place, item] of (document.contents as YAMLSeq<Node>).items.entries()) item.spaceBefore = place > 0;
  return document.toString({ lineWidth: 0, blockQuote: 'literal' });
}

/** Puts a file in its place whole: whoever reads it meanwhile sees the old one or the new one. */
export function writeFile(folder: string, kind: Kind, content: string): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, kind.file);
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
