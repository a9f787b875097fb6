import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { belongings, checkComment, close, priorityName, sayComment, solve, TAGS_MAX, update, type TicketLife } from '../ticket/index.ts';
import { needsReason, permissionsOf, tagsAfter } from './change.rules.ts';
import type { TicketChange, UpdateTrace } from './job.types.ts';

/** Changes one ticket of a job that is held open. Gives what undoing it needs; refuses as the verbs of one ticket do. */
export async function applyChange(ctx: TicketsContext, tx: Tx, life: TicketLife, { jobId, change }: { jobId: string; change: TicketChange }): Promise<UpdateTrace> {
  for (const permission of ['ticket:bulk', ...permissionsOf(change)]) ctx.viewer.requireOn(permission, belongings(life.row), 'ticket:read');
  const { priority, agentId, teamId } = life.row;
  const before = { priority: priorityName(priority), agentId, teamId, tags: life.row.tags ?? [], state: life.row.state };
  const note = change.note?.trim() ?? '';
  // Before the state: on a closed ticket nothing can be said any more.
  if (note) await sayComment(ctx, tx, life, checkComment(ctx, { ticketId: life.row.id, clientCommentId: jobId, visibility: 'INTERNAL' as const, text: note }));
  if (change.reply) await sayComment(ctx, tx, life, checkComment(ctx, { ticketId: life.row.id, clientCommentId: jobId, visibility: 'PUBLIC' as const, text: change.reply, confirm: true }));
  const tags = tagsAfter(before.tags, change);
  if (tags.length > TAGS_MAX) throw refuse('TOO_MANY', 'tags', { zh: `最多 ${TAGS_MAX} 个标签。`, en: `At most ${TAGS_MAX} tags.` });
  const state = change.state === 'SOLVED' || change.state === 'CLOSED' ? null : (change.state ?? null);
  let movedAt = await update(ctx, tx, life, {
    priority: change.priority ?? null, agentId: change.agentId ?? null, teamId: change.teamId ?? null, tags, state, reason: needsReason(change) ? note : null,
  });
  if (change.state === 'SOLVED') movedAt = await solve(life);
  if (change.state === 'CLOSED') movedAt = await close(life);
  return traceOf(life, before, movedAt);
}

type Before = { priority: ReturnType<typeof priorityName>; agentId: string | null; teamId: string | null; tags: string[]; state: TicketLife['row']['state'] };

function traceOf({ row }: TicketLife, before: Before, movedAt: number | null): UpdateTrace {
  const trace: UpdateTrace = { kind: 'UPDATE' };
  if (movedAt !== null) trace.state = { seq: movedAt, from: before.state, to: row.state };
  const priority = priorityName(row.priority);
  if (priority !== before.priority) trace.priority = { from: before.priority, to: priority };
  if (row.agentId !== before.agentId) trace.agentId = { from: before.agentId, to: row.agentId };
  if (row.teamId !== before.teamId) trace.teamId = { from: before.teamId, to: row.teamId };
  const now = row.tags ?? [];
  const [addedTags, removedTags] = [now.filter((tag) => !before.tags.includes(tag)), before.tags.filter((tag) => !now.includes(tag))];
  return { ...trace, ...(addedTags.length > 0 ? { addedTags } : {}), ...(removedTags.length > 0 ? { removedTags } : {}) };
}
