import type { Words } from '@careline/kit/errors';
import type { AlertRow, Occasion } from './alert.tables.ts';
import { wordsOfClearing, wordsOfWarning } from './attainment-warning.rules.ts';

/** One message to be told, to whomever. */
export interface Told {
  /** Id of the delivery. */
  id: string;
  occasion: Occasion;
  alert: AlertRow | null;
  publicUrl: string;
}

const TEST: Words = { zh: '这是一条测试消息：预警会以同样的方式送达。', en: 'This is a test: warnings will arrive the same way.' };

const linkOf = ({ publicUrl, alert }: Told) => `${publicUrl.replace(/\/$/, '')}/alerts${alert ? `/${alert.id}` : ''}`;

function wordsOf({ occasion, alert }: Told): Words {
  if (!alert) return TEST;
  return (occasion === 'CLEARED' ? wordsOfClearing(alert) : null) ?? wordsOfWarning(alert);
}

/** How many are named by the warning; the link leads to them. */
function wordsOfNamed({ ticketIds, conversationIds }: Pick<AlertRow, 'ticketIds' | 'conversationIds'>): Words {
  const count = ticketIds.length + conversationIds.length;
  return conversationIds.length > 0 ? { zh: `责任会话 ${count} 个，见链接。`, en: `Conversations responsible: ${count}, behind the link.` } : { zh: `责任工单 ${count} 张，见链接。`, en: `Tickets responsible: ${count}, behind the link.` };
}

const SUBJECTS: Record<Occasion, Words> = {
  RAISED: { zh: '达标率预警', en: 'Attainment warning' }, CLEARED: { zh: '达标率预警解除', en: 'Attainment warning is off' }, TEST: { zh: '测试消息', en: 'Test message' },
};

/** The message as a mail, in both languages: whoever reads it has told us neither. */
export function mailOf(told: Told): { subject: string; text: string } {
  const { zh, en } = wordsOf(told);
  const named = told.occasion === 'RAISED' && told.alert ? wordsOfNamed(told.alert) : { zh: '', en: '' };
  const subject = SUBJECTS[told.occasion];
  return { subject: `Careline ${subject.zh} · ${subject.en}`, text: `${zh}${named.zh}\n${[en, named.en].filter(Boolean).join(' ')}\n\n${linkOf(told)}\n` };
}

/** The message as a group reads it. Its first word is the product's: robots that ask for a keyword find it there. */
export function textOf(told: Told): string {
  const { subject, text } = mailOf(told);
  return `${subject}\n${text.trim()}`;
}

/** The message as a program gets it. */
export function bodyOf(told: Told): object {
  const { id, occasion, alert } = told;
  return {
    id, occasion, text: wordsOf(told), url: linkOf(told),
    alert: alert && {
      id: alert.id, kind: alert.kind, name: alert.name, value: alert.value, threshold: alert.threshold, ticketIds: alert.ticketIds, conversationIds: alert.conversationIds,
      raisedAt: new Date(alert.raisedAt).toISOString(), clearedAt: alert.clearedAt === null ? null : new Date(alert.clearedAt).toISOString(),
    },
  };
}
