import { refuse, type Words } from '@careline/kit/errors';
import type { ArticleRow, ArticleVisibility, SimilarQuestion } from './article.tables.ts';

export type ArticleState = 'DRAFT' | 'PUBLISHED' | 'EXPIRED';

/** Days between which something is in force, both included; no `expireDate` means no end. */
export interface Validity {
  effectiveDate: string;
  expireDate: string | null;
}

/** Whether a day lies inside the dates; the last day counts to its end. */
export function isInForce(validity: Validity, today: string): boolean {
  return validity.effectiveDate <= today && (validity.expireDate === null || today <= validity.expireDate);
}

/** Where an article stands on a day. */
export function stateOf(article: Pick<ArticleRow, 'publishedVersionId'> & Validity, today: string): ArticleState {
  if (!article.publishedVersionId) return 'DRAFT';
  return isInForce(article, today) ? 'PUBLISHED' : 'EXPIRED';
}

/** What the author writes; the rest of a version is made by the verbs. */
export interface ArticleText extends Validity {
  title: string;
  content: string;
  keywords: string[];
  similarQuestions: SimilarQuestion[];
  visibility: ArticleVisibility;
}

export interface GatePoint {
  name: string;
  isMet: boolean;
  missing: Words | null;
}

/** What must hold before a version is put in force on `day`; open points come first. */
export function gateOf(text: ArticleText, day: string): GatePoint[] {
  const questions = text.similarQuestions.length;
  const points: GatePoint[] = [
    point('content', text.content.trim() !== '', { zh: '正文为空。', en: 'The text is empty.' }),
    point('similar_questions', questions >= 3 && questions <= 5, {
      zh: `需要 3 至 5 个关联问法，现有 ${questions} 个。`, en: `3 to 5 related questions are needed; there are ${questions}.`,
    }),
    point('dates', text.expireDate === null || day <= text.expireDate, {
      zh: '失效日期早于发布日期。', en: 'The last day in force is before the day of publishing.',
    }),
  ];
  return points.sort((a, b) => Number(a.isMet) - Number(b.isMet));
}

const point = (name: string, isMet: boolean, missing: Words): GatePoint => ({ name, isMet, missing: isMet ? null : missing });

/** Refuses a text that may not even be saved: lengths, numbers of words and questions, order of dates. */
export function checkText(text: ArticleText): void {
  lengthOf(text.title, 'title', 1, 120);
  lengthOf(text.content, 'content', 0, 100_000);
  countOf(text.keywords, 'keywords', 20);
  for (const keyword of text.keywords) lengthOf(keyword, 'keywords', 1, 60);
  countOf(text.similarQuestions, 'similarQuestions', 10);
  for (const question of text.similarQuestions) lengthOf(question.text, 'similarQuestions', 1, 200);
  if (text.expireDate !== null && text.expireDate < text.effectiveDate) {
    throw refuse('OUT_OF_RANGE', 'expireDate', { zh: '失效日期不能早于生效日期。', en: 'The last day in force is before the first. Choose a later one.' });
  }
}

/** Refuses a text shorter or longer than a field takes; counted in characters as people see them. */
export function lengthOf(text: string, field: string, min: number, max: number): void {
  const length = [...text.trim()].length;
  if (length < min) throw refuse(length === 0 ? 'REQUIRED' : 'TOO_SHORT', field, { zh: '此项不能为空。', en: 'This must be filled in.' });
  if (length > max) throw refuse('TOO_LONG', field, { zh: `最多 ${max} 个字符。`, en: `At most ${max} characters.` });
}

function countOf(list: readonly unknown[], field: string, max: number): void {
  if (list.length > max) throw refuse('TOO_MANY', field, { zh: `最多 ${max} 项。`, en: `At most ${max} items.` });
}

/** One spelling for search: width, case and runs of blanks do not matter. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** The words of a search, at most ten; each must occur. */
export function searchWords(text: string): string[] {
  return fold(text).split(' ').filter(Boolean).slice(0, 10);
}

/** `账户 / 验证码/` becomes `账户/验证码`. */
export function folderPath(text: string): string {
  return text.split('/').map((part) => part.trim()).filter(Boolean).join('/');
}

/** `KB-1042` for 1042. */
export function articleNumber(number: number): string {
  return `KB-${number}`;
}

/** The number inside `KB-1042`, in any case; null when it is none. */
export function parseArticleNumber(text: string): number | null {
  const digits = /^kb-(\d{1,9})$/i.exec(text.trim())?.[1];
  return digits ? Number(digits) : null;
}
