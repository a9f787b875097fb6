import { instant, jsonColumn, publicId } from '@careline/kit/db';
import { date, int, mediumtext, mysqlTable, varchar } from 'drizzle-orm/mysql-core';

export type ArticleVisibility = 'INTERNAL' | 'PUBLIC';
export type ArticleLocale = 'ZH_CN' | 'EN';

export interface SimilarQuestion {
  id: string;
  text: string;
}

// One row is one article. Title and dates repeat those of the version shown (in force, else the draft), so lists and
// the help centre need no join to filter by them. Written by the verbs of this module, read by all; never deleted.
export const articles = mysqlTable('articles', {
  id: publicId('art', 'id').primaryKey(),
  number: int('number').notNull(),
  locale: varchar('locale', { length: 8 }).$type<ArticleLocale>().notNull(),
  visibility: varchar('visibility', { length: 8 }).$type<ArticleVisibility>().notNull(),
  category: varchar('category', { length: 200 }).notNull(),
  ownerId: publicId('agt', 'owner_id'),
  title: varchar('title', { length: 200 }).notNull(),
  effectiveDate: date('effective_date', { mode: 'string' }).notNull(),
  expireDate: date('expire_date', { mode: 'string' }),
  publishedVersionId: publicId('arv', 'published_version_id'),
  draftVersionId: publicId('arv', 'draft_version_id'),
  lastNumber: int('last_number').notNull(),
  version: int('version').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

// One row is one saved text; only published_at is ever written again, once. search_text is the folded title, words,
// questions and plain text: articles are public knowledge, so unlike what customers write it may be searched in clear.
export const articleVersions = mysqlTable('article_versions', {
  id: publicId('arv', 'id').primaryKey(),
  articleId: publicId('art', 'article_id').notNull(),
  number: int('number').notNull(),
  title: varchar('title', { length: 200 }).notNull(),
  content: mediumtext('content').notNull(),
  keywords: jsonColumn<string[]>('keywords').notNull(),
  similarQuestions: jsonColumn<SimilarQuestion[]>('similar_questions').notNull(),
  visibility: varchar('visibility', { length: 8 }).$type<ArticleVisibility>().notNull(),
  effectiveDate: date('effective_date', { mode: 'string' }).notNull(),
  expireDate: date('expire_date', { mode: 'string' }),
  authorKind: varchar('author_kind', { length: 8 }).$type<'AGENT' | 'API' | 'SYSTEM'>().notNull(),
  authorId: varchar('author_id', { length: 64 }),
  reason: varchar('reason', { length: 200 }),
  searchText: mediumtext('search_text').notNull(),
  savedAt: instant('saved_at').notNull(),
  publishedAt: instant('published_at'),
});

// One row is one time a version was, or will be, put in force. SCHEDULED rows are the durable timers of "publish later";
// IN_FORCE and ENDED rows answer "what did we say on that day?". (state, publish_at) serves the sweep.
export const publications = mysqlTable('publications', {
  id: publicId('pub', 'id').primaryKey(),
  articleId: publicId('art', 'article_id').notNull(),
  versionId: publicId('arv', 'version_id').notNull(),
  state: varchar('state', { length: 10 }).$type<'SCHEDULED' | 'IN_FORCE' | 'ENDED' | 'CANCELLED'>().notNull(),
  publishAt: instant('publish_at').notNull(),
  publishedAt: instant('published_at'),
  endedAt: instant('ended_at'),
});

export type ArticleRow = typeof articles.$inferSelect;
export type VersionRow = typeof articleVersions.$inferSelect;
export type PublicationRow = typeof publications.$inferSelect;
