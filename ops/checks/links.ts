import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { filesUnder, report, ROOT } from './files.ts';

/** Links and paths in our pages that lead to no file. A path counts when it begins with a folder of the repository. */
const OURS = /^(?:schema|subgraphs|gateway|web|ops|\.ci|\.github)\//;
/** Made by a build, so not there in a fresh clone. */
const BUILT = /(^|\/)(dist|gql|generated|node_modules|\.data)(\/|$)/;

const findings: string[] = [];

for (const page of filesUnder('', (path) => path.endsWith('.md'))) {
  for (const [index, line] of readFileSync(join(ROOT, page), 'utf8').split('\n').entries()) {
    for (const target of targetsIn(line, page)) {
      if (!BUILT.test(target) && !existsSync(join(ROOT, target))) findings.push(`${page}:${index + 1}: ${target} does not exist`);
    }
  }
}

function targetsIn(line: string, page: string): string[] {
  const links = [...line.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map((found) => found[1]!)
    .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link))
    .map((link) => normalize(link.startsWith('/') ? link.slice(1) : join(dirname(page), link)));
  const paths = [...line.matchAll(/`([^`\s]+)`/g)].map((found) => found[1]!)
    .filter((path) => OURS.test(path) && !/[*<>{}[\]$…]/.test(path))
    .map((path) => path.replace(/:\d+$/, ''));
  return [...links, ...paths];
}

report(findings);
