import { instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import type { Locale, Words } from '@careline/kit/errors';
import { boolean, char, int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import type { ChannelKind } from './channel.rules.ts';
import type { FormFieldSpec } from './form.rules.ts';

/** The widget's own words, shown before a visit. */
export interface WidgetTexts {
  title: Words;
  greeting: Words;
}

// One row is one channel. Written by set-up, seed and saveChannel, read by every widget before its visit. A handful of rows.
// Texts, form and name are public words of the organisation; the secret that signs identity proofs is sealed under the staff key.
export const channels = mysqlTable('channels', {
  id: publicId('chn', 'id').primaryKey(),
  key: varchar('channel_key', { length: 64 }),
  kind: varchar('kind', { length: 10 }).$type<ChannelKind>().notNull(),
  name: varchar('name', { length: 60 }).notNull(),
  locale: varchar('locale', { length: 8 }).$type<Locale>().notNull(),
  isEnabled: boolean('is_enabled').notNull(),
  origins: jsonColumn<string[]>('origins').notNull(),
  texts: jsonColumn<WidgetTexts>('texts').notNull(),
  accentColor: char('accent_color', { length: 7 }).notNull(),
  form: jsonColumn<FormFieldSpec[]>('form').notNull(),
  secretEnc: sealed('secret_enc', 512),
  version: int('version').notNull(),
  createdAt: instant('created_at').notNull(),
});
