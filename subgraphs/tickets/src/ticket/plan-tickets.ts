import { refuse, Refusal } from '@careline/kit/errors';
import { BLOCKED_WORDS, ownerOf, stateOf, type OpenAttachment } from '../attachment/index.ts';
import type { TicketsContext } from '../context.ts';
import { askDirectory, type ConversationInfo, type Directory } from './directory.ts';
import { findCategory, formOf } from './category.rules.ts';
import { mergeFields, type FieldValues } from './form.rules.ts';
import { NO_PARENT_WORDS, PARENT_STATE_WORDS } from './change-parent.ts';
import { requireTeamIds, type TeamIds } from './teams.ts';
import { belongings, problemsOf, type TicketInput } from './ticket.rules.ts';
import type { OpenTicket } from './ticket.store.ts';
import type { CategoryRow, TicketOrigin } from './ticket.tables.ts';

/** One item of a batch with everything it names found, or the reasons why it can't be created. */
export interface TicketPlan {
  /** Who creates it. */
  viewer: TicketsContext['viewer'];
  input: TicketInput;
  problems: Refusal[];
  category: CategoryRow | null;
  customerId: string | null;
  conversation: ConversationInfo | null;
  /** Its custom fields, checked. */
  fields: FieldValues;
  /** The team it begins with. */
  teamId: string | null;
  /** The incident it becomes a child of. */
  parent: OpenTicket | null;
  /** Where it comes from, when neither its conversation nor the caller tells. */
  origin?: TicketOrigin;
  /** Whose uploads the ticket may hold: the caller's and the customer's. */
  fileOwnerIds: string[];
}

/** Looks up, before any transaction, what the items of a batch name. */
export async function planTickets(ctx: TicketsContext, inputs: readonly TicketInput[]): Promise<TicketPlan[]> {
  const categories = await ctx.loaders.categories();
  const mayPrioritise = ctx.viewer.scopeOf('ticket:prioritise') !== null;
  const present = (values: (string | null | undefined)[]) => values.filter((value): value is string => value != null && value !== '');
  const directory = await askDirectory(ctx.services, {
    conversationIds: present(inputs.map((input) => input.conversationId)),
    customerIds: present(inputs.map((input) => input.customerId)),
    lookups: present(inputs.map((input) => input.customerLookup)),
    agentIds: present(inputs.map((input) => input.agentId)),
  });
  const teams: TeamIds = inputs.some(({ team }) => team) ? await requireTeamIds(ctx) : new Map();
  return Promise.all(inputs.map(async (input) => {
    const plan: TicketPlan = { viewer: ctx.viewer, input, problems: problemsOf(input, mayPrioritise), category: findCategory(categories, input.category), customerId: null, conversation: null, fields: {}, teamId: null, parent: null, fileOwnerIds: [] };
    if (!plan.category) plan.problems.push(refuse('NOT_FOUND', 'category', { zh: '问题分类不存在或已停用。', en: 'There is no such category on offer.' }));
    else checkFields(plan, plan.category);
    findPeople(ctx, plan, directory);
    findTeam(plan, teams);
    await findParent(ctx, plan);
    plan.fileOwnerIds = [ownerOf(ctx.viewer), ...(plan.customerId ? [plan.customerId] : [])];
    await checkFiles(ctx, plan);
    return plan;
  }));
}

function checkFields(plan: TicketPlan, category: CategoryRow): void {
  if (plan.input.fields == null) return;
  try {
    plan.fields = mergeFields(formOf(category), {}, plan.input.fields);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    plan.problems.push(error);
  }
}

function findTeam(plan: TicketPlan, teams: TeamIds): void {
  const { team } = plan.input;
  if (!team) return;
  plan.teamId = teams.get(team) ?? null;
  if (!plan.teamId) plan.problems.push(refuse('NOT_FOUND', 'team', { zh: '没有这个客服组，请写它的键，例如 payment_group。', en: 'There is no such team. Write its key, e.g. payment_group.' }));
}

