import type { Page } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { customerLoaders } from './customer.loaders.ts';
import type { CustomerRow } from './customer.store.ts';
import { countTimeline, selectTimelinePage, type TimelineEntry, type TimelineSearch } from './timeline.store.ts';

/** 服务轨迹 of a customer and of all merged into it, newest first. */
export async function readTimeline(ctx: ConversationsContext, customer: CustomerRow, search: TimelineSearch, page: Page<'at' | 'id'>, isCounted: boolean): Promise<{ rows: TimelineEntry[]; total: number | null }> {
  const family = await ctx.loaders.of(customerLoaders).family.load(customer.id);
  return { rows: await selectTimelinePage(ctx.db, family, search, page), total: isCounted ? await countTimeline(ctx.db, family, search) : null };
}
