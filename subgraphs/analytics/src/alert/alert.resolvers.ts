import { say } from '@careline/kit/errors';
import { fieldsOf, parsePage, payload, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { AnalyticsContext } from '../context.ts';
import { acknowledgeAlert } from './acknowledge-alert.ts';
import { watchAlerts } from './alert-stream.ts';
import type { AlertRow, LimitsRow, RecipientRow } from './alert.tables.ts';
import type { AlertFilter } from './alerts.store.ts';
import { wordsOfWarning } from './attainment-warning.rules.ts';
import { addRecipient, removeRecipient, testRecipient, type AddRecipient } from './change-recipients.ts';
import { readAlert, readAlerts, readRecipients, viewRecipients } from './read-alerts.ts';
import { openAddress } from './recipient-keys.ts';
import { readAttainmentLimits, saveAttainmentLimits, type SaveAttainmentLimits } from './save-attainment-limits.ts';

type Ctx = AnalyticsContext;
interface Of<Input> {
  input: Input;
}

const Query = {
  async alerts(_: unknown, args: PageArgs & { filter?: AlertFilter | null }, ctx: Ctx, info: GraphQLResolveInfo) {
    const page = parsePage(args, ['isOn', 'at', 'id']);
    const { rows, totalCount } = await readAlerts(ctx, { filter: args.filter ?? {}, isCounted: fieldsOf(info).has('totalCount') }, page);
    return toConnection(rows, page, ({ clearedAt, raisedAt, id }) => ({ isOn: clearedAt === null ? 1 : 0, at: raisedAt, id }), totalCount);
  },
  alertRecipients: (_: unknown, __: unknown, ctx: Ctx) => readRecipients(ctx),
  attainmentLimits: (_: unknown, __: unknown, ctx: Ctx) => readAttainmentLimits(ctx),
};

const Mutation = {
  saveAttainmentLimits: (_: unknown, { input }: Of<SaveAttainmentLimits>, ctx: Ctx) => payload(ctx, async () => ({ limits: await saveAttainmentLimits(ctx, input) })),
  acknowledgeAlert: (_: unknown, { input }: Of<{ alertId: string }>, ctx: Ctx) => payload(ctx, async () => ({ alert: await acknowledgeAlert(ctx, input.alertId) })),
  addAlertRecipient: (_: unknown, { input }: Of<AddRecipient>, ctx: Ctx) => payload(ctx, async () => {
    const { recipient, secret } = await addRecipient(ctx, input);
    return { secret, recipient: (await viewRecipients(ctx, [recipient]))[0] };
  }),
  removeAlertRecipient: (_: unknown, { input }: Of<{ recipientId: string }>, ctx: Ctx) => payload(ctx, async () => ({ removedId: await removeRecipient(ctx, input.recipientId) })),
  testAlertRecipient: (_: unknown, { input }: Of<{ recipientId: string }>, ctx: Ctx) =>
    payload(ctx, async () => ({ recipient: (await viewRecipients(ctx, [await testRecipient(ctx, input.recipientId)]))[0] })),
};

const Subscription = {
  alertChanged: {
    subscribe: (_: unknown, { afterSeq }: { afterSeq?: number | null }, ctx: Ctx) => watchAlerts(ctx, afterSeq ?? null),
    resolve: (event: unknown) => event,
  },
};

const Alert = {
  __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readAlert(ctx, id),
  text: (row: AlertRow, _: unknown, ctx: Ctx) => say(wordsOfWarning(row), ctx.locale),
  acknowledgedBy: ({ acknowledgedBy: id }: AlertRow) => (id ? { __typename: 'Agent', id } : null),
};

const AttainmentLimits = {
  threshold: ({ thresholdPerMille }: LimitsRow) => thresholdPerMille / 1_000,
  rearm: ({ rearmPerMille }: LimitsRow) => rearmPerMille / 1_000,
  savedBy: ({ savedBy: id }: LimitsRow) => (id ? { __typename: 'Agent', id } : null),
};

const AlertRecipient = {
  address: (row: RecipientRow, _: unknown, ctx: Ctx) => (ctx.viewer.scopeOf('alert:write') === 'ALL' ? openAddress(ctx.keyring, row) : null),
};

export const alertResolvers = { Query, Mutation, Subscription, Alert, AttainmentLimits, AlertRecipient };
