import { parseId } from '@careline/kit/db';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { selectActiveVersion, selectVersion, selectVersionPage, type RuleVersionRow } from './rule.store.ts';

/** Rules tell of every queue: only who reads all decisions reads them. */
const readsRules = (ctx: ConversationsContext): boolean => ctx.viewer.require('routing:read') === 'ALL';

/** One page of versions, newest first. */
export async function readRuleVersions(ctx: ConversationsContext, args: PageArgs): Promise<Connection<RuleVersionRow>> {
  const page = parsePage(args, ['version']);
  const from = page.cursor ? Number(page.cursor.version) : null;
  const rows = readsRules(ctx) ? await selectVersionPage(ctx.db, from, !page.isBackward, page.limit + 1) : [];
  return toConnection(rows, page, ({ version }) => ({ version }), null);
}

/** A version, or the one in force; null when there is none or the caller may not read it. */
export async function readRuleVersion(ctx: ConversationsContext, id: string | null): Promise<RuleVersionRow | null> {
  if (!readsRules(ctx)) return null;
  if (id === null) return selectActiveVersion(ctx.db);
  return parseId('rrv', id) ? selectVersion(ctx.db, id) : null;
}
