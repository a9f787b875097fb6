import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';
import { reachOf } from '../reach.rules.ts';
import { countTags, listTags, type TagCount } from './list-tags.store.ts';
import { TAG_CHARS_MAX } from './update-ticket.ts';

/** A page of the tags that tickets in the caller's scope carry; counted only when asked for. */
export async function readTags(ctx: TicketsContext, { startsWith, ...args }: PageArgs & { startsWith?: string | null }, isCounted: boolean): Promise<Connection<TagCount>> {
  const scope = reachOf(ctx.viewer, 'ticket:read');
  const page = parsePage(args, ['tag']);
  const beginning = startsWith?.trim() || null;
  if (beginning && [...beginning].length > TAG_CHARS_MAX) throw appError('BAD_USER_INPUT', { words: { zh: `标签最多 ${TAG_CHARS_MAX} 个字符。`, en: `A tag has at most ${TAG_CHARS_MAX} characters.` } });
  const where = { startsWith: beginning, scope };
  const [rows, total] = await Promise.all([listTags(ctx.db, where, page), isCounted ? countTags(ctx.db, where) : null]);
  return toConnection(rows, page, ({ name }) => ({ tag: name }), total);
}
