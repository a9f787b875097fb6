import DataLoader from 'dataloader';
import type { ConversationsContext } from '../context.ts';
import { selectChannels, type ChannelRow } from './channel.store.ts';

/** One question per request for the channels of a list: `ctx.loaders.of(channelLoaders)`. */
export function channelLoaders({ db }: ConversationsContext) {
  return {
    channel: new DataLoader<string, ChannelRow | null>(async (ids) => {
      const rows = await selectChannels(db, ids);
      return ids.map((id) => rows.get(id) ?? null);
    }),
  };
}
