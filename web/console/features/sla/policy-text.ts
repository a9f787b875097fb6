import { isMap, isScalar, isSeq, parseAllDocuments, type Document, type Pair, type YAMLMap } from 'yaml';

export const BUDGETS = ['first_response', 'next_response', 'periodic_update', 'resolution_time'] as const;
export type Budget = (typeof BUDGETS)[number];

/** One policy as the form shows it: what stands in the YAML, mistakes included; empty where nothing is written. */
export interface PolicyForm {
  /** What stands after `for`; empty: tickets. */
  subject: string;
  priority: string;
  budgets: Record<Budget, string>;
  hours: string;
  /** Null: not written, so the usual ones hold. */
  pauseStates: string[] | null;
  categories: string[];
  tags: string[];
  channels: string[];
  warnings: Array<{ before: string; percent: string; target: string }>;
  rules: Array<{ after: string; target: string; appliesTo: string }>;
}

export type Path = ReadonlyArray<string | number>;
type Value = string | readonly string[] | null;

const KEYS = ['for', 'priority', 'conditions', ...BUDGETS, 'business_hours', 'pause_states', 'warnings', 'escalation_rules'];

/** The policies of a text, without what is only a comment; null while it is not YAML that a form can show. */
function documentsOf(text: string): Document[] | null {
  const parsed = parseAllDocuments(text, { prettyErrors: false, version: '1.2', merge: false });
  const documents = (Array.isArray(parsed) ? parsed : []).filter(({ contents, errors }) => contents !== null || errors.length > 0) as Document[];
  return documents.every(({ contents, errors }) => errors.length === 0 && isMap(contents)) ? documents : null;
}

function textAt(document: Document, path: Path): string {
  const value: unknown = document.getIn(path);
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value);
}

function listAt<Item>(document: Document, path: Path, read: (path: Path) => Item): Item[] {
  const list = document.getIn(path, true);
  return isSeq(list) ? list.items.map((_, index) => read([...path, index])) : [];
}

function formOf(document: Document): PolicyForm {
  const text = (path: Path) => textAt(document, path);
  const texts = (path: Path) => listAt(document, path, text);
  return {
    subject: text(['for']),
    priority: text(['priority']),
    budgets: Object.fromEntries(BUDGETS.map((key) => [key, text([key])])) as Record<Budget, string>,
    hours: text(['business_hours']),
    pauseStates: document.has('pause_states') ? texts(['pause_states']) : null,
    categories: texts(['conditions', 'categories']),
    tags: texts(['conditions', 'tags']),
    channels: texts(['conditions', 'channels']),
    warnings: listAt(document, ['warnings'], (path) => ({ before: text([...path, 'before']), percent: text([...path, 'percent_used']), target: text([...path, 'target']) })),
    rules: listAt(document, ['escalation_rules'], (path) => ({ after: text([...path, 'after']), target: text([...path, 'target']), appliesTo: text([...path, 'applies_to']) })),
  };
}

/** The form of a text; null while the text is no YAML, when only the text can be mended. */
export function readForm(text: string): PolicyForm[] | null {
  return documentsOf(text)?.map(formOf) ?? null;
}

/** The text after a change of its documents. Comments, order and spelling of all else stay. */
function rewrite(text: string, change: (documents: Document[]) => void): string {
  const documents = documentsOf(text);
  if (!documents) return text;
  change(documents);
  documents.forEach((document, index) => { if (document.directives) document.directives.docStart = index > 0 || null; });
  return documents.map((document) => document.toString({ lineWidth: 0, flowCollectionPadding: false })).join('');
}

/** Puts a new key where people expect it, not at the end. */
function insertKey(map: YAMLMap, pair: Pair): void {
  const rank = KEYS.indexOf(String((pair.key as { value?: unknown }).value));
  const place = map.items.findIndex(({ key }) => isScalar(key) && KEYS.indexOf(String(key.value)) > rank);
  if (rank < 0 || place < 0) map.items.push(pair);
  else map.items.splice(place, 0, pair);
}

const written = (value: string): string | number => (/^\d{1,9}$/.test(value) ? Number(value) : value);

function put(document: Document, path: Path, value: Value): void {
  const isEmpty = value === null || value === '' || (typeof value !== 'string' && value.length === 0 && path[0] === 'conditions');
  if (isEmpty) {
    document.deleteIn(path);
    const conditions = document.get('conditions', true);
    if (isMap(conditions) && conditions.items.length === 0) document.delete('conditions');
    return;
  }
  const node = typeof value === 'string' ? written(value) : document.createNode([...value], { flow: true });
  if (document.hasIn(path)) return document.setIn(path, node);
  const [key, ...rest] = path;
  if (rest.length > 0 && document.has(key)) document.setIn(path, node);
  else insertKey(document.contents as YAMLMap, document.createPair(key, rest.length > 0 ? { [String(rest[0])]: node } : node) as Pair);
}

/** Writes values of one policy; null or empty takes a value out. */
export function setValues(text: string, policy: number, values: ReadonlyArray<readonly [path: Path, value: Value]>): string {
  return rewrite(text, (documents) => { if (documents[policy]) for (const [path, value] of values) put(documents[policy], path, value); });
}

export function setValue(text: string, policy: number, path: Path, value: Value): string {
  return setValues(text, policy, [[path, value]]);
}

/** Adds an item to `warnings` or `escalation_rules`. */
export function addItem(text: string, policy: number, key: string, item: Record<string, string | number>): string {
  return rewrite(text, (documents) => {
    const document = documents[policy];
    if (!document) return;
    const list = document.get(key, true);
    if (isSeq(list)) list.add(document.createNode(item));
    else insertKey(document.contents as YAMLMap, document.createPair(key, [item]) as Pair);
  });
}

/** Takes an item out of a list; a list without items goes too. */
export function removeItem(text: string, policy: number, key: string, index: number): string {
  return rewrite(text, (documents) => {
    const list = documents[policy]?.get(key, true);
    if (!isSeq(list)) return;
    list.delete(index);
    if (list.items.length === 0) documents[policy]!.delete(key);
  });
}

/** A policy to begin with, at the end. */
export function addPolicy(text: string, priority: string): string {
  const begun = `priority: ${priority}\nfirst_response: 4h\nresolution_time: 3d\n`;
  return text.trim() ? `${text.replace(/\n*$/, '\n')}---\n${begun}` : begun;
}

export function removePolicy(text: string, policy: number): string {
  return rewrite(text, (documents) => { documents.splice(policy, 1); });
}

/** Moves a policy before or behind its neighbour: the first that matches wins. */
export function movePolicy(text: string, policy: number, by: -1 | 1): string {
  return rewrite(text, (documents) => {
    const [moved] = documents.splice(policy, 1);
    if (moved) documents.splice(policy + by, 0, moved);
  });
}
