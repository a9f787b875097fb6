import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe-core finds against the page as it stands, one line a finding; empty is good. */
export async function findBarriers(place: Page | Frame): Promise<string[]> {
  await place.evaluate(AXE);
  // A string, because a function's text is rewritten by the loader that runs these files.
  const { violations } = await place.evaluate<{ violations: Violation[] }>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${violation.help}: ${node.html.slice(0, 160)} ${node.failureSummary.replaceAll(/\s+/g, ' ').slice(0, 240)}`));
}
