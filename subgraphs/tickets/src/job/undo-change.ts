import { ticketUpdated } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { belongings, priorityName, priorityNumber, TAGS_MAX, type TicketLife } from '../ticket/index.ts';
import { permissionsOf } from './change.rules.ts';
import type { TicketChange, UpdateTrace } from './job.types.ts';

/**
 * Takes back what an item changed of a ticket that is held open, field by field; what somebody changed since stays as it is.
 * Gives the names of the fields that stay.
 */
export async function undoChange(ctx: TicketsContext, life: TicketLife, trace: UpdateTrace): Promise<string[]> {
  const kept: string[] = [];
  const fields: string[] = [];
  for (const permission of ['ticket:bulk', ...permissionsOf(changeOf(trace))]) ctx.viewer.requireOn(permission, belongings(life.row), 'ticket:read');
  const settle = (field: string, isBack: boolean) => void (isBack ? fields : kept).push(field);
  if (trace.state) settle('state', await life.undoMove(trace.state.seq, trace.state.from));
  if (trace.priority) settle('priority', await undoPriority(life, trace.priority));
  if (trace.agentId) settle('agent', await undoPlace(life, 'agentId', trace.agentId));
  if (trace.teamId) settle('team', await undoPlace(life, 'teamId', trace.teamId));
  if (trace.addedTags ?? trace.removedTags) settle('tags', await undoTags(life, trace));
  if (fields.length > 0) life.announce((facts, by) => ticketUpdated.make(life.row.id, { ...facts, fields, by }));
  return kept;
}

const changeOf = ({ state, priority, agentId, teamId, addedTags, removedTags }: UpdateTrace): TicketChange => ({
  state: state?.to ?? null, priority: priority?.to ?? null, agentId: agentId?.to ?? null, teamId: teamId?.to ?? null, addTags: addedTags ?? null, removeTags: removedTags ?? null,
});

async function undoPriority(life: TicketLife, { from, to }: NonNullable<UpdateTrace['priority']>): Promise<boolean> {
  if (priorityName(life.row.priority) !== to) return false;
  life.row.priority = priorityNumber(from);
  await life.add('PRIORITISED', { from: to, to: from }, { terms: await life.chooseTerms() });
  return true;
}

async function undoPlace(life: TicketLife, column: 'agentId' | 'teamId', { from, to }: { from: string | null; to: string | null }): Promise<boolean> {
  if (life.row[column] !== to) return false;
  life.row[column] = from;
  await life.add('CHANGED', { field: column === 'agentId' ? 'agent' : 'team', from: to, to: from });
  return true;
}

/** Each tag for itself; only a ticket that others have filled with tags cannot take back what it lost. */
async function undoTags(life: TicketLife, { addedTags = [], removedTags = [] }: UpdateTrace): Promise<boolean> {
  const from = life.row.tags ?? [];
  const to = [...new Set([...from.filter((tag) => !addedTags.includes(tag)), ...removedTags])];
  if (to.length > TAGS_MAX) return false;
  if (to.join('\n') === from.join('\n')) return true;
  life.row.tags = to;
  await life.add('CHANGED', { field: 'tags', from, to }, { terms: await life.chooseTerms() });
  return true;
}
