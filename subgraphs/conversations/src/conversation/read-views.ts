import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { scopeCondition, viewCondition } from './list-conditions.ts';
import { countList } from './list.store.ts';
import { teamMates } from './people.ts';
import { countOpen } from './tally.store.ts';
import { BUILT_IN_VIEWS, viewId, viewName, type BuiltInView, type ViewOwner } from './view.rules.ts';

export interface ViewCounters {
  view: BuiltInView;
  count: number;
  unreadCount: number;
}

const COUNT_MAX = 10_000;

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
  const conditionsOf = (view: BuiltInView) => [viewCondition(view, owner), ...(scope ? [scope] : [])];
  const tallied = views.filter((view) => view !== 'MENTIONED');
  const [counted, mentioned] = await Promise.all([
    tallied.length > 0 ? countOpen(ctx.db, tallied.map(conditionsOf), owner.agentId) : [],
    views.includes('MENTIONED') ? countList(ctx.db, { conditions: conditionsOf('MENTIONED'), tags: [] }) : 0,
  ]);
  return views.map((view) => {
    // A mention is kept until it is read, so all of these are unread.
    const { count, unreadCount } = view === 'MENTIONED' ? { count: mentioned, unreadCount: mentioned } : counted[tallied.indexOf(view)]!;
    return { view, count: Math.min(count, COUNT_MAX), unreadCount: Math.min(unreadCount, COUNT_MAX) };
  });
}

/** A view as the API shows it. */
export function toView(ctx: ConversationsContext, { view, count, unreadCount }: ViewCounters) {
  return { __typename: 'ConversationView', id: viewId(view), name: viewName(view, ctx.locale), builtIn: view, sharing: 'ME', count, unreadCount, version: 1 };
}
