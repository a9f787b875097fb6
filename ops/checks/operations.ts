import { DEFAULT_LIMITS } from '@careline/gateway/config';
import { measureOperation } from '@careline/gateway/measure';
import { readSchemaFacts } from '@careline/gateway/schema-facts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, Kind, parse, validate, visit, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import { filesUnder, report, ROOT } from './files.ts';

// Everything that console and widget send must stand in the published schema, where outside programs find it too, and must cost no more
// than the gateway lets one operation cost. A page whose size is a variable without a default counts as the greatest page.
// node --import tsx ops/checks/operations.ts --list   prints each with its root fields and its file.

/** A document written between the lines would escape the list. */
const INLINE = /[`'"]\s*(?:query|mutation|subscription)\b\s*\w*\s*(?:\([^`'"]*\)\s*)?\{/;

interface Sent {
  name: string;
  kind: string;
  fields: string[];
  cost: number;
  file: string;
}

const facts = readSchemaFacts(readFileSync(join(ROOT, 'schema/supergraph.graphql'), 'utf8'));
const published = buildSchema(readFileSync(join(ROOT, 'schema/published.graphql'), 'utf8'));
const isSource = (path: string) => /\.(ts|vue)$/.test(path) && !path.endsWith('.test.ts') && !path.startsWith('web/graphiql/');
const sources = filesUnder('web', isSource).map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
const files = [...filesUnder('schema/operations', (path) => path.endsWith('.graphql')), ...filesUnder('web', (path) => path.endsWith('.graphql'))];
const findings = sources.filter(({ text }) => INLINE.test(text)).map(({ path }) => `${path}: a GraphQL document inside the code; give it a .graphql file`);
const sent: Sent[] = [];
const parsed = new Map(files.map((file) => [file, parse(readFileSync(join(ROOT, file), 'utf8'))]));
// A fragment may stand in another file; the same name always means the same fragment.
const fragments = new Map<string, FragmentDefinitionNode>();
for (const { definitions } of parsed.values()) for (const one of definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);

for (const [file, alone] of parsed) {
  const document = withFragments(alone);
  findings.push(...validate(published, document).map((error) => `${file}: ${error.message}`));
  for (const operation of document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)) {
    if (!isSent(operation, file)) continue;
    const name = operation.name!.value;
    const cost = measureOperation(operation, fragments, facts, DEFAULT_LIMITS.page).cost({});
    sent.push({ name, kind: operation.operation, fields: rootFields(operation), cost, file });
    if (cost > DEFAULT_LIMITS.cost) findings.push(`${file}: ${name} costs ${cost} points, at most ${DEFAULT_LIMITS.cost}; ask for smaller pages`);
  }
}

/** The document with every fragment it spreads, whichever file that stands in. */
function withFragments({ definitions }: DocumentNode): DocumentNode {
  const whole = [...definitions];
  const names = new Set(whole.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [one.name.value] : [])));
  for (const definition of whole) {
    visit(definition, { FragmentSpread({ name }) {
      const found = fragments.get(name.value);
      if (found && !names.has(name.value)) whole.push(found);
      names.add(name.value);
    } });
  }
  return { kind: Kind.DOCUMENT, definitions: whole };
}

/** Named in the code by its generated constant, or imported as a file. */
function isSent({ name }: OperationDefinitionNode, file: string): boolean {
  const constant = new RegExp(`\\b${name!.value}Document\\b`);
  return sources.some(({ text }) => constant.test(text) || text.includes(file.slice(file.lastIndexOf('/'))));
}

function rootFields({ selectionSet }: OperationDefinitionNode): string[] {
  return selectionSet.selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));
}

if (process.argv.includes('--list')) {
  for (const { kind, name, fields, cost, file } of sent.sort((a, b) => (a.name < b.name ? -1 : 1))) console.log(`${kind.padEnd(13)}${name.padEnd(30)}${fields.join(' ').padEnd(40)}${String(cost).padStart(6)}  ${file}`);
  console.log(`${sent.length} operations are sent, all of the published schema`);
}
if (sent.length === 0) findings.push('no operation of the web was found');
report(findings);
