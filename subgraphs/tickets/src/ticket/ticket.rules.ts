import type { Belongings } from '@careline/kit/auth';
import { refuse, type Refusal } from '@careline/kit/errors';
import type { TicketRow, TicketState } from './ticket.tables.ts';

export type Priority = 'P0' | 'P1' | 'P2';

/** States in which somebody still has something to do; clocks go on in no other. */
export const UNFINISHED: readonly TicketState[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];
/** In the order of a ticket's life. */
export const TICKET_STATES: readonly TicketState[] = [...UNFINISHED, 'SOLVED', 'CLOSED'];

export interface TicketInput {
  category: string;
  customerId?: string | null;
  customerLookup?: string | null;
  conversationId?: string | null;
  subject: string;
  description?: string | null;
  priority?: Priority | null;
  attachmentIds?: string[] | null;
  fields?: unknown;
  agentId?: string | null;
  team?: string | null;
  parentId?: string | null;
}

/** `P1` for the 1 that is stored, so that the order of numbers is the order of urgency. */
export function priorityName(priority: number): Priority {
  return `P${priority}` as Priority;
}

export function priorityNumber(priority: Priority): number {
  return Number(priority[1]);
}

/** Who a ticket belongs to, for permission checks: its owner and maker, the queue it came through, its team, its customer. */
export function belongings(ticket: Pick<TicketRow, 'agentId' | 'creatorAgentId' | 'queueId' | 'teamId' | 'customerId'>): Belongings {
  return { agentIds: [ticket.agentId, ticket.creatorAgentId], queueIds: [ticket.queueId], teamIds: [ticket.teamId], customerId: ticket.customerId };
}

/** What is wrong with a subject or description; one that is absent is not looked at. */
export function checkWords({ subject, description }: { subject?: string | undefined; description?: string | null | undefined }): Refusal[] {
  const problems: Refusal[] = [];
  const length = subject === undefined ? 1 : [...subject.trim()].length;
  if (length === 0) problems.push(refuse('REQUIRED', 'subject', { zh: '请填写主题。', en: 'Give it a subject.' }));
  if (length > 200) problems.push(refuse('TOO_LONG', 'subject', { zh: '主题最多 200 个字符。', en: 'A subject has at most 200 characters.' }));
  if (/\p{Cc}/u.test(subject?.trim() ?? '')) problems.push(refuse('INVALID', 'subject', { zh: '主题只能是一行文字，不能有换行和控制字符。', en: 'A subject is one line, without line breaks and control characters.' }));
  if ([...(description ?? '')].length > 20_000) problems.push(refuse('TOO_LONG', 'description', { zh: '描述最多 20,000 个字符。', en: 'A description has at most 20,000 characters.' }));
  return problems;
}

/** What is wrong with one ticket to create as far as its own words tell; nothing is looked up. */
export function problemsOf(input: TicketInput, mayPrioritise: boolean): Refusal[] {
  const problems = checkWords(input);
  if ((input.attachmentIds?.length ?? 0) > 20) problems.push(refuse('TOO_MANY', 'attachmentIds', { zh: '最多 20 个附件。', en: 'At most 20 attachments.' }));
  if (input.priority === 'P0' && !mayPrioritise) problems.push(refuse('NOT_ALLOWED', 'priority', { zh: '您的角色不能设为 P0。', en: 'Your role may not set P0.' }));
  const named = [input.customerId, input.customerLookup].filter((value) => value != null && value !== '').length;
  if (named > 1) problems.push(refuse('INVALID', 'customerId', { zh: '客户编号与查找内容只能填一个。', en: 'Give customerId or customerLookup, not both.' }));
  if (named === 0 && !input.conversationId) problems.push(refuse('REQUIRED', 'customerId', { zh: '请选择客户。', en: 'Name the customer.' }));
  return problems;
}

/** What of a ticket decides which SLA policy holds for it. */
export function policyFacts({ priority, categoryId, tags }: { priority: number; categoryId: string; tags?: string[] | null }) {
  return { priority: priorityName(priority), categoryId, tags: tags ?? [] };
}
