import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { sightOf } from './audience.rules.ts';
import { audiencesOf } from './audience.store.ts';
import { selectCannedByText, selectCannedLabels, selectCannedReplies, type CannedReplyRow } from './canned.store.ts';
import { selectMacroLabels, selectMacros, type MacroRow } from './macro.store.ts';
import { rankOf, type Findable } from './match.rules.ts';
import type { Sharing } from './macro.types.ts';

export interface ListShared extends PageArgs {
  search?: string | null;
  sharing?: Sharing | null;
  isRetired?: boolean | null;
}

interface Label extends Findable {
  id: string;
  sharing: Sharing;
  usageCount: number;
}

const SEARCH_MAX = 60;
/** Behind everything found by its label. */
const BY_TEXT = 6;

/** One page of the canned replies in the caller's sight, best match first, else the most used. */
export async function listCannedReplies(ctx: ConversationsContext, args: ListShared): Promise<Connection<CannedReplyRow>> {
  const search = searchOf(args);
  const [audiences, isRetired] = [await audiencesOf(ctx.db, sightOf(ctx.viewer)), args.isRetired ?? false];
  const [labels, byText] = await Promise.all([
    selectCannedLabels(ctx.db, audiences, isRetired), search ? selectCannedByText(ctx.db, audiences, isRetired, search) : new Set<string>(),
  ]);
  return cutPage(args, order(labels, search, args.sharing ?? null, byText), (ids) => selectCannedReplies(ctx.db, ids));
}

/** One page of the macros in the caller's sight, in the same order. */
export async function listMacros(ctx: ConversationsContext, args: ListShared): Promise<Connection<MacroRow>> {
  const search = searchOf(args);
  const labels = await selectMacroLabels(ctx.db, await audiencesOf(ctx.db, sightOf(ctx.viewer)), args.isRetired ?? false);
  return cutPage(args, order(labels, search, args.sharing ?? null, new Set()), (ids) => selectMacros(ctx.db, ids));
}

function searchOf({ search }: ListShared): string {
  const asked = search?.trim() ?? '';
  if ([...asked].length > SEARCH_MAX) throw appError('BAD_USER_INPUT', { words: { zh: '最多搜索 60 个字符。', en: 'Search for at most 60 characters.' } });
  return asked;
}

/** Ids in the order of the list. An audience is bounded, so all of it is looked at. */
function order(labels: readonly Label[], search: string, sharing: Sharing | null, byText: ReadonlySet<string>): string[] {
  return labels.filter((one) => sharing === null || one.sharing === sharing)
    .map((one) => ({ ...one, rank: rankOf(one, search) ?? (byText.has(one.id) ? BY_TEXT : null) }))
    .filter((one) => one.rank !== null)
    .sort((one, other) => one.rank! - other.rank! || other.usageCount - one.usageCount || (one.label < other.label ? -1 : one.label > other.label ? 1 : one.id < other.id ? -1 : 1))
    .map(({ id }) => id);
}

async function cutPage<Row extends { id: string }>(args: PageArgs, ids: readonly string[], read: (ids: readonly string[]) => Promise<Map<string, Row>>): Promise<Connection<Row>> {
  const page = parsePage(args, ['id']);
  const ordered = page.isBackward ? [...ids].reverse() : ids;
  const start = page.cursor ? ordered.indexOf(String(page.cursor.id)) + 1 : 0;
  const wanted = ordered.slice(start, start + page.limit + 1);
  const rows = await read(wanted);
  return toConnection(wanted.map((id) => rows.get(id)).filter((row) => row !== undefined), page, ({ id }) => ({ id }), Math.min(ids.length, 10_000));
}
