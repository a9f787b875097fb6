import { openAudit, type AuditDetails } from '@careline/kit/audit';
import { fieldsOf, parsePage, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { AnalyticsContext } from '../context.ts';
import type { DateRange } from '../day-range.rules.ts';
import { maskAddress } from './chain.ts';
import type { AuditFilter } from './audit.store.ts';
import type { AuditRow } from './audit.tables.ts';
import { readEntries, readEntry, verifyChain } from './read-entries.ts';

type Ctx = AnalyticsContext;

const Query = {
  async auditEntries(_: unknown, args: PageArgs & { filter?: AuditFilter | null }, ctx: Ctx, info: GraphQLResolveInfo) {
    const page = parsePage(args, ['seq']);
    const { rows, totalCount } = await readEntries(ctx, { filter: args.filter ?? {}, isCounted: fieldsOf(info).has('totalCount') }, page);
    return toConnection(rows, page, ({ seq }) => ({ seq }), totalCount);
  },
  auditChain: (_: unknown, { range }: { range: DateRange }, ctx: Ctx) => verifyChain(ctx, range),
};

/** What was sealed; null when the row was changed, because then it opens no more. The chain tells which row it is. */
function detailsOf(row: AuditRow, ctx: Ctx): AuditDetails | null {
  try {
    return openAudit(ctx.keyring, row.id, row.sealed);
  } catch (error) {
    ctx.log.error({ err: error, seq: row.seq }, 'an audit entry does not open');
    return null;
  }
}

const AuditEntry = {
  __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readEntry(ctx, id),
  actor: ({ actorKind: kind, actorId }: AuditRow) => ({
    kind,
    agent: kind === 'AGENT' && actorId ? { __typename: 'Agent', id: actorId } : null,
    customer: kind === 'CUSTOMER' && actorId ? { __typename: 'Customer', id: actorId } : null,
    ruleId: kind === 'SYSTEM' || kind === 'API' ? actorId : null,
  }),
  address(row: AuditRow, _: unknown, ctx: Ctx) {
    const address = detailsOf(row, ctx)?.address ?? null;
    return address && !ctx.viewer.readsInClear('address', '') ? maskAddress(address) : address;
  },
  before: (row: AuditRow, _: unknown, ctx: Ctx) => detailsOf(row, ctx)?.before ?? null,
  after: (row: AuditRow, _: unknown, ctx: Ctx) => detailsOf(row, ctx)?.after ?? null,
  reason: (row: AuditRow, _: unknown, ctx: Ctx) => detailsOf(row, ctx)?.reason ?? null,
  hash: (row: AuditRow) => row.hash.toString('hex'),
};

export const auditResolvers = { Query, AuditEntry };
