import { readdirSync, readFileSync } from 'node:fs';

/** A process and what it weighs, in MB. */
export interface Weight {
  pid: number;
  name: string;
  mb: number;
}

/** A process and all that came of it. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readText(`/proc/${name}/stat`);
    // The command in brackets may hold spaces and brackets itself.
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const family = [pid];
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

/** Memory of one process, what it shares counted by its part (Pss); null when it is gone. */
export function pssOf(pid: number): Weight | null {
  return weigh(pid, `/proc/${pid}/smaps_rollup`, 'Pss:');
}

/** Memory of one process that is in the machine now (RSS); null when it is gone. */
export function rssOf(pid: number): Weight | null {
  return weigh(pid, `/proc/${pid}/status`, 'VmRSS:');
}

function weigh(pid: number, file: string, label: string): Weight | null {
  const line = readText(file)?.split('\n').find((one) => one.startsWith(label));
  if (!line) return null;
  const words = (readText(`/proc/${pid}/cmdline`) ?? '').split('\0');
  return { pid, name: words.find((word) => word.endsWith('.ts') || word.endsWith('.mjs')) ?? words[0]!, mb: Number(/\d+/.exec(line)![0]) / 1024 };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
