import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, stringify, visit, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import type { SlaTarget } from './clock.rules.ts';
import { checkPolicies, YAML_KEY } from './policy.rules.ts';
import { PolicyReader } from './policy-reader.ts';
import type { Policy, PolicyDocument, PolicyNames, Problem } from './policy.types.ts';
import { writeSpan } from './span.rules.ts';

export const YAML_BYTES_MAX = 100_000;
const POLICIES_MAX = 50;

/** Where each part of a text stands, as editors count: from 1. */
export interface Places {
  of(node: Node | null | undefined): { line: number; column: number };
}

/**
 * Reads a policy document: policies in order, divided by `---`, and every mistake with its line and column.
 *
 * Nothing is thrown for what a person wrote. A policy with a mistake keeps what could be read of it; whoever
 * wants to activate the document must find no problem that is not a warning.
 */
export function readPolicyYaml(text: string, names: PolicyNames): PolicyDocument {
  if (Buffer.byteLength(text) > YAML_BYTES_MAX) return alone({ zh: `文档最多 ${YAML_BYTES_MAX / 1000} KB，请拆分后再保存。`, en: `A document has at most ${YAML_BYTES_MAX / 1000} KB: split it.` });
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: true, prettyErrors: false, version: '1.2', merge: false });
  const documents = Array.isArray(parsed) ? parsed.filter(({ contents, errors }) => contents !== null || errors.length > 0) : [];
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const places: Places = { of: (node) => at(node?.range?.[0] ?? 0) };
  const problems: Problem[] = [];
  const policies: { policy: Policy; node: YAMLMap; isSound: boolean }[] = [];
  if (documents.length === 0) return alone({ zh: '文档是空的：至少写一条策略，例如 priority: P0。', en: 'The document is empty: write at least one policy, e.g. priority: P0.' });
  for (const [index, document] of documents.entries()) {
    const told = new Set<number>();
    for (const { pos: [pos], code, message } of document.errors) {
      const place = message.startsWith('Missing closing') ? openedAt(document) ?? pos : pos;
      // The parser has two complaints about one key that is indented too far.
      if (!told.has(place)) problems.push({ ...at(place), path: [String(index)], words: syntaxWords(code, message), isWarning: false });
      told.add(place);
    }
    const { contents } = document;
    if (document.errors.length > 0) continue;
    if (!isMap(contents)) problems.push({ ...places.of(contents as Node), path: [String(index)], words: notPolicy(contents), isWarning: false });
    else {
      const reader = new PolicyReader(String(index), places, names);
      policies.push({ policy: reader.read(contents), node: contents, isSound: reader.problems.length === 0 });
      problems.push(...reader.problems);
    }
  }
  if (documents.length > POLICIES_MAX) problems.push({ line: 1, column: 1, path: [], words: { zh: `一份文档最多 ${POLICIES_MAX} 条策略。`, en: `A document has at most ${POLICIES_MAX} policies.` }, isWarning: false });
  for (const { index, path, words, isWarning } of checkPolicies(policies.map(({ policy }) => policy), names)) {
    const { node, isSound } = policies[index]!;
    // What follows from a mistake that was told already is not told as another.
    if (!isSound) continue;
    problems.push({ ...places.of(nodeAt(node, path)), path: [String(index), ...path], words, isWarning });
  }
  return { policies: policies.map(({ policy }) => policy), problems: problems.sort((a, b) => a.line! - b.line! || a.column! - b.column!) };
}

function alone(words: Problem['words']): PolicyDocument {
  return { policies: [], problems: [{ line: 1, column: 1, path: [], words, isWarning: false }] };
}

/** The key (or list item) that a path names; the nearest part that is written when it is not. */
function nodeAt(map: YAMLMap, path: readonly string[]): Node {
  let found: Node = map;
  for (const [depth, step] of path.entries()) {
    if (isSeq(found)) found = found.items[Number(step)] as Node;
    else if (isMap(found)) {
      const pair: Pair | undefined = found.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) break;
      found = (depth === path.length - 1 ? pair.key : pair.value) as Node;
    }
  }
  return found;
}

