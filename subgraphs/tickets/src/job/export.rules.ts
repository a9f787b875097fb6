import type { Words } from '@careline/kit/errors';

/** The columns of an export in the order in which they stand when nobody chose, with how they are headed. */
export const COLUMNS = {
  number: { zh: '编号', en: 'Number' },
  subject: { zh: '标题', en: 'Subject' },
  description: { zh: '描述', en: 'Description' },
  state: { zh: '状态', en: 'State' },
  priority: { zh: '优先级', en: 'Priority' },
  category: { zh: '问题分类', en: 'Category' },
  customerId: { zh: '客户编号', en: 'Customer id' },
  customer: { zh: '客户', en: 'Customer' },
  agent: { zh: '客服', en: 'Agent' },
  team: { zh: '客服组', en: 'Team' },
  tags: { zh: '标签', en: 'Tags' },
  origin: { zh: '来源', en: 'Origin' },
  createdAt: { zh: '新建时间', en: 'Created' },
  updatedAt: { zh: '更新时间', en: 'Updated' },
  solvedAt: { zh: '解决时间', en: 'Solved' },
  closedAt: { zh: '关闭时间', en: 'Closed' },
  firstResponse: { zh: '首次响应', en: 'First response' },
  firstResponseDueAt: { zh: '首次响应截止时间', en: 'First response due' },
  firstResponseSeconds: { zh: '首次响应用时（秒）', en: 'First response seconds' },
  resolution: { zh: '解决计时', en: 'Resolution' },
  resolutionDueAt: { zh: '解决截止时间', en: 'Resolution due' },
  resolutionSeconds: { zh: '解决用时（秒）', en: 'Resolution seconds' },
  mergedInto: { zh: '并入', en: 'Merged into' },
} as const satisfies Record<string, Words>;

export type ColumnKey = keyof typeof COLUMNS;

const isKey = (key: string): key is ColumnKey => Object.hasOwn(COLUMNS, key);

/** The columns asked for; all but the long text when none were. Null: one of them is none, or stands twice. */
export function columnsOf(asked: readonly string[] | null | undefined): ColumnKey[] | null {
  if (!asked?.length) return (Object.keys(COLUMNS) as ColumnKey[]).filter((key) => key !== 'description');
  return asked.every(isKey) && new Set(asked).size === asked.length ? [...asked] : null;
}