async function findParent(ctx: TicketsContext, plan: TicketPlan): Promise<void> {
  if (!plan.input.parentId) return;
  const parent = await ctx.loaders.ticket.load(plan.input.parentId);
  if (!parent || !ctx.viewer.covers('ticket:read', belongings(parent))) plan.problems.push(refuse('NOT_FOUND', 'parentId', NO_PARENT_WORDS));
  else if (parent.state === 'CLOSED' || parent.parentId) plan.problems.push(refuse('WRONG_STATE', 'parentId', PARENT_STATE_WORDS));
  else plan.parent = parent;
}

function findPeople(ctx: TicketsContext, plan: TicketPlan, directory: Directory): void {
  const { input, problems } = plan;
  if (input.conversationId) {
    const found = directory.conversations.get(input.conversationId);
    const isReadable = found && ctx.viewer.covers('conversation:read', { agentIds: [found.agentId], queueIds: [found.queueId], customerId: found.customerId });
    if (found && isReadable) plan.conversation = found;
    else problems.push(refuse('NOT_FOUND', 'conversationId', { zh: '会话不存在或不可见。', en: 'The conversation does not exist or is not visible to you.' }));
  }
  const named = namedCustomer(plan, directory);
  plan.customerId = named ?? plan.conversation?.customerId ?? null;
  if (named && plan.conversation && named !== plan.conversation.customerId) {
    problems.push(refuse('INVALID', 'customerId', { zh: '该会话属于另一位客户。', en: 'The conversation belongs to another customer.' }));
  }
  if (!plan.customerId && problems.length === 0) problems.push(refuse('NOT_FOUND', 'customerId', { zh: '客户不存在。', en: 'The customer does not exist.' }));
  const agent = input.agentId ? directory.agents.get(input.agentId) : true;
  if (agent === undefined) problems.push(refuse('NOT_FOUND', 'agentId', { zh: '客服不存在。', en: 'The agent does not exist.' }));
  if (agent === false) problems.push(refuse('NOT_AVAILABLE', 'agentId', { zh: '该客服已停用。', en: 'The agent is disabled.' }));
}

function namedCustomer({ input, problems }: TicketPlan, directory: Directory): string | null {
  if (input.customerId) {
    if (directory.customers.has(input.customerId)) return input.customerId;
    problems.push(refuse('NOT_FOUND', 'customerId', { zh: '客户不存在。', en: 'The customer does not exist.' }));
  }
  if (!input.customerLookup) return null;
  const found = directory.lookups.get(input.customerLookup) ?? 'NOT_FOUND';
  if (typeof found === 'object') return found.customerId;
  problems.push(found === 'AMBIGUOUS'
    ? refuse('AMBIGUOUS', 'customerLookup', { zh: '有多位客户符合，请按编号选择。', en: 'Several customers match. Choose one by id.' })
    : refuse('NOT_FOUND', 'customerLookup', { zh: '没有符合的客户。', en: 'No customer matches.' }));
  return null;
}

async function checkFiles(ctx: TicketsContext, plan: TicketPlan): Promise<void> {
  const ids = plan.input.attachmentIds ?? [];
  const files = await ctx.loaders.attachment.loadMany(ids) as (OpenAttachment | null)[];
  if (files.some((file) => !file || !plan.fileOwnerIds.includes(file.ownerId))) {
    plan.problems.push(refuse('NOT_FOUND', 'attachmentIds', { zh: '附件不存在或不是您上传的。', en: 'An attachment does not exist or is not yours.' }));
  } else if (files.some((file) => stateOf(file!.blob) === 'BLOCKED')) {
    plan.problems.push(refuse('FILE_BLOCKED', 'attachmentIds', BLOCKED_WORDS));
  } else if (files.some((file) => stateOf(file!.blob) === 'UPLOADING')) {
    plan.problems.push(refuse('FILE_NOT_READY', 'attachmentIds', { zh: '附件尚未上传完成。', en: 'An attachment is not complete yet.' }));
  }
}
