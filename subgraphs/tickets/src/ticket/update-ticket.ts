import { ticketUpdated } from '@careline/schema/events';
import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { findCategory } from './category.rules.ts';
import { changeFields } from './change-fields.ts';
import { changeLinked } from './change-tickets.ts';
import { changeParent, NO_PARENT_WORDS } from './change-parent.ts';
import { askDirectory } from './directory.ts';
import { followersOf, replaceFollowers } from './follower.store.ts';
import { requireSettable } from './life.rules.ts';
import { requireTeamIds } from './teams.ts';
import { replaceTicketWords } from './ticket-words.ts';
import type { TicketLife } from './ticket-life.ts';
import { requireReaders } from './ticket-readers.ts';
import { belongings, checkWords, priorityName, priorityNumber, type Priority } from './ticket.rules.ts';
import { openTickets, sealDescription, sealSubject } from './ticket.store.ts';
import type { TicketState } from './ticket.tables.ts';

export interface UpdateTicket {
  ticketId: string;
  subject?: string | null;
  description?: string | null;
  state?: TicketState | null;
  priority?: Priority | null;
  category?: string | null;
  agentId?: string | null;
  isUnassigned?: boolean | null;
  teamId?: string | null;
  tags?: string[] | null;
  fields?: unknown;
  followerIds?: string[] | null;
  parentId?: string | null;
  isParentRemoved?: boolean | null;
  reason?: string | null;
  expectedVersion?: number | null;
}

export const TAGS_MAX = 20;
export const TAG_CHARS_MAX = 50;
const FOLLOWERS_MAX = 50;

/**
 * 更新工单: changes what is given and leaves the rest. Each change is a line of the ticket's life.
 *
 * Another priority, category or other tags choose the SLA policy anew, and clocks that still run are counted by it
 * from their own start. Refuses STALE_VERSION with the present ticket, WRONG_STATE for a move that is not open to it.
 */
export async function updateTicket(ctx: TicketsContext, input: UpdateTicket): Promise<string> {
  ctx.viewer.require('ticket:write');
  checkInput(ctx, input);
  await checkOwner(ctx, input);
  await checkFollowers(ctx, input);
  const wanted = [{ ticketId: input.ticketId, permission: 'ticket:write' }, ...(await parentsOf(ctx, input))];
  await changeLinked(ctx, wanted, async ([first, ...parents], tx) => {
    const life = first!;
    if (input.expectedVersion != null && input.expectedVersion !== life.row.version) {
      throw refuse('STALE_VERSION', 'expectedVersion', { zh: '工单已被改动，请查看后再改。', en: 'The ticket has changed. Look at it and try again.' }, { ticket: (await openTickets(ctx.vault, tx, [life.stored]))[0] });
    }
    const isRelated = (input.parentId || input.isParentRemoved) && (await changeParent(tx, life, parents, input.parentId ?? null));
    await update(ctx, tx, life, input, isRelated ? ['parent'] : []);
  });
  return input.ticketId;
}

/**
 * Changes a ticket that is being changed, and announces that together with what was changed `before`.
 * Gives the seq of the entry that tells of its move; null when it did not move.
 */
export async function update(ctx: TicketsContext, tx: Tx, life: TicketLife, input: Omit<UpdateTicket, 'ticketId'>, before: readonly string[] = []): Promise<number | null> {
  if (input.priority === 'P0' && life.row.priority !== 0) requirePrioritise(ctx.viewer.covers('ticket:prioritise', belongings(life.row)));
  const words = await changeWords(life, input);
  if (words.some((field) => field !== 'tags')) await replaceTicketWords(ctx, tx, life.row);
  const fields = [...before, ...words, ...(await changePlace(ctx, life, input)), ...(await changeMore(tx, life, input))];
  const movedAt = input.state ? await life.moveAlong(input.state, input.reason) : null;
  if (movedAt !== null) fields.push('state');
  if (fields.length > 0) life.announce((facts, by) => ticketUpdated.make(life.row.id, { ...facts, fields, by }));
  return movedAt;
}

