import { type Db, inList, newId, parseId, type Queryable, type Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { and, desc, eq, gte, isNull, lt, lte, or } from 'drizzle-orm';
import { articles, articleVersions, publications, type ArticleRow, type PublicationRow, type VersionRow } from './article.tables.ts';

/**
 * The next number for people. Taken outside the writer's transaction, so that two authors
 * never wait for each other; a failed save leaves a gap.
 */
export async function takeArticleNumber(db: Db): Promise<number> {
  const { insertId } = await db.execute("UPDATE /* takeArticleNumber */ counters SET next_value = LAST_INSERT_ID(next_value) + 1 WHERE name = 'article'");
  return insertId;
}

/** Articles by id, in any order; ids of nothing are left out. */
export async function articlesById(q: Queryable, ids: readonly string[]): Promise<ArticleRow[]> {
  const known = ids.filter((id) => parseId('art', id));
  return known.length === 0 ? [] : q.orm.select().from(articles).where(inList(articles.id, known));
}

/** Versions by id, in any order; ids of nothing are left out. */
export async function versionsById(q: Queryable, ids: readonly string[]): Promise<VersionRow[]> {
  const known = ids.filter((id) => parseId('arv', id));
  return known.length === 0 ? [] : q.orm.select().from(articleVersions).where(inList(articleVersions.id, known));
}

export async function articleByNumber(q: Queryable, number: number): Promise<ArticleRow | null> {
  return first(await q.orm.select().from(articles).where(eq(articles.number, number)));
}

/** The article, held until the transaction ends: its writers go one after the other. */
export async function lockArticle(tx: Tx, id: string): Promise<ArticleRow | null> {
  if (!parseId('art', id)) return null;
  return first(await tx.orm.select().from(articles).where(eq(articles.id, id)).for('update'));
}

export async function insertArticle(tx: Tx, row: ArticleRow): Promise<void> {
  await tx.orm.insert(articles).values(row);
}

export async function updateArticle(tx: Tx, id: string, changes: Partial<ArticleRow>): Promise<void> {
  await tx.orm.update(articles).set(changes).where(eq(articles.id, id));
}

export async function insertVersion(tx: Tx, row: VersionRow): Promise<void> {
  await tx.orm.insert(articleVersions).values(row);
}

/** Notes when a version came into force for the first time; later times leave it. */
export async function markPublished(tx: Tx, versionId: string, at: Instant): Promise<void> {
  await tx.orm.update(articleVersions).set({ publishedAt: at }).where(and(eq(articleVersions.id, versionId), isNull(articleVersions.publishedAt)));
}

/** Ends what is in force of an article; nothing happens when nothing is. */
export async function endPublication(tx: Tx, articleId: string, at: Instant): Promise<void> {
  await tx.orm.update(publications).set({ state: 'ENDED', endedAt: at }).where(and(eq(publications.articleId, articleId), eq(publications.state, 'IN_FORCE')));
}

/** Calls off what is scheduled for an article; tells how many were. */
export async function cancelScheduled(tx: Tx, articleId: string): Promise<number> {
  const [result] = await tx.orm.update(publications).set({ state: 'CANCELLED' }).where(and(eq(publications.articleId, articleId), eq(publications.state, 'SCHEDULED')));
  return result.affectedRows;
}

export async function insertPublication(tx: Tx, row: Omit<PublicationRow, 'id' | 'endedAt'>): Promise<void> {
  await tx.orm.insert(publications).values({ ...row, id: newId('pub'), endedAt: null });
}

/** Scheduled publications whose time has come, oldest first. */
export async function duePublications(q: Queryable, now: Instant, limit: number): Promise<PublicationRow[]> {
  return q.orm.select().from(publications).where(and(eq(publications.state, 'SCHEDULED'), lte(publications.publishAt, now)))
    .orderBy(publications.publishAt, publications.id).limit(limit);
}

/** Removes one scheduled publication to carry it out; false when another worker did, or it was called off. */
export async function claimPublication(tx: Tx, id: string): Promise<boolean> {
  const [result] = await tx.orm.delete(publications).where(and(eq(publications.id, id), eq(publications.state, 'SCHEDULED')));
  return result.affectedRows === 1;
}

/** The last publication of an article that was in force at some moment between two instants. */
export async function publicationBetween(q: Queryable, articleId: string, from: Instant, until: Instant): Promise<PublicationRow | null> {
  return first(await q.orm.select().from(publications).where(and(
    eq(publications.articleId, articleId),
    inList(publications.state, ['IN_FORCE', 'ENDED']),
    lt(publications.publishedAt, until),
    or(isNull(publications.endedAt), gte(publications.endedAt, from)),
  )).orderBy(desc(publications.publishedAt), desc(publications.id)).limit(1));
}

function first<Row>(rows: Row[]): Row | null {
  return rows[0] ?? null;
}
