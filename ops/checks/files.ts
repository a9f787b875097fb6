import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

const NOT_OURS = new Set(['node_modules', 'dist', 'gql', 'generated', 'coverage', '.git', '.data', '.turbo']);

/** Paths from the repository of every file below `folder` that `isWanted` says yes to, in order. */
export function filesUnder(folder: string, isWanted: (path: string) => boolean): string[] {
  return readdirSync(`${ROOT}/${folder}`, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) return filesUnder(path, isWanted);
      return isWanted(path) ? [path] : [];
    });
}

/** Prints what a check found and ends the process with it. */
export function report(findings: readonly string[]): void {
  for (const finding of findings) console.error(finding);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
