import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report, ROOT } from './files.ts';

/** Every `file › function` that this page names must be there: a walk that leads nowhere is worse than none. */
const PAGE = 'subgraphs/README.md';

const findings: string[] = [];
let hops = 0;

if (!existsSync(join(ROOT, PAGE))) findings.push(`${PAGE} is missing`);
else {
  for (const [index, line] of readFileSync(join(ROOT, PAGE), 'utf8').split('\n').entries()) {
    for (const [, file, name] of line.matchAll(/`([\w./-]+\.(?:ts|mjs|vue|graphql))\s*›\s*([\w.]+)[^`]*`/g)) {
      hops += 1;
      const trouble = lookUp(file!, name!);
      if (trouble) findings.push(`${PAGE}:${index + 1}: ${trouble}`);
    }
  }
  if (findings.length === 0 && hops === 0) findings.push(`${PAGE} names no \`file › function\``);
}

function lookUp(file: string, name: string): string | null {
  if (!existsSync(join(ROOT, file))) return `${file} does not exist`;
  // `Mutation.sendMessage` is the key sendMessage of the resolvers; a class member is named the same way.
  const word = name.split('.').at(-1)!;
  const text = readFileSync(join(ROOT, file), 'utf8');
  const isDeclared = new RegExp(`\\b(?:function\\*?|const|let|class)\\s+${word}\\b|^\\s*(?:export\\s+)?(?:static\\s+|async\\s+)*\\*?#?${word}\\s*[(:,<?]`, 'm').test(text);
  return isDeclared ? null : `${file} has no ${name}`;
}

report(findings);
