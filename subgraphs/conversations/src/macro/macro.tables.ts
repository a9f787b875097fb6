import { bytes, instant, jsonColumn, publicId } from '@careline/kit/db';
import { boolean, int, mysqlTable, text, varchar } from 'drizzle-orm/mysql-core';
import type { MacroStep, Sharing } from './macro.types.ts';

// One row is one canned reply, in clear as names of queues and titles of articles are: it is written for everybody's customers,
// not about one. Written by saveCannedReply, counted by useCannedReply; never deleted. `audience` is who sees it: the author's id,
// the team's, or zeros; (audience, is_retired) reads a list, and the list is short by the limit of saveCannedReply.
// `active_shortcut` repeats the shortcut while in use: unique for each audience.
export const cannedReplies = mysqlTable('canned_replies', {
  id: publicId('can', 'id').primaryKey(),
  title: varchar('title', { length: 60 }).notNull(),
  titlePinyin: varchar('title_pinyin', { length: 600 }).notNull(),
  shortcut: varchar('shortcut', { length: 20 }),
  activeShortcut: varchar('active_shortcut', { length: 20 }),
  text: text('reply_text').notNull(),
  sharing: varchar('sharing', { length: 4 }).$type<Sharing>().notNull(),
  authorId: publicId('agt', 'author_id').notNull(),
  teamId: publicId('tem', 'team_id'),
  audience: bytes('audience', 16).notNull(),
  isRetired: boolean('is_retired').notNull(),
  usageCount: int('usage_count', { unsigned: true }).notNull(),
  version: int('version', { unsigned: true }).notNull(),
  createdAt: instant('created_at').notNull(),
  changedAt: instant('changed_at').notNull(),
});

// One row is one macro, shared and found as canned replies are. Written by saveMacro, counted by runMacro; never deleted.
export const macros = mysqlTable('macros', {
  id: publicId('mac', 'id').primaryKey(),
  name: varchar('name', { length: 60 }).notNull(),
  namePinyin: varchar('name_pinyin', { length: 600 }).notNull(),
  steps: jsonColumn<MacroStep[]>('steps').notNull(),
  sharing: varchar('sharing', { length: 4 }).$type<Sharing>().notNull(),
  authorId: publicId('agt', 'author_id').notNull(),
  teamId: publicId('tem', 'team_id'),
  audience: bytes('audience', 16).notNull(),
  isRetired: boolean('is_retired').notNull(),
  usageCount: int('usage_count', { unsigned: true }).notNull(),
  version: int('version', { unsigned: true }).notNull(),
  createdAt: instant('created_at').notNull(),
  changedAt: instant('changed_at').notNull(),
});
