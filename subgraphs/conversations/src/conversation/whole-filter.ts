import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { cleanTags, TAGS_MAX } from '../input.rules.ts';
import { filterConditions, NOTHING, scopeCondition, type Condition, type ConversationFilter } from './list-conditions.ts';
import { taggedCondition, type Listed } from './list.store.ts';
import { teamMates } from './people.ts';
import { IDS_MAX, isOfOpen, type GivenFilter } from './filter.rules.ts';

/** A filter with the members of its teams. Throws BAD_USER_INPUT for too many ids. */
export async function wholeFilter(ctx: ConversationsContext, { teamIds, ...given }: GivenFilter): Promise<ConversationFilter> {
  if ((given.ids?.length ?? 0) > IDS_MAX) throw appError('BAD_USER_INPUT', { words: { zh: `最多 ${IDS_MAX} 个会话。`, en: `At most ${IDS_MAX} conversations.` } });
  const teamMateIds = teamIds?.length ? [...(await teamMates(ctx.db, teamIds))] : null;
  return visibleFilter(ctx, { ...given, teamMateIds });
}

/** What meets all these filters and conditions within the caller's scope. Throws BAD_USER_INPUT for too many tags. */
export function listedOf(ctx: ConversationsContext, filters: readonly ConversationFilter[], further: readonly Condition[] = []): Listed {
  const scope = scopeCondition(ctx.viewer);
  const tags = filters.flatMap((filter) => (filter.tags?.length ? [cleanTags(filter.tags)] : []));
  // Each tag is a look of its own into the index of tags.
  if (tags.some((list) => list.length > TAGS_MAX)) throw appError('BAD_USER_INPUT', { words: { zh: `一次最多按 ${TAGS_MAX} 个标签筛选。`, en: `Filter by at most ${TAGS_MAX} tags at once.` } });
  const ofNoTag = tags.some((list) => list.length === 0) ? [NOTHING] : [];
  const [first, ...others] = tags.filter((list) => list.length > 0);
  const ofOthers = others.map((list): Condition => ({ ...taggedCondition(list), isTallied: false }));
  return { isOpen: filters.some(isOfOpen), conditions: [...(scope ? [scope] : []), ...ofNoTag, ...further, ...filters.flatMap((filter) => filterConditions(filter, ctx.viewer)), ...ofOthers], tags: first ?? [] };
}

/** Customers do not see queues, owners and tags, so they may not find them out by asking for them either. */
function visibleFilter(ctx: ConversationsContext, filter: ConversationFilter): ConversationFilter {
  if (!ctx.viewer.isCustomer) return filter;
  const { states, channelKinds, isUnread, startedAfter, startedBefore, ids } = filter;
  return { states, channelKinds, isUnread, startedAfter, startedBefore, ids };
}
