import { ticketClosed, ticketCommented, ticketNoticed, ticketReopened, ticketSolved, ticketUpdated } from '@careline/schema/events';
import { AppError, refuse, Refusal } from '@careline/kit/errors';
import type { TicketState } from '../sla/index.ts';
import { priorityName, priorityNumber, type Priority, type TeamIds, type TicketLife } from '../ticket/index.ts';
import type { Step } from './automation.types.ts';

const TAGS_MAX = 20;

/** What steps need to know besides the ticket. */
export interface StepsAround {
  teams: TeamIds;
  /** Whether each agent that steps name is enabled; absent means there is none. */
  agents: ReadonlyMap<string, boolean>;
  /** A name for the comment of a step that no other comment has. */
  commentIdOf(place: number): string;
}

/** A step that was refused, with its place. */
export class RefusedStep extends Error {
  readonly step: number;
  readonly refusal: Refusal;

  constructor(step: number, refusal: Refusal) {
    super(refusal.message);
    this.step = step;
    this.refusal = refusal;
  }
}

/** Does these steps of a rule to a ticket that is being changed. Throws RefusedStep at the first that is refused. */
export async function runSteps(life: TicketLife, steps: readonly { place: number; step: Step }[], around: StepsAround): Promise<void> {
  const fields: string[] = [];
  for (const { place, step } of steps) {
    try {
      fields.push(...(await runStep(life, step, place, around)));
    } catch (error) {
      throw asRefused(error, place);
    }
  }
  if (fields.length > 0) life.announce((facts, by) => ticketUpdated.make(life.row.id, { ...facts, fields, by }));
}

function asRefused(error: unknown, place: number): unknown {
  if (error instanceof Refusal) return new RefusedStep(place, error);
  // Nothing can be written any more to a ticket whose customer was erased: that is for good, not for later.
  const isForGood = error instanceof AppError && error.code === 'PRECONDITION_FAILED';
  return isForGood ? new RefusedStep(place, refuse('WRONG_STATE', null, { zh: '客户的数据已擦除，工单不能再写入文字。', en: 'The customer was erased; nothing can be written to this ticket any more.' })) : error;
}

/** Does one step. Returns the names of the fields that `ticket.updated` is to name. */
async function runStep(life: TicketLife, { verb, value }: Step, place: number, around: StepsAround): Promise<string[]> {
  const { row } = life;
  switch (verb) {
    case 'SET_PRIORITY': {
      const from = priorityName(row.priority);
      row.priority = priorityNumber(value as Priority);
      await life.add('PRIORITISED', { from, to: value }, { terms: await life.chooseTerms() });
      return ['priority'];
    }
    case 'SET_STATE': return move(life, value as TicketState);
    case 'ASSIGN_AGENT': {
      const isEnabled = around.agents.get(value);
      if (isEnabled === undefined) throw refuse('NOT_FOUND', 'value', { zh: '客服不存在。', en: 'The agent does not exist.' });
      if (!isEnabled) throw refuse('NOT_AVAILABLE', 'value', { zh: '该客服已停用。', en: 'The agent is disabled.' });
      return assign(life, 'agent', value);
    }
    case 'ASSIGN_TEAM': return assign(life, 'team', requireTeam(around.teams, value));
    case 'NOTIFY_TEAM': {
      const teamIds = [requireTeam(around.teams, value)];
      life.announce(() => ticketNoticed.make(row.id, { ticketId: row.id, notices: [{ kind: 'TEAM_TOLD', agentIds: [], teamIds }] }));
      return [];
    }
    case 'ADD_TAG': {
      const from = row.tags ?? [];
      if (from.length >= TAGS_MAX) throw refuse('TOO_MANY', 'value', { zh: `工单已有 ${TAGS_MAX} 个标签。`, en: `The ticket has ${TAGS_MAX} tags already.` });
      row.tags = [...from, value];
      await life.add('CHANGED', { field: 'tags', from, to: row.tags }, { terms: await life.chooseTerms() });
      return ['tags'];
    }
    case 'COMMENT': return comment(life, value, around.commentIdOf(place));
  }
}

function requireTeam(teams: TeamIds, key: string): string {
  const teamId = teams.get(key);
  if (!teamId) throw refuse('NOT_FOUND', 'value', { zh: `没有键为 ${key} 的客服组。`, en: `No team has the key ${key}.` });
  return teamId;
}

async function move(life: TicketLife, state: TicketState): Promise<string[]> {
  const from = life.row.state;
  await life.moveTo(state);
  const event = state === 'SOLVED' ? ticketSolved : state === 'CLOSED' ? ticketClosed : from === 'SOLVED' ? ticketReopened : null;
  if (!event) return ['state'];
  life.announce((facts, by) => event.make(life.row.id, { ...facts, by }));
  return [];
}

async function assign(life: TicketLife, field: 'agent' | 'team', to: string): Promise<string[]> {
  const key = field === 'agent' ? 'agentId' : 'teamId';
  const from = life.row[key];
  life.row[key] = to;
  await life.add('CHANGED', { field, from, to });
  return [field];
}

async function comment(life: TicketLife, text: string, clientCommentId: string): Promise<string[]> {
  if (life.row.state === 'CLOSED') throw refuse('WRONG_STATE', null, { zh: '工单已关闭，不能再备注。', en: 'The ticket is closed and takes no more comments.' });
  const { seq } = await life.add('COMMENT', null, { said: { clientCommentId, visibility: 'INTERNAL', text, attachmentIds: [] } });
  const commentId = life.comments.at(-1)!.id;
  life.announce((facts, by) => ticketCommented.make(life.row.id, { ...facts, commentId, seq, visibility: 'INTERNAL', by }));
  return [];
}
