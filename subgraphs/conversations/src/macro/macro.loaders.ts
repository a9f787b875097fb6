import DataLoader from 'dataloader';
import type { ConversationsContext } from '../context.ts';
import { queueNames } from '../routing/index.ts';
import { askArticleLinks } from './article-links.ts';
import { askCategories } from './categories.ts';
import { selectCannedReplies, type CannedReplyRow } from './canned.store.ts';
import { selectMacros, type MacroRow } from './macro.store.ts';
import { valuesAt, type Place, type Values } from './render-text.ts';

/** Loaders of one request. */
export function macroLoaders(ctx: ConversationsContext) {
  const { db } = ctx;
  return {
    cannedReply: new DataLoader<string, CannedReplyRow | null>(async (ids) => {
      const rows = await selectCannedReplies(db, ids);
      return ids.map((id) => rows.get(id) ?? null);
    }),
    macro: new DataLoader<string, MacroRow | null>(async (ids) => {
      const rows = await selectMacros(db, ids);
      return ids.map((id) => rows.get(id) ?? null);
    }),
    /** What variables stand for at one place: a whole list is filled in with one look at it. */
    values: new DataLoader<Place, Values | null, string>((places) => Promise.all(places.map((place) => valuesAt(ctx, place))), {
      cacheKeyFn: ({ conversationId, customerId }) => `${conversationId} ${customerId}`,
    }),
    /** Addresses of articles by number. */
    articleLink: new DataLoader<string, string | null>((numbers) => askArticleLinks(ctx, numbers)),
    /** Names of categories by key; nobody is told why there is none while tickets is away. */
    categoryName: new DataLoader<string, string | null>(async (keys) => {
      const found = await askCategories(ctx, { includeRetired: true }).catch(() => null);
      return keys.map((key) => (ctx.locale === 'EN' ? found?.get(key)?.nameEn : found?.get(key)?.nameZh) ?? null);
    }),
    queueName: new DataLoader<string, string | null>(async (ids) => {
      const names = await queueNames(db, ids);
      return ids.map((id) => names.get(id) ?? null);
    }),
  };
}
