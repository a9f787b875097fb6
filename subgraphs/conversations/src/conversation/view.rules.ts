import { say, type Locale, type Words } from '@careline/kit/errors';
import type { ConversationRow } from './conversation.types.ts';

export const BUILT_IN_VIEWS = ['MINE', 'UNASSIGNED', 'MENTIONED', 'SNOOZED', 'TEAM'] as const;
export type BuiltInView = (typeof BUILT_IN_VIEWS)[number];

const NAMES: Record<BuiltInView, Words> = {
  MINE: { zh: '我的', en: 'Mine' },
  UNASSIGNED: { zh: '未分配', en: 'Unassigned' },
  MENTIONED: { zh: '@我', en: 'Mentions' },
  SNOOZED: { zh: '已暂缓', en: 'Snoozed' },
  TEAM: { zh: '客服组', en: 'Team' },
};

/** Whose views they are. */
export interface ViewOwner {
  agentId: string;
  queueIds: readonly string[];
  /** Members of the owner's teams, the owner included. */
  teamMateIds: ReadonlySet<string>;
}

export function viewId(view: BuiltInView): string {
  return `viw_${view.toLowerCase()}`;
}

export function viewOfId(id: string): BuiltInView | null {
  return BUILT_IN_VIEWS.find((view) => viewId(view) === id) ?? null;
}

export function viewName(view: BuiltInView, locale: Locale): string {
  return say(NAMES[view], locale);
}

/** The views a conversation is in now; `mentionedIds` are agents mentioned in it who have not read that, `snoozerIds` those who have snoozed it. */
export function viewsOf(
  conversation: Pick<ConversationRow, 'state' | 'agentId' | 'queueId'>, owner: ViewOwner, mentionedIds: ReadonlySet<string>, snoozerIds: ReadonlySet<string> = new Set(),
): BuiltInView[] {
  const { state, agentId, queueId } = conversation;
  const isOwned = state === 'ACTIVE' && agentId !== null;
  const views: BuiltInView[] = [];
  const isSnoozed = snoozerIds.has(owner.agentId);
  if (isOwned && agentId === owner.agentId && !isSnoozed) views.push('MINE');
  if (state === 'QUEUED' && queueId !== null && owner.queueIds.includes(queueId)) views.push('UNASSIGNED');
  if (mentionedIds.has(owner.agentId)) views.push('MENTIONED');
  if (isOwned && agentId === owner.agentId && isSnoozed) views.push('SNOOZED');
  if (isOwned && owner.teamMateIds.has(agentId)) views.push('TEAM');
  return views;
}
