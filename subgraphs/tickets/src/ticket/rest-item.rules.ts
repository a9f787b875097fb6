import type { UserErrorCode, Words } from '@careline/kit/errors';
import type { TicketInput } from './ticket.rules.ts';

export interface ItemProblem {
  code: UserErrorCode;
  field: string[];
  words: Words;
}

type Kind = 'text' | 'texts' | 'priority' | 'object';

const FIELDS: Readonly<Record<keyof TicketInput, Kind>> = {
  category: 'text', customerId: 'text', customerLookup: 'text', conversationId: 'text', subject: 'text', description: 'text',
  priority: 'priority', attachmentIds: 'texts', fields: 'object', agentId: 'text', team: 'text', parentId: 'text',
};
const REQUIRED = ['category', 'subject'] as const;

const EXPECTED: Readonly<Record<Kind, { fits(value: unknown): boolean; words: Words }>> = {
  text: { fits: (value) => typeof value === 'string', words: { zh: '应为文字。', en: 'A text is expected.' } },
  texts: { fits: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'), words: { zh: '应为文字的列表。', en: 'A list of texts is expected.' } },
  object: { fits: (value) => typeof value === 'object' && !Array.isArray(value), words: { zh: '应为 JSON 对象。', en: 'A JSON object is expected.' } },
  priority: { fits: (value) => value === 'P0' || value === 'P1' || value === 'P2', words: { zh: '应为 P0、P1 或 P2。', en: 'P0, P1 or P2 is expected.' } },
};

/** One item of a batch as it came over REST: a ticket to create, or the first thing that is wrong with its form. */
export function readItem(item: unknown): { input: TicketInput } | { problem: ItemProblem } {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) {
    return { problem: { code: 'INVALID', field: [], words: { zh: '每一项应是一个工单对象。', en: 'Each item is an object: a ticket.' } } };
  }
  for (const [name, value] of Object.entries(item)) {
    const kind = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof TicketInput] : null;
    if (!kind) {
      const known = Object.keys(FIELDS);
      return { problem: { code: 'INVALID', field: [name], words: { zh: `没有这个字段。可用字段：${known.join('、')}。`, en: `There is no such field. Known fields: ${known.join(', ')}.` } } };
    }
    const { fits, words } = EXPECTED[kind];
    if (value !== null && !fits(value)) return { problem: { code: 'INVALID', field: [name], words } };
  }
  const given = item as Partial<TicketInput>;
  for (const name of REQUIRED) if (given[name] == null) return { problem: { code: 'REQUIRED', field: [name], words: { zh: `缺少 ${name}。`, en: `${name} is missing.` } } };
  return { input: given as TicketInput };
}
