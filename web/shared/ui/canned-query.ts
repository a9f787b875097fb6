/** Where a canned reply is asked for in a text: `start` is the first character it replaces, `query` what was typed to find it. */
export interface Asked {
  start: number;
  query: string;
}

const QUERY_MAX = 30;

/**
 * The part before the caret that asks for a canned reply: `/tk`, at the beginning of a word. A Chinese input method writes 、
 * for the same key; in the middle of a sentence that is a comma.
 */
export function slashBefore(text: string, caret: number): Asked | null {
  const match = /(?:^|\s|(?<=[，。！？；：]))[/、]([^\s/、]{0,30})$/u.exec(text.slice(0, caret));
  return match ? { start: caret - match[1]!.length - 1, query: match[1]! } : null;
}

/** The same after the key that opens the list: everything between `anchor` and the caret, on one line. */
export function typedSince(text: string, anchor: number, caret: number): Asked | null {
  const query = text.slice(anchor, caret);
  return caret < anchor || query.length > QUERY_MAX || query.includes('\n') ? null : { start: anchor, query };
}
