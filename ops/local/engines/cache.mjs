import { lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where this user keeps servers of one kind that were brought once, each in a folder named by its version. Throws a `Refusal` when
 * there is no safe place.
 * @param {string} name
 * @param {new (message: string) => Error} Refusal
 * @returns {string}
 */
export function cacheFolder(name, Refusal) {
  const wanted = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'careline', name);
  try {
    mkdirSync(wanted, { recursive: true });
    return wanted;
  } catch {
    // A user without a home, as services have.
    const folder = join(tmpdir(), `careline-${name}-${process.getuid?.() ?? 0}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const facts = lstatSync(folder);
    // What lies here is run: nobody else may have put it there.
    if (!facts.isDirectory() || facts.uid !== process.getuid?.()) throw new Refusal(`${folder} belongs to someone else. Set XDG_CACHE_HOME to a folder of yours.`);
    return folder;
  }
}
