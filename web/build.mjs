// Builds what the gateway serves: dist/console, dist/widget, dist/graphiql, dist/operations.json.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDocument, stringifyDocument } from '@urql/core';
import { parse } from 'graphql';
import { build } from 'vite';

const web = dirname(fileURLToPath(import.meta.url));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function graphqlFiles(folder) {
  return readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith('.graphql') && !name.includes('node_modules')).map((name) => join(folder, name));
}

/**
 * Every text our clients send, by its SHA-256: the console's operations as generated and as the cache rewrites them,
 * the widget's as they stand in their files.
 */
function operationsSent() {
  const generated = [...readFileSync(join(web, 'gql/graphql.ts'), 'utf8').matchAll(/Document = [^`]*TypedDocumentString\(`([^`]+)`/g)].map((match) => match[1]);
  const operations = generated.filter((text) => /^\s*(query|mutation|subscription)\b/.test(text));
  const written = [join(web, '../schema/operations'), join(web, 'widget')].flatMap(graphqlFiles).map((path) => readFileSync(path, 'utf8'));
  return [...operations, ...operations.map((text) => stringifyDocument(formatDocument(parse(text)))), ...written];
}

await import('./generate.mjs');
await build({ configFile: join(web, 'vite.config.ts') });
const widget = join(web, 'widget/vite.config.ts');
await build({ configFile: widget });
await build({ configFile: widget, mode: 'loader' });
await build({ configFile: join(web, 'graphiql/vite.config.ts') });
mkdirSync(join(web, 'dist'), { recursive: true });
writeFileSync(join(web, 'dist/operations.json'), `${JSON.stringify(Object.fromEntries(operationsSent().map((text) => [sha256(text), text])), null, 1)}\n`);
