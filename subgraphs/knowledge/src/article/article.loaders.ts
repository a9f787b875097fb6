import type { Db } from '@careline/kit/db';
import DataLoader from 'dataloader';
import { articlesById, versionsById } from './article.store.ts';
import type { ArticleRow, VersionRow } from './article.tables.ts';

export interface ArticleLoaders {
  article: DataLoader<string, ArticleRow | null>;
  version: DataLoader<string, VersionRow | null>;
}

/** One look-up per kind and tick of a request, so a list of articles costs one query for its versions. */
export function articleLoaders(db: Db): ArticleLoaders {
  return {
    article: new DataLoader((ids) => inOrder(ids, articlesById(db, ids))),
    version: new DataLoader((ids) => inOrder(ids, versionsById(db, ids))),
  };
}

async function inOrder<Row extends { id: string }>(ids: readonly string[], found: Promise<Row[]>): Promise<(Row | null)[]> {
  const byId = new Map((await found).map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
