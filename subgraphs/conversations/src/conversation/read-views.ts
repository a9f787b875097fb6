import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { countView, scopeCondition, unreadCondition, viewCondition } from './list.store.ts';
import { teamMates } from './people.ts';
import { BUILT_IN_VIEWS, viewId, viewName, type BuiltInView, type ViewOwner } from './view.rules.ts';

export interface ViewCounters {
  view: BuiltInView;
  count: number;
  unreadCount: number;
}

/** The caller as an owner of views. Throws FORBIDDEN for who is no agent. */
export async function viewOwnerOf(ctx: ConversationsContext): Promise<ViewOwner> {
  const { agentId, identity } = ctx.viewer;
  if (!agentId || !identity) throw appError('FORBIDDEN', { internal: 'views belong to agents' });
  const mates = await teamMates(ctx.db, identity.teamIds);
  return { agentId, queueIds: identity.queueIds, teamMateIds: mates.add(agentId) };
}

/** Counters of the built-in views, within the caller's scope. */
export async function countViews(ctx: ConversationsContext, owner: ViewOwner, views: readonly BuiltInView[] = BUILT_IN_VIEWS): Promise<ViewCounters[]> {
  const scope = scopeCondition(ctx.viewer);
  const unread = unreadCondition(ctx.viewer);
  return Promise.all(views.map(async (view) => {
    const conditions = [viewCondition(view, owner), ...(scope ? [scope] : [])];
    return { view, ...(await countView(ctx.db, conditions, unread)) };
  }));
}

/** A view as the API shows it. */
export function toView(ctx: ConversationsContext, { view, count, unreadCount }: ViewCounters) {
  return { __typename: 'ConversationView', id: viewId(view), name: viewName(view, ctx.locale), builtIn: view, sharing: 'ME', count, unreadCount, version: 1 };
}
