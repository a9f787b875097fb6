export { AHEAD, findPage, type Hit } from './find-page.ts';
export { forgetErasedJob } from './forget-erased.ts';
export { indexEarlierJob } from './index-earlier.ts';
export { holdsAll, snippetOf, type Snippet } from './snippet.ts';
export { sortWordsJob } from './sort-words.ts';
export { packTokens, readWanted, type Wanted } from './tokens.ts';
export { FIRST_PLACE, wordIndex, type Indexed, type WordIndex } from './word-index.ts';
