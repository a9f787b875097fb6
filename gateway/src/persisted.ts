import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { stripIgnoredCharacters } from 'graphql';

/** Documents of our own clients by the SHA-256 of their text. */
export interface PersistedOperations {
  find(hash: string): string | undefined;
  /** Whether the text is one of them, sent in full; white space and comments may differ. */
  has(document: string): boolean;
  size: number;
}

/**
 * Reads the manifest that the web build writes: `{hash: document}`. A missing file is an empty manifest.
 * Throws when a document does not have the hash it stands under: the manifest decides what clients may run.
 */
export function readPersistedOperations(file: string): PersistedOperations {
  let documents = load(file);
  let readAt = existsSync(file) ? statSync(file).mtimeMs : 0;
  let texts = new Set([...documents.values()].map(bare));
  return {
    has: (document) => document.length <= LONGEST && texts.has(bare(document)),
    find: (hash) => {
      const found = documents.get(hash);
      if (found || !existsSync(file)) return found;
      // An unknown hash is the sign of a newer web build beside this process.
      const changedAt = statSync(file).mtimeMs;
      if (changedAt === readAt) return undefined;
      readAt = changedAt;
      documents = load(file);
      texts = new Set([...documents.values()].map(bare));
      return documents.get(hash);
    },
    get size() { return documents.size; },
  };
}

/** Characters of the longest text worth comparing. */
const LONGEST = 20_000;

function bare(document: string): string {
  try {
    return stripIgnoredCharacters(document);
  } catch {
    return '';
  }
}

function load(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map();
  const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
  for (const [hash, document] of entries) {
    if (createHash('sha256').update(document).digest('hex') !== hash) throw new Error(`${file}: the document under ${hash} has another hash`);
  }
  return new Map(entries);
}
