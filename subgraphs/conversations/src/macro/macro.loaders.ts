import DataLoader from 'dataloader';
import type { ConversationsContext } from '../context.ts';
import { queueNames } from '../routing/index.ts';
import { selectCannedReplies, type CannedReplyRow } from './canned.store.ts';
import { selectMacros, type MacroRow } from './macro.store.ts';

/** Loaders of one request. */
export function macroLoaders({ db }: ConversationsContext) {
  return {
    cannedReply: new DataLoader<string, CannedReplyRow | null>(async (ids) => {
      const rows = await selectCannedReplies(db, ids);
      return ids.map((id) => rows.get(id) ?? null);
    }),
    macro: new DataLoader<string, MacroRow | null>(async (ids) => {
      const rows = await selectMacros(db, ids);
      return ids.map((id) => rows.get(id) ?? null);
    }),
    queueName: new DataLoader<string, string | null>(async (ids) => {
      const names = await queueNames(db, ids);
      return ids.map((id) => names.get(id) ?? null);
    }),
  };
}