function checkInput(ctx: TicketsContext, { subject, description, state, priority, tags, reason, agentId, isUnassigned, parentId, isParentRemoved }: UpdateTicket): void {
  const [problem] = checkWords({ subject: subject ?? undefined, description });
  if (problem) throw problem;
  const why = reason?.trim() ?? '';
  if ([...why].length > 500) throw refuse('TOO_LONG', 'reason', { zh: '原因最多 500 个字符。', en: 'A reason has at most 500 characters.' });
  if (!why && priority) throw refuse('REQUIRED', 'reason', { zh: '请说明为什么改优先级。', en: 'Say why the priority changes.' });
  if (!why && state === 'ON_HOLD') throw refuse('REQUIRED', 'reason', { zh: '请说明为什么挂起。', en: 'Say why it goes on hold.' });
  if (priority === 'P0') requirePrioritise(ctx.viewer.scopeOf('ticket:prioritise') !== null);
  if (state) requireSettable(state);
  if (parentId && isParentRemoved) throw refuse('INVALID', 'parentId', { zh: '父工单与“移出父工单”只能填一个。', en: 'Give parentId or isParentRemoved, not both.' });
  if (agentId && isUnassigned) throw refuse('INVALID', 'agentId', { zh: '负责人与“无人负责”只能填一个。', en: 'Give agentId or isUnassigned, not both.' });
  checkTags(tags, 'tags');
}

/** Refuses too many tags, and what is none. */
export function checkTags(tags: readonly string[] | null | undefined, field: string): void {
  if ((tags?.length ?? 0) > TAGS_MAX) throw refuse('TOO_MANY', field, { zh: `最多 ${TAGS_MAX} 个标签。`, en: `At most ${TAGS_MAX} tags.` });
  if (tags?.some((tag) => tag.trim() === '' || [...tag.trim()].length > TAG_CHARS_MAX)) throw refuse('INVALID', field, { zh: `标签是 1 到 ${TAG_CHARS_MAX} 个字符的文字。`, en: `A tag has 1 to ${TAG_CHARS_MAX} characters.` });
}

/** Refuses P0 to who may not set it. */
export function requirePrioritise(isAllowed: boolean): void {
  if (!isAllowed) throw refuse('NOT_ALLOWED', 'priority', { zh: '您的角色不能把这个工单设为 P0。', en: 'Your role may not set P0 for this ticket.' });
}

/** Refuses an owner or a team that tickets cannot be given to. */
export async function checkOwner(ctx: TicketsContext, { agentId, teamId }: Pick<UpdateTicket, 'agentId' | 'teamId'>): Promise<void> {
  if (agentId) {
    const isEnabled = (await askDirectory(ctx.services, { conversationIds: [], customerIds: [], lookups: [], agentIds: [agentId] })).agents.get(agentId);
    if (isEnabled === undefined) throw refuse('NOT_FOUND', 'agentId', { zh: '客服不存在。', en: 'The agent does not exist.' });
    if (!isEnabled) throw refuse('NOT_AVAILABLE', 'agentId', { zh: '该客服已停用。', en: 'The agent is disabled.' });
  }
  if (teamId && ![...(await requireTeamIds(ctx)).values()].includes(teamId)) {
    throw refuse('NOT_FOUND', 'teamId', { zh: '客服组不存在。', en: 'The team does not exist.' });
  }
}

async function checkFollowers(ctx: TicketsContext, { ticketId, followerIds }: UpdateTicket): Promise<void> {
  const wanted = [...new Set(followerIds ?? [])];
  if (wanted.length > FOLLOWERS_MAX) throw refuse('TOO_MANY', 'followerIds', { zh: `最多 ${FOLLOWERS_MAX} 位关注人。`, en: `At most ${FOLLOWERS_MAX} followers.` });
  const before = wanted.length > 0 ? ((await followersOf(ctx.db, [ticketId])).get(ticketId) ?? []) : [];
  const me = ctx.viewer.agentId;
  await requireReaders(ctx, ticketId, wanted.filter((id) => id !== me && !before.includes(id)), 'followerIds');
}

