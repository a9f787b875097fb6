/** One variable of canned replies and macros, written `{{name}}` in their texts. */
export interface TextVariable {
  name: string;
  zh: string;
  en: string;
  /** What a preview shows in its place. */
  sampleZh: string;
  sampleEn: string;
}

/** How a variable stands in a text. */
export const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Every variable there is but the links of articles. Those of a ticket are filled by who looks at the ticket, all others by the server. */
export const textVariables: readonly TextVariable[] = [
  { name: 'customer.displayName', zh: '客户称呼', en: 'Customer name', sampleZh: '李婷', sampleEn: 'Li Ting' },
  { name: 'customer.company', zh: '客户公司', en: 'Customer company', sampleZh: '云帆科技', sampleEn: 'Yunfan' },
  { name: 'customer.number', zh: '客户编号', en: 'Customer number', sampleZh: 'C-7K2M-4821', sampleEn: 'C-7K2M-4821' },
  { name: 'agent.publicName', zh: '我的对外称呼', en: 'My public name', sampleZh: '小王', sampleEn: 'Wang' },
  { name: 'conversation.number', zh: '会话编号', en: 'Conversation number', sampleZh: '10482', sampleEn: '10482' },
  { name: 'conversation.subject', zh: '会话主题', en: 'Conversation subject', sampleZh: '退款未到账', sampleEn: 'Refund not received' },
  { name: 'ticket.number', zh: '工单编号', en: 'Ticket number', sampleZh: 'T-1042', sampleEn: 'T-1042' },
  { name: 'ticket.subject', zh: '工单主题', en: 'Ticket subject', sampleZh: '退款未到账', sampleEn: 'Refund not received' },
  { name: 'organisation.name', zh: '机构名称', en: 'Organisation name', sampleZh: '云帆科技', sampleEn: 'Yunfan' },
  { name: 'help.url', zh: '帮助中心地址', en: 'Help centre address', sampleZh: 'https://care.example.com/help', sampleEn: 'https://care.example.com/help' },
];

/** What a preview shows for an article that a text links, by its number. */
export const sampleArticle = (number: string): string => `https://care.example.com/help/${number}`;

/** The number of the article that a variable links, for `article.KB-1042`; null for every other variable. */
export const articleOf = (name: string): string | null => /^article\.(KB-[1-9]\d{0,8})$/.exec(name)?.[1] ?? null;

const known: ReadonlySet<string> = new Set(textVariables.map(({ name }) => name));

/** Whether there is such a variable. */
export const isVariable = (name: string): boolean => known.has(name) || articleOf(name) !== null;

/** Names of all variables of a text, each once, in order. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name!))];
}

/** The text with the values that there are; a variable without one stays in its braces. Values are taken as they are: braces in them are no variables. */
export function fillIn(text: string, values: Readonly<Record<string, string | null>>): string {
  return text.replace(VARIABLE, (whole, name: string) => values[name] ?? whole);
}
