import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { idToBinary } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';

/** Where sealed files lie: complete ones under two letters each, arriving ones by attempt. Knows paths, never content. */
export interface BlobStore {
  /** Complete content; the attempt is part of the name, so a late loser never replaces what the winner wrote. */
  path(blobId: string, fence: number): string;
  partPath(blobId: string, fence: number): string;
  /** Where something lies until it is known how much it is; swept like parts. */
  spoolPath(name: string): string;
  /** Makes a complete part the content; the rename is the moment it counts. */
  keep(blobId: string, fence: number): Promise<void>;
  removePart(blobId: string, fence: number): Promise<void>;
  remove(blobId: string, fence: number): Promise<void>;
  /** Deletes parts nobody has written to since `before`; tells how many. */
  sweepParts(before: Instant): Promise<number>;
}

/** The blobs below `<dataDir>/blobs`. */
export async function openBlobStore(dataDir: string): Promise<BlobStore> {
  const root = join(dataDir, 'blobs');
  const parts = join(root, 'parts');
  await mkdir(parts, { recursive: true, mode: 0o700 });
  const path = (blobId: string, fence: number) => {
    // The last bytes of an id are its random ones: they spread files evenly over the folders.
    const hex = idToBinary(blobId).toString('hex');
    return join(root, hex.slice(-2), hex.slice(-4, -2), `${hex}.${fence}`);
  };
  const partPath = (blobId: string, fence: number) => join(parts, `${idToBinary(blobId).toString('hex')}.${fence}`);
  return {
    path,
    partPath,
    spoolPath: (name) => join(parts, `${name}.spool`),
    async keep(blobId, fence) {
      await mkdir(dirname(path(blobId, fence)), { recursive: true, mode: 0o700 });
      await rename(partPath(blobId, fence), path(blobId, fence));
    },
    removePart: (blobId, fence) => rm(partPath(blobId, fence), { force: true }),
    remove: (blobId, fence) => rm(path(blobId, fence), { force: true }),
    async sweepParts(before) {
      let removed = 0;
      for (const name of await readdir(parts)) {
        const file = join(parts, name);
        const found = await stat(file).catch(() => null);
        if (!found || found.mtimeMs >= before) continue;
        await rm(file, { force: true });
        removed += 1;
      }
      return removed;
    },
  };
}