/** The incidents that a change concerns besides the ticket: the new one, and the one it leaves where the caller sees it. */
async function parentsOf(ctx: TicketsContext, { ticketId, parentId, isParentRemoved }: UpdateTicket): Promise<{ ticketId: string; permission: string | null }[]> {
  if (!parentId && !isParentRemoved) return [];
  const parent = parentId ? await ctx.loaders.ticket.load(parentId) : null;
  if (parentId && (!parent || !ctx.viewer.covers('ticket:read', belongings(parent)))) throw refuse('NOT_FOUND', 'parentId', NO_PARENT_WORDS);
  const before = (await ctx.loaders.ticket.load(ticketId))?.parentId;
  const ids = [...new Set([parentId, before])].filter((id) => id != null && id !== ticketId) as string[];
  return ids.map((id) => ({ ticketId: id, permission: id === parentId ? 'ticket:read' : null }));
}

/** Custom fields, under the form of the category it has by now, and followers. Returns the names of what changed. */
async function changeMore(tx: Tx, life: TicketLife, { fields, followerIds, reason }: Omit<UpdateTicket, 'ticketId'>): Promise<string[]> {
  const names: string[] = [];
  if (fields != null && (await changeFields(life, fields, reason))) names.push('fields');
  if (followerIds == null) return names;
  const before = (await followersOf(tx, [life.row.id])).get(life.row.id) ?? [];
  const wanted = [...new Set(followerIds)].sort();
  if (wanted.join() !== [...before].sort().join()) {
    await replaceFollowers(tx, life.row.id, wanted);
    await life.add('CHANGED', { field: 'followers', from: before, to: wanted });
    names.push('followers');
  }
  return names;
}

/** Subject, description and tags. Returns the names of what changed. */
async function changeWords(life: TicketLife, { subject, description, tags, reason }: Omit<UpdateTicket, 'ticketId'>): Promise<string[]> {
  const { row } = life;
  const fields: string[] = [];
  if (subject != null) {
    row.sealedSubject = sealSubject(await life.key(), row.id, subject.trim());
    fields.push('subject');
  }
  if (description != null) {
    row.sealedDescription = sealDescription(await life.key(), row.id, description.trim() || null);
    fields.push('description');
  }
  for (const field of fields) await life.add('CHANGED', { field, from: null, to: null }, { reason });
  const wanted = tags ? [...new Set(tags.map((tag) => tag.trim()))] : null;
  if (wanted && wanted.join('\n') !== (row.tags ?? []).join('\n')) {
    const from = row.tags ?? [];
    row.tags = wanted;
    await life.add('CHANGED', { field: 'tags', from, to: wanted }, { terms: await life.chooseTerms() });
    fields.push('tags');
  }
  return fields;
}

/** Priority, category, owner and team. Returns the names of what changed. */
async function changePlace(ctx: TicketsContext, life: TicketLife, input: Omit<UpdateTicket, 'ticketId'>): Promise<string[]> {
  const { row } = life;
  const { reason } = input;
  const fields: string[] = [];
  if (input.priority && priorityNumber(input.priority) !== row.priority) {
    const from = priorityName(row.priority);
    row.priority = priorityNumber(input.priority);
    await life.add('PRIORITISED', { from, to: input.priority }, { terms: await life.chooseTerms(), reason });
    fields.push('priority');
  }
  if (input.category != null) {
    const categories = await ctx.loaders.categories();
    const category = findCategory(categories, input.category);
    if (!category) throw refuse('NOT_FOUND', 'category', { zh: '问题分类不存在或已停用。', en: 'There is no such category on offer.' });
    if (category.id !== row.categoryId) {
      const from = categories.find(({ id }) => id === row.categoryId)?.key ?? null;
      row.categoryId = category.id;
      await life.add('CHANGED', { field: 'category', from, to: category.key }, { terms: await life.chooseTerms(), reason });
      fields.push('category');
    }
  }
  const agentId = input.isUnassigned ? null : (input.agentId ?? row.agentId);
  if (agentId !== row.agentId) {
    const from = row.agentId;
    row.agentId = agentId;
    await life.add('CHANGED', { field: 'agent', from, to: agentId }, { reason });
    fields.push('agent');
  }
  if (input.teamId && input.teamId !== row.teamId) {
    const from = row.teamId;
    row.teamId = input.teamId;
    await life.add('CHANGED', { field: 'team', from, to: input.teamId }, { reason });
    fields.push('team');
  }
  return fields;
}
