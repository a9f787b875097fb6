import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as events from '@careline/schema/events';
import { permissionCatalogue } from '@careline/schema/permissions';
import { parse } from 'graphql';
import { filesUnder, report, ROOT } from './files.ts';

interface Glossary {
  things: { word: string; tables: string[] }[];
  verbs: { word: string; events: string[] }[];
  states: Record<string, Record<string, string>>;
  general: string[];
}

const glossary = JSON.parse(readFileSync(join(ROOT, 'schema/glossary.json'), 'utf8')) as Glossary;

/** Plain words of a name in any of our spellings, singular: `InboxNotices`, `queue_entries`, `issueToken`. */
function wordsOf(name: string): string[] {
  return name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).filter(Boolean).map((word) => singular(word.toLowerCase()));
}

function singular(word: string): string {
  if (word.endsWith('ies')) return word.replace(/ies$/, 'y');
  if (/(ss|us|is|ics)$/.test(word)) return word;
  return /(sh|ch|x|ss)es$/.test(word) ? word.slice(0, -2) : word.replace(/s$/, '');
}

const known = new Set([
  ...glossary.things.flatMap((thing) => [thing.word, ...thing.tables]),
  ...glossary.verbs.map((verb) => verb.word),
  ...Object.keys(glossary.states),
  ...glossary.general,
].flatMap(wordsOf));

/** Words of the name that are in no entry of the glossary. */
const unknownIn = (name: string): string[] => [...new Set(wordsOf(name).filter((word) => !known.has(word)))];

function* typeNames(): Generator<[string, string]> {
  for (const file of filesUnder('schema', (path) => path.endsWith('.graphql') && !path.includes('/operations/') && !/(supergraph|published)\.graphql$/.test(path))) {
    for (const definition of parse(readFileSync(join(ROOT, file), 'utf8')).definitions) {
      if ('name' in definition && definition.name && definition.kind.endsWith('TypeDefinition')) yield [file, definition.name.value];
    }
  }
}

function* tableNames(): Generator<[string, string]> {
  for (const file of filesUnder('subgraphs', (path) => path.endsWith('.sql'))) {
    for (const [, name] of readFileSync(join(ROOT, file), 'utf8').matchAll(/CREATE TABLE (?:IF NOT EXISTS )?`?(\w+)/gi)) yield [file, name!];
  }
}

const findings: string[] = [];
const say = (file: string, what: string, name: string): void => {
  for (const word of unknownIn(name)) findings.push(`${file}: ${what} ${name} says "${word}", which is no word of schema/glossary.json`);
};

for (const [file, name] of typeNames()) say(file, 'type', name);
for (const [file, name] of tableNames()) {
  say(file, 'table', name);
  if (!/^[a-z]+(_[a-z]+)*$/.test(name)) findings.push(`${file}: table ${name} is not snake_case`);
}
const facts = new Set(glossary.verbs.flatMap((verb) => verb.events));
for (const event of Object.values(events)) {
  if (typeof event !== 'object' || event === null || !('type' in event)) continue;
  if (!facts.has(String(event.type))) findings.push(`schema/events: ${String(event.type)} is the event of no verb in schema/glossary.json`);
}
for (const permission of permissionCatalogue) say('schema/permissions.json', 'permission', permission.name);

report(findings);
