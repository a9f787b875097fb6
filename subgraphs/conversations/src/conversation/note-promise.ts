import type { Tx } from '@careline/kit/db';
import { membersOf, teamsByKeys, type TeamRow } from '../agent/index.ts';
import type { ConversationsContext } from '../context.ts';
import { announce, conversationChannel } from './announce.ts';
import { appendServiceLine, lockConversation } from './append-line.ts';
import { updateDue } from './conversation.store.ts';
import { tellWritten } from './tell-timeline.ts';
import type { DueFacts, Facts, LockedConversation } from './conversation.types.ts';

/** Keeps the promise of a conversation that runs out next, for lists and for whoever looks at it. */
export async function noteDue(ctx: ConversationsContext, tx: Tx, conversationId: string, due: DueFacts | null): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  if (!conversation) return;
  await updateDue(tx, conversationId, due);
  await announce(ctx, tx, conversation, { kind: 'state' });
  tx.afterCommit(() => ctx.live.publish(conversationChannel(conversationId), { kind: 'due' }));
}

/** What became of a promise. */
interface PromiseNews {
  event: keyof typeof NOTICES;
  facts: Facts;
  /** The team that is called; null when the policy names none. */
  teamKey: string | null;
}

/** That something was set right rings for nobody: the thread says it. */
const NOTICES = { WARNED: 'SLA_WARNING', BREACHED: 'SLA_WARNING', CORRECTED: null, ESCALATED: 'ESCALATED' } as const;

/**
 * Writes for colleagues, into the conversation and the timeline, what became of a promise. Tells the team that is named and the owner;
 * that it runs out or was missed also the queue while there is no owner.
 *
 * The news may arrive after the end: nobody is warned then any more, but what was missed was missed while it was open.
 */
export async function notePromise(ctx: ConversationsContext, tx: Tx, conversationId: string, { event, facts, teamKey }: PromiseNews): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  if (!conversation || (event === 'WARNED' && conversation.state === 'CLOSED')) return;
  const teams = teamKey === null ? [] : await teamsByKeys(tx, [teamKey]);
  const named: Facts = teamKey === null ? {} : { teamName: teams[0]?.name ?? teamKey };
  const kind = NOTICES[event];
  const notices = kind ? [{ kind, agentIds: await toldAgents(tx, conversation, teams), queueIds: event === 'ESCALATED' ? [] : waitingIn(conversation) }] : [];
  const line = await appendServiceLine(ctx, tx, conversation, {
    event, facts: { ...facts, ...named }, visibility: 'INTERNAL', notices,
  });
  await tellWritten(tx, line, conversation.number);
}

async function toldAgents(tx: Tx, { state, agentId }: LockedConversation, teams: readonly TeamRow[]): Promise<string[]> {
  const members = (await membersOf(tx, teams.map(({ id }) => id))).filter(({ agent }) => agent.isEnabled).map(({ agent }) => agent.id);
  return [...new Set([...(state === 'ACTIVE' && agentId ? [agentId] : []), ...members])];
}

const waitingIn = ({ state, queueId }: LockedConversation) => (state === 'QUEUED' && queueId ? [queueId] : []);
