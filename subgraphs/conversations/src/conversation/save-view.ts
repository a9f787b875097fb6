import { parseId } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { deleteView as removeView, saveView as saveShared, storedFilter, type SaveSharedView, type ViewDesk } from '@careline/kit/views';
import type { ConversationsContext } from '../context.ts';
import { tagsWithin } from '../input.rules.ts';
import { IDS_MAX, INSTANTS, type ConversationOrder, type GivenFilter, type ViewContent } from './filter.rules.ts';
import { savedViewOf, type SavedConversationView } from './saved-views.ts';
import { conversationViews } from './view.store.ts';

export interface SaveConversationView extends Omit<SaveSharedView<ViewContent>, 'content'> {
  filter: GivenFilter;
  orderBy?: ConversationOrder | null;
}

/** Live channel on which it is told that saved views changed. */
export const VIEWS_CHANNEL = 'conversation-views';

/** Creates or changes a saved view, as kit's `saveView` says; `isStale`: somebody changed it since the caller saw it, and it is left as it is. */
export async function saveConversationView(ctx: ConversationsContext, { filter, orderBy, ...input }: SaveConversationView): Promise<{ view: SavedConversationView; isStale: boolean }> {
  ctx.viewer.require('view:write');
  const content: ViewContent = { filter: storedFilter(checked(filter), INSTANTS), orderBy: orderBy ?? { field: 'LAST_MESSAGE', direction: 'DESC' } };
  const { view, isStale } = await saveShared(deskOf(ctx), { ...input, content });
  return { view: await savedViewOf(ctx, view), isStale };
}

/** Removes a saved view. Refuses NOT_FOUND for one the caller does not see and NOT_ALLOWED for one it may not change. */
export async function deleteConversationView(ctx: ConversationsContext, viewId: string): Promise<string> {
  ctx.viewer.require('view:write');
  return removeView(deskOf(ctx), viewId);
}

const deskOf = ({ viewer, db, clock, live }: ConversationsContext): ViewDesk<ViewContent> => ({ viewer, db, clock, store: conversationViews, onChange: (id) => live.publish(VIEWS_CHANNEL, { id }) });

/** What is kept is read by everybody whom it is shared with: tags cleaned, and no id that names nothing. */
function checked(filter: GivenFilter): GivenFilter {
  const { agentIds, teamIds, queueIds, customerId, tags, ids } = filter;
  const kinds: [string, readonly string[]][] = [['agt', agentIds ?? []], ['tem', teamIds ?? []], ['que', queueIds ?? []], ['cus', customerId ? [customerId] : []], ['cnv', ids ?? []]];
  const wrong = kinds.flatMap(([kind, given]) => given.filter((id) => !parseId(kind, id)))[0];
  if (wrong !== undefined) throw refuse('INVALID', 'filter', { zh: `“${wrong.slice(0, 40)}”不是有效的编号。`, en: `"${wrong.slice(0, 40)}" is no id.` });
  if ((ids?.length ?? 0) > IDS_MAX) throw refuse('TOO_MANY', 'filter', { zh: `最多 ${IDS_MAX} 个会话。`, en: `At most ${IDS_MAX} conversations.` });
  return tags?.length ? { ...filter, tags: tagsWithin(tags) } : filter;
}
