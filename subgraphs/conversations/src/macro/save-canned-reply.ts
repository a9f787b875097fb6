import { isDuplicate, newId, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { expectVersion, textWithin } from '../input.rules.ts';
import { isInSight, sightOf } from './audience.rules.ts';
import { audienceOf } from './audience.store.ts';
import { countCannedReplies, insertCannedReply, lockCannedReply, selectCannedReplies, updateCannedReply, type CannedReplyRow } from './canned.store.ts';
import { requireRoom, sharedBy } from './share.ts';
import { spell } from './spell.ts';
import { unknownIn } from './variable.rules.ts';
import type { Sharing } from './macro.types.ts';

export interface SaveCannedReply {
  cannedReplyId?: string | null;
  title: string;
  shortcut?: string | null;
  text: string;
  sharing: Sharing;
  teamId?: string | null;
  isRetired?: boolean | null;
  expectedVersion?: number | null;
  idempotencyKey?: string | null;
}

/**
 * Makes or changes a canned reply as far as the caller's `macro:write` reaches; no audit entry, the permission is not starred.
 * Throws NOT_FOUND for one out of sight; refuses unknown variables INVALID, a shortcut taken ALREADY_EXISTS.
 */
export async function saveCannedReply(ctx: ConversationsContext, input: SaveCannedReply): Promise<CannedReplyRow> {
  ctx.viewer.require('macro:write');
  const words = {
    title: textWithin(input.title, 'title', 1, 60), shortcut: shortcutWithin(input.shortcut), text: replyTextWithin(input.text, ['text']),
  };
  try {
    return await ctx.transaction(async (tx) => {
      if (input.cannedReplyId || input.idempotencyKey == null) return store(ctx, tx, input, words);
      const call = { scope: `${ctx.viewer.identity!.id} saveCannedReply`, key: input.idempotencyKey, input };
      const { result } = await withIdempotency(tx, call, async () => ({ id: (await store(ctx, tx, input, words)).id }));
      return (await selectCannedReplies(tx, [result.id])).get(result.id)!;
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw refuse('ALREADY_EXISTS', 'shortcut', { zh: '此范围内已有使用该缩写的快捷回复。', en: 'Another canned reply for these people has this shortcut.' });
  }
}

async function store(ctx: ConversationsContext, tx: Tx, input: SaveCannedReply, words: Pick<CannedReplyRow, 'title' | 'shortcut' | 'text'>): Promise<CannedReplyRow> {
  const before = input.cannedReplyId ? await lockCannedReply(tx, input.cannedReplyId) : null;
  if (input.cannedReplyId && (!before || !isInSight(sightOf(ctx.viewer), before))) throw appError('NOT_FOUND');
  const shared = await sharedBy(ctx, tx, input, before);
  if (before) expectVersion(input.expectedVersion, before.version, { cannedReply: before });
  const now = ctx.clock.now();
  const isRetired = input.isRetired ?? before?.isRetired ?? false;
  const after: CannedReplyRow = {
    id: before?.id ?? newId('can'), ...words, titlePinyin: spell(words.title), activeShortcut: isRetired ? null : words.shortcut, ...shared,
    audience: audienceOf(shared), isRetired, usageCount: before?.usageCount ?? 0, version: (before?.version ?? 0) + 1, createdAt: before?.createdAt ?? now, changedAt: now,
  };
  if (!before?.audience.equals(after.audience)) await requireRoom(tx, after.audience, countCannedReplies);
  if (before) await updateCannedReply(tx, after);
  else await insertCannedReply(tx, after);
  return after;
}

function shortcutWithin(given: string | null | undefined): string | null {
  const shortcut = given?.trim() ?? '';
  if (shortcut === '') return null;
  if (/^[a-z0-9_-]{1,20}$/.test(shortcut)) return shortcut;
  throw refuse('INVALID', 'shortcut', { zh: '缩写只能是 1 到 20 个小写字母、数字、- 或 _。', en: 'A shortcut is 1 to 20 lower-case letters, digits, - and _.' });
}

/** A text with known variables only, as it was typed; refused under this path. */
export function replyTextWithin(text: string, field: readonly string[]): string {
  const TEXT_MAX = 5_000;
  if (!text.trim()) throw refuse('REQUIRED', [...field], { zh: '请输入内容。', en: 'Write the text.' });
  if ([...text].length > TEXT_MAX) throw refuse('TOO_LONG', [...field], { zh: '最多 5,000 个字符。', en: 'At most 5,000 characters.' });
  const unknown = unknownIn(text);
  if (unknown.length > 0) {
    throw refuse('INVALID', [...field], { zh: `没有这个变量：{{${unknown[0]}}}。`, en: `There is no such variable: {{${unknown[0]}}}.` });
  }
  return text.trim();
}
