import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every regular file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The files that hold one of the needles, byte for byte, wherever a chunk ends. One that is deleted meanwhile, as by another test that drops its database, holds nothing any more. */
export async function filesHolding(paths: readonly string[], needles: readonly Buffer[]): Promise<string[]> {
  const found: string[] = [];
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false })?.size && (await holds(path, needles, overlap).catch(whenGone))) found.push(path);
  }
  return found;
}

function whenGone(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

async function holds(path: string, needles: readonly Buffer[], overlap: number): Promise<boolean> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const window = Buffer.concat([rest, chunk]);
    if (needles.some((needle) => window.includes(needle))) return true;
    rest = window.subarray(Math.max(0, window.length - overlap));
  }
  return false;
}
