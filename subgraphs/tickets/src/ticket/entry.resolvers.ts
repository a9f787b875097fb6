import type { TicketsContext } from '../context.ts';
import type { ClockProof, ClockView, StepRow } from '../sla/index.ts';
import type { OpenAttachment } from '../attachment/index.ts';
import { readComment, readFacts, readText } from './read-words.ts';
import { readTicket } from './read-tickets.ts';
import type { OpenTicket } from './ticket.store.ts';
import type { CommentRow, EntryRow } from './ticket.tables.ts';

type Ctx = TicketsContext;
type Interval = ClockProof['intervals'][number];

const seconds = (ms: number) => Math.floor(ms / 1000);

const TicketEntry = {
  actor: ({ actorKind: kind, actorId }: EntryRow) => actorOf(kind, actorId),
  comment: (entry: EntryRow, _: unknown, ctx: Ctx) => readComment(ctx, entry),
  facts: (entry: EntryRow, _: unknown, ctx: Ctx) => readFacts(ctx, entry),
};

function actorOf(kind: string, actorId: string | null) {
  return {
    kind,
    agent: kind === 'AGENT' && actorId ? { __typename: 'Agent', id: actorId } : null,
    customer: kind === 'CUSTOMER' && actorId ? { __typename: 'Customer', id: actorId } : null,
    ruleId: kind === 'SYSTEM' || kind === 'API' ? actorId : null,
  };
}

const Comment = {
  text: (comment: CommentRow, _: unknown, ctx: Ctx) => readText(ctx, comment),
  mentions: ({ mentionIds }: CommentRow) => (mentionIds ?? []).map((id) => ({ __typename: 'Agent', id })),
  attachments: async ({ attachmentIds }: CommentRow, _: unknown, ctx: Ctx) =>
    (await ctx.loaders.attachment.loadMany(attachmentIds)).filter((file): file is OpenAttachment => file !== null && !(file instanceof Error)),
};

/** Fields of Ticket that its clocks answer. */
export const ticketClockFields = {
  clocks: ({ id }: OpenTicket, _: unknown, ctx: Ctx) => ctx.loaders.clocksOfTicket.load(id),
  nextClock: async ({ id }: OpenTicket, _: unknown, ctx: Ctx) => (await ctx.loaders.clocksOfTicket.load(id)).find(({ endedAt, pauseReason }) => endedAt === null && (pauseReason === null || pauseReason === 'CLOSED_HOURS')) ?? null,
  firstResponseClock: async ({ id }: OpenTicket, _: unknown, ctx: Ctx) => (await ctx.loaders.clocksOfTicket.load(id)).find(({ target }) => target === 'FIRST_RESPONSE') ?? null,
  resolutionClock: async ({ id }: OpenTicket, _: unknown, ctx: Ctx) => (await ctx.loaders.clocksOfTicket.load(id)).find(({ target }) => target === 'RESOLUTION') ?? null,
  escalations: async ({ id }: OpenTicket, _: unknown, ctx: Ctx) => (await ctx.loaders.stepsOfTicket.load(id)).filter(({ kind }) => kind === 'ESCALATE' || kind === 'HAND').sort((a, b) => dueOf(a) - dueOf(b)),
};

/** When a step was or is to happen; those that stand still or were cancelled come last. */
const dueOf = ({ fireAt, doneAt }: StepRow) => doneAt ?? fireAt ?? Number.MAX_SAFE_INTEGER;

const Escalation = {
  target: async ({ kind, clockId, ticketId }: StepRow, _: unknown, ctx: Ctx) => (kind === 'HAND' ? null : ((await ctx.loaders.clocksOfTicket.load(ticketId!)).find(({ id }) => id === clockId)?.target ?? null)),
  dueAt: async ({ fireAt, doneAt, clockId, ticketId }: StepRow, _: unknown, ctx: Ctx) => fireAt ?? doneAt ?? (await ctx.loaders.clocksOfTicket.load(ticketId!)).find(({ id }) => id === clockId)!.dueAt,
  async team({ teamKey }: StepRow, _: unknown, ctx: Ctx) {
    const id = teamKey ? (await ctx.teamIds())?.get(teamKey) : undefined;
    return id ? { __typename: 'Team', id } : null;
  },
  actor: ({ actorKind, actorId }: StepRow) => actorOf(actorKind, actorId),
};

/** The ticket of a dry run's change. */
export const clockTicket = {
  ticket: ({ ticketId }: { ticketId: string | null }, _: unknown, ctx: Ctx) => (ticketId ? readTicket(ctx, { id: ticketId }) : null),
};

/** Whose a clock is; its own fields are of the sla module. */
export const clockSubject = {
  ...clockTicket,
  conversation: ({ conversationId }: ClockView) => (conversationId ? { __typename: 'Conversation', id: conversationId } : null),
};

const SlaClockProof = {
  countedSeconds: ({ countedMs }: ClockProof) => seconds(countedMs),
  pausedSeconds: ({ pausedMs }: ClockProof) => seconds(pausedMs),
};

const SlaInterval = {
  seconds: ({ from, to }: Interval) => seconds(to - from),
  isCounted: ({ pauseReason }: Interval) => pauseReason === null,
};

export const entryResolvers = { TicketEntry, Comment, Escalation, SlaClockProof, SlaInterval };
