import type { Db } from '@careline/kit/db';
import { gauge } from '@careline/kit/observe';
import { countUnlooked } from './attachment.store.ts';

const COUNT_MAX = 100_000;
const watched = new Map<string, Db>();

/** Shows in the metrics how many files are open that no scanner ever looked at. */
export function watchUnlooked(db: Db): void {
  watched.set(db.name, db);
  gauge('careline_files_never_scanned', 'Open files that no scanner ever looked at, counted up to 100,000; with a scanner the number falls to 0.', ['database'], async (metric) => {
    for (const [database, one] of watched) metric.set({ database }, await countUnlooked(one, COUNT_MAX).catch(() => Number.NaN));
  });
}
