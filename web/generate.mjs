// Writes web/gql from the public schema and every operation our clients send.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import { Kind, parse, print, printSchema } from 'graphql';
import { publicSchema } from './public-schema.mjs';

const web = dirname(fileURLToPath(import.meta.url));
const out = join(web, 'gql');
const SCALARS = { ID: 'string', DateTime: 'string', Date: 'string', URL: 'string', Duration: 'string', JSON: 'Record<string, unknown>' };
const SKIPPED = new Set(['node_modules', 'dist', 'gql']);

function graphqlFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : graphqlFiles(path);
    return entry.name.endsWith('.graphql') ? [path] : [];
  });
}

/** Every operation once; a fragment written the same way in several files is kept once, written differently it is an error. */
function loadDefinitions() {
  const seen = new Map();
  for (const path of [...graphqlFiles(join(web, '../schema/operations')), ...graphqlFiles(web)].sort()) {
    for (const definition of parse(readFileSync(path, 'utf8'), { noLocation: true }).definitions) {
      const key = `${definition.kind} ${definition.name.value}`;
      const text = print(definition);
      const first = seen.get(key);
      if (first && (first.text !== text || definition.kind === Kind.OPERATION_DEFINITION)) {
        throw new Error(`${key} stands in ${first.path} and, ${first.text === text ? 'again' : 'differently'}, in ${path}`);
      }
      if (!first) seen.set(key, { text, path });
    }
  }
  return [...seen.values()].map(({ text }) => text);
}

/** Types without an id: graphcache embeds them in their parents. */
function keylessTypes(schema) {
  return Object.values(schema.getTypeMap())
    .filter((type) => type.astNode?.kind === Kind.OBJECT_TYPE_DEFINITION && !type.getFields().id)
    .map((type) => type.name)
    .filter((name) => !['Query', 'Mutation', 'Subscription'].includes(name));
}

const schema = publicSchema();
const files = await generate({
  schema: printSchema(schema),
  documents: [loadDefinitions().join('\n\n')],
  silent: true,
  generates: {
    [`${out}/`]: {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: { documentMode: 'string', scalars: SCALARS, enumType: 'string-literal', useTypeImports: true },
    },
  },
}, false);
mkdirSync(out, { recursive: true });
for (const file of files) {
  if (!file.filename.endsWith('/graphql.ts')) continue;
  // Marked pure, so that a bundle holds only the operations it sends.
  writeFileSync(join(out, 'graphql.ts'), file.content.replaceAll('= new TypedDocumentString(', '= /* @__PURE__ */ new TypedDocumentString('));
}
writeFileSync(join(out, 'keyless.ts'), `export const KEYLESS: readonly string[] = ${JSON.stringify(keylessTypes(schema))};\n`);
