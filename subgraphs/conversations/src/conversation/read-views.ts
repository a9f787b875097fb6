import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { ownedCondition, scopeCondition, viewCondition, type Condition } from './list-conditions.ts';
import { countList } from './list.store.ts';
import { teamMates } from './people.ts';
import { countSnoozed } from './snooze.store.ts';
import { countTallied } from './tally.store.ts';
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
  const within = (condition: Condition) => [condition, ...(scope ? [scope] : [])];
  const tallied = views.filter((view) => view !== 'MENTIONED' && view !== 'SNOOZED');
  const isOfOwn = views.includes('MINE') || views.includes('SNOOZED');
  const [counted, mentioned, snoozed] = await Promise.all([
    tallied.length > 0 ? countTallied(ctx.db, tallied.map((view) => ({ conditions: within(view === 'MINE' ? ownedCondition(owner.agentId) : viewCondition(view, owner)) })), owner.agentId) : [],
    views.includes('MENTIONED') ? countList(ctx.db, { conditions: within(viewCondition('MENTIONED', owner)), tags: [] }) : 0,
    isOfOwn ? countSnoozed(ctx.db, within(ownedCondition(owner.agentId)), owner.agentId) : { count: 0, unreadCount: 0 },
  ]);
  return views.map((view) => {
    // A mention is kept until it is read, so all of these are unread.
    const found = view === 'MENTIONED' ? { count: mentioned, unreadCount: mentioned } : view === 'SNOOZED' ? snoozed : counted[tallied.indexOf(view)]!;
    const hidden = view === 'MINE' ? snoozed : { count: 0, unreadCount: 0 };
    const [count, unreadCount] = [Math.max(0, found.count - hidden.count), Math.max(0, found.unreadCount - hidden.unreadCount)];
    return { view, count: Math.min(count, COUNT_MAX), unreadCount: Math.min(unreadCount, COUNT_MAX) };
  });
}

/** A built-in view as the API shows it. */
export function toView(ctx: ConversationsContext, { view, count, unreadCount }: ViewCounters) {
  const isWaiting = view === 'UNASSIGNED';
  return {
    __typename: 'ConversationView', id: viewId(view), name: viewName(view, ctx.locale), builtIn: view, filter: null, orderField: isWaiting ? 'STARTED' : 'LAST_MESSAGE', orderDirection: isWaiting ? 'ASC' : 'DESC',
    sharing: 'ME', teamId: null, isEditable: false, count, unreadCount, version: 1, ownerId: null, changedById: null, changedAt: null,
  };
}