function notPolicy(contents: unknown): Problem['words'] {
  return isSeq(contents)
    ? { zh: '这里应是一条策略而不是列表：多条策略之间用一行 --- 分开。', en: 'A policy is expected here, not a list: divide several policies by a line with ---.' }
    : { zh: '这里应是一条策略，例如 priority: P0。', en: 'A policy is expected here, e.g. priority: P0.' };
}

/** Where the quote opens that is never closed: the last one there is, because everything behind belongs to it. */
function openedAt(document: Document.Parsed): number | null {
  let place: number | null = null;
  visit(document, { Scalar: (_, { type, range }) => void (type?.startsWith('QUOTE') && range && (place = range[0])) });
  return place;
}

/** The parser's complaints in words that say what to do; `code` names them in its documentation. */
function syntaxWords(code: string, message: string): Problem['words'] {
  switch (code) {
    case 'TAB_AS_INDENT': return { zh: '缩进不能用制表符，请改用两个空格。', en: 'Indent with two spaces; tabs are not allowed.' };
    case 'BAD_INDENT': return message.startsWith('Flow') ? syntaxWords('MISSING_CHAR', message) : { zh: '这一行的缩进与上下不一致，请对齐。', en: 'This line is not indented like its neighbours: align them.' };
    case 'DUPLICATE_KEY': return { zh: '这个键写了两次，请只保留一个。', en: 'This key is written twice: keep one.' };
    case 'MISSING_CHAR': return message.startsWith('Missing closing') ? { zh: '这里的引号没有结束，请在这段文字后面补上。', en: 'This quote is never closed: close it behind the text.' } : message.startsWith('Sequence item') ? syntaxWords('BAD_INDENT', '') : { zh: '这里缺少一个符号（引号、括号、冒号或逗号），请补上。', en: 'A sign is missing here (quote, bracket, colon or comma): add it.' };
    case 'BLOCK_AS_IMPLICIT_KEY': return { zh: '每个键单独占一行，并与同级的键对齐：这一行有两个键，或下一行缩进过多。', en: 'Each key has a line of its own and begins below its neighbours: two stand on this line, or the next line is indented too far.' };
    case 'MULTILINE_IMPLICIT_KEY': return { zh: '键后面应有冒号和空格，例如 first_response: 15m。', en: 'A colon and a space follow a key, e.g. first_response: 15m.' };
    case 'UNEXPECTED_TOKEN': case 'BLOCK_IN_FLOW': return { zh: '这里的符号不该出现，请删去或加上引号。', en: 'This sign is not expected here: take it away or quote the text.' };
    default: return { zh: `这里不是有效的 YAML：${message.split('\n')[0]}`, en: `This is not valid YAML: ${message.split('\n')[0]}` };
  }
}

/** The YAML of plain policy objects, one document each. */
export function writeYaml(documents: readonly Record<string, unknown>[]): string {
  return documents.map((one) => stringify(one, { lineWidth: 0 })).join('---\n');
}

/** The YAML of policies, always spelled the same way: reading it gives equal policies. */
export function writePolicyYaml(policies: readonly Policy[]): string {
  return writeYaml(policies.map(plain));
}

function plain({ subject, priority, conditions, budgets, hoursKey, pauseStates, warnings, escalations }: Policy): Record<string, unknown> {
  const written: Record<string, unknown> = subject === 'CONVERSATION' ? { for: 'conversation', priority } : { priority };
  if (Object.keys(conditions).length > 0) written.conditions = conditions;
  for (const [target, key] of Object.entries(YAML_KEY) as [SlaTarget, string][]) if (budgets[target] !== undefined) written[key] = writeSpan(budgets[target]);
  if (hoursKey !== '7x24') written.business_hours = hoursKey;
  if (pauseStates.join() !== 'PENDING,ON_HOLD') written.pause_states = pauseStates;
  if (warnings.length > 0) written.warnings = warnings.map(({ beforeMs, percentUsed, target }) => ({ ...(beforeMs === null ? { percent_used: percentUsed } : { before: writeSpan(beforeMs) }), ...(target ? { target } : {}) }));
  if (escalations.length > 0) written.escalation_rules = escalations.map(({ appliesTo, afterMs, target }) => ({ after: writeSpan(afterMs), target, ...(appliesTo ? { applies_to: YAML_KEY[appliesTo] } : {}) }));
  return written;
}
