import { fold, kindOf, type Folded } from './fold.ts';
import { isBeginning } from './grams.ts';

export interface Snippet {
  snippet: string;
  /** Places of the words in the snippet, in UTF-16 units, in order, without overlaps. */
  highlights: { start: number; end: number }[];
}

const SNIPPET_MAX = 120;
/** How much stands before the first word. */
const LEAD = 30;
const HIGHLIGHTS_MAX = 10;

interface Span {
  from: number;
  to: number;
}

/** Whether the text holds every term. */
export function holdsAll(text: string, terms: readonly string[]): boolean {
  const folded = fold(text);
  return terms.every((term) => findTerm(folded, term, 1).length > 0);
}

/** The text around the first word, at most 120 characters, with the words' places; null unless the text holds every term. */
export function snippetOf(text: string, terms: readonly string[]): Snippet | null {
  const folded = fold(text);
  const found = terms.map((term) => findTerm(folded, term, HIGHLIGHTS_MAX));
  if (found.length === 0 || found.some((spans) => spans.length === 0)) return null;
  const spans = joined(found.flat().map(({ from, to }) => ({ from: folded.at[from]!, to: endOf(folded, to) })));
  return cut(folded.shown, spans);
}

// A letter may fold to several; the end of what is shown is where the next shown letter begins.
function endOf({ at }: Folded, to: number): number {
  let place = to;
  while (place < at.length - 1 && at[place] === at[to - 1]) place += 1;
  return at[place]!;
}

function findTerm({ letters }: Folded, term: string, most: number): Span[] {
  const wanted = [...term];
  const isStart = isBeginning(term);
  const spans: Span[] = [];
  for (let from = 0; from + wanted.length <= letters.length && spans.length < most; from += 1) {
    if (!wanted.every((letter, place) => letters[from + place] === letter)) continue;
    if (isStart && from > 0 && kindOf(letters[from - 1]!) === 'WORD') continue;
    spans.push({ from, to: from + wanted.length });
  }
  return spans;
}

function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = all.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else all.push({ ...span });
  }
  return all;
}

function cut(shown: string, spans: readonly Span[]): Snippet {
  const isWhole = shown.length <= SNIPPET_MAX;
  const from = isWhole ? 0 : whole(shown, Math.max(0, spans[0]!.from - LEAD));
  const before = from > 0 ? '…' : '';
  const to = isWhole ? shown.length : whole(shown, Math.min(shown.length, from + SNIPPET_MAX - 1 - before.length));
  const shift = before.length - from;
  const highlights = spans.filter((span) => span.from < to).slice(0, HIGHLIGHTS_MAX)
    .map((span) => ({ start: span.from + shift, end: Math.min(span.to, to) + shift }));
  return { snippet: before + shown.slice(from, to) + (to < shown.length ? '…' : ''), highlights };
}

/** The place, or the one before it: never in the middle of a pair of UTF-16 units. */
const whole = (text: string, place: number) => (/[\uDC00-\uDFFF]/.test(text[place] ?? '') ? place - 1 : place);
