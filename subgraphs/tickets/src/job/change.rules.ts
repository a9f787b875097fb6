import { refuse } from '@careline/kit/errors';
import type { TicketChange } from './job.types.ts';

const NOTE_MAX = 20_000;
const REASON_MAX = 500;

/** Whether a change says nothing. */
export function isEmptyChange({ state, priority, agentId, teamId, addTags, removeTags, note }: TicketChange): boolean {
  return !(state || priority || agentId || teamId || addTags?.length || removeTags?.length || note?.trim());
}

/** The note is also the reason of a change that needs one. */
export const needsReason = ({ state, priority }: TicketChange): boolean => Boolean(priority) || state === 'ON_HOLD';

/** Refuses a change that no ticket could take; fields are those of the change. Tags are looked at elsewhere. */
export function checkChange(change: TicketChange): void {
  if (isEmptyChange(change)) throw refuse('REQUIRED', [], { zh: '请选择要改什么。', en: 'Say what to change.' });
  if (change.state === 'NEW') throw refuse('INVALID', 'state', { zh: '工单不能改回“新建”。', en: 'A ticket cannot become NEW again.' });
  const note = change.note?.trim() ?? '';
  if (!note && needsReason(change)) throw refuse('REQUIRED', 'note', { zh: '请写一句原因。', en: 'Give a reason in the note.' });
  const max = needsReason(change) ? REASON_MAX : NOTE_MAX;
  if ([...note].length > max) throw refuse('TOO_LONG', 'note', { zh: `备注最多 ${max.toLocaleString('en')} 个字符。`, en: `The note has at most ${max.toLocaleString('en')} characters here.` });
}

/** The tags of a ticket after a change, in their order. */
export function tagsAfter(tags: readonly string[], { addTags, removeTags }: Pick<TicketChange, 'addTags' | 'removeTags'>): string[] {
  const removed = new Set(removeTags?.map((tag) => tag.trim()));
  return [...new Set([...tags, ...(addTags ?? []).map((tag) => tag.trim())])].filter((tag) => !removed.has(tag));
}

/** The permissions that a change needs on each ticket. */
export function permissionsOf({ state, priority, agentId, teamId, addTags, removeTags, note, reply }: TicketChange): string[] {
  const found: string[] = [];
  if (state === 'SOLVED' || state === 'CLOSED') found.push('ticket:solve');
  if (priority || agentId || teamId || addTags?.length || removeTags?.length || (state && found.length === 0)) found.push('ticket:write');
  if (note?.trim() || reply) found.push('comment:write');
  return found;
}
