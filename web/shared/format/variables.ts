import { articleOf, isVariable, sampleArticle, textVariables, VARIABLE } from '@careline/schema/variables';

export { textVariables };

/** A text in its pieces: words, and variables by name. */
export interface Piece {
  text: string;
  variable: string | null;
}

/** Cuts a text at its variables; what stands in braces and is none stays words. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (!isVariable(match[1]!)) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), variable: null });
    pieces.push({ text: match[0], variable: match[1]! });
    at = match.index + match[0].length;
  }
  return at < text.length ? [...pieces, { text: text.slice(at), variable: null }] : pieces;
}

/** The text with these values in place of their variables. */
export const fillIn = (text: string, values: Readonly<Record<string, string | null | undefined>>): string =>
  piecesOf(text).map((piece) => (piece.variable ? (values[piece.variable] ?? piece.text) : piece.text)).join('');

/** What a variable is called; the link of an article by its number. */
export function nameOfVariable(name: string, isEnglish: boolean): string {
  const found = textVariables.find((one) => one.name === name);
  return found ? (isEnglish ? found.en : found.zh) : (articleOf(name) ?? name);
}

/** What a preview shows in place of a variable. */
export function sampleOf(name: string, isEnglish: boolean): string {
  const found = textVariables.find((one) => one.name === name);
  return found ? (isEnglish ? found.sampleEn : found.sampleZh) : sampleArticle(articleOf(name) ?? '');
}

/** Where the first variable stands that nobody filled in; null: there is none. */
export function firstVariable(text: string, from = 0): { start: number; end: number } | null {
  let at = 0;
  for (const piece of piecesOf(text)) {
    if (piece.variable && at >= from) return { start: at, end: at + piece.text.length };
    at += piece.text.length;
  }
  return null;
}

/** Names of the variables that a text still holds, each once. */
export const variablesIn = (text: string): string[] => [...new Set(piecesOf(text).flatMap(({ variable }) => (variable ? [variable] : [])))];
