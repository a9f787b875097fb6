import { readFileSync } from 'node:fs';
import type { Part } from '../../harness/system.ts';

/** Resident memory of each process in MB, by name; dead ones are left out. */
export function readMemory(parts: readonly Part[]): Map<string, number> {
  return new Map(parts.flatMap((part) => {
    try {
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${part.pid}/status`, 'utf8'))?.[1];
      return kilobytes ? [[part.name, Number(kilobytes) / 1_024] as const] : [];
    } catch {
      return [];
    }
  }));
}

/** How much more memory is held than before, in one sentence. */
export function tellGrowth(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string {
  const sum = (memory: ReadonlyMap<string, number>) => [...memory.values()].reduce((total, one) => total + one, 0);
  const growths = [...after].map(([name, mb]) => ({ name, mb, share: mb / (before.get(name) ?? mb) - 1 })).sort((a, b) => b.share - a.share);
  const most = growths[0];
  const percent = (share: number) => `${share >= 0 ? '+' : ''}${(share * 100).toFixed(0)} %`;
  return `rss ${sum(before).toFixed(0)} -> ${sum(after).toFixed(0)} MB (${percent(sum(after) / sum(before) - 1)})${most ? `, most ${most.name} ${most.mb.toFixed(0)} MB (${percent(most.share)})` : ''}`;
}
