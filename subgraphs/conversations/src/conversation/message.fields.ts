import { signUploadLink } from '@careline/kit/crypto';
import { say } from '@careline/kit/errors';
import { MINUTE } from '@careline/kit/time';
import { agentLoaders } from '../agent/index.ts';
import type { ConversationsContext } from '../context.ts';
import { customerLabels, displayNameOf } from '../customer/index.ts';
import { conversationLoaders, scanLoaders } from './conversation.loaders.ts';
import { canRead, factsFor, seesInternal } from './conversation.rules.ts';
import { deliveryOf } from './delivery.rules.ts';
import { readContent } from './message-content.ts';
import { selectMessageById } from './message.store.ts';
import { signRatingToken } from './rating-token.ts';
import { readScheduled } from './scheduled-content.ts';
import type { ScheduledRow } from './scheduled.store.ts';
import type { ActorRef, MessageFile, MessageRow } from './conversation.types.ts';

type Ctx = ConversationsContext;

const LINK_VALID_MS = 5 * MINUTE;
const NAMES = {
  ERASED: { zh: '已擦除', en: 'Erased' },
  SYSTEM: { zh: '系统', en: 'System' },
  BOT: { zh: '机器人', en: 'Bot' },
  AGENT: { zh: '客服', en: 'Agent' },
} as const;

/** The name of a customer as the caller may read it; `已擦除` when nobody knows it any more. */
async function nameOfCustomer(ctx: Ctx, customerId: string): Promise<string> {
  const row = await ctx.runtime.parts.of(customerLabels).load(customerId);
  return row ? displayNameOf(ctx, row) : say(NAMES.ERASED, ctx.locale);
}

async function nameOfAgent(ctx: Ctx, agentId: string): Promise<string> {
  const row = await ctx.loaders.of(agentLoaders).agent.load(agentId);
  if (!row) return say(NAMES.AGENT, ctx.locale);
  return ctx.viewer.isCustomer ? (row.publicName ?? row.displayName) : row.displayName;
}

/** The present name of a person who types or looks. */
export async function nameOfPerson(ctx: Ctx, actor: ActorRef): Promise<string> {
  if (actor.kind === 'CUSTOMER' && actor.id) return nameOfCustomer(ctx, actor.id);
  return actor.kind === 'AGENT' && actor.id ? nameOfAgent(ctx, actor.id) : say(NAMES.SYSTEM, ctx.locale);
}

/** The author's name as it was when the message was sent; customers go by the name their own record shows now. */
async function authorName(row: MessageRow, _args: unknown, ctx: Ctx): Promise<string> {
  if (row.authorKind === 'CUSTOMER' && row.authorId) return nameOfCustomer(ctx, row.authorId);
  if (row.authorKind === 'SYSTEM' || row.authorKind === 'BOT') return say(NAMES[row.authorKind], ctx.locale);
  const content = await readContent(ctx, row);
  const kept = ctx.viewer.isCustomer ? content?.publicName : content?.name;
  if (kept) return kept;
  return row.authorKind === 'AGENT' && row.authorId ? nameOfAgent(ctx, row.authorId) : say(NAMES.AGENT, ctx.locale);
}

async function text(row: MessageRow, _args: unknown, ctx: Ctx): Promise<string | null> {
  if (row.recalledAt !== null) return null;
  if (row.kind === 'EVENT' || row.facts?.card === 'rating') return '';
  return (await readContent(ctx, row))?.text ?? null;
}

/** A rating invitation carries its token for the customer alone: who works here must not rate in the customer's name. */
function facts(row: MessageRow, _args: unknown, ctx: Ctx) {
  if (row.event && row.facts) return factsFor(!ctx.viewer.isCustomer, row.event, row.facts);
  if (row.kind !== 'CARD') return null;
  if (row.facts?.card !== 'rating' || !ctx.viewer.isCustomer) return row.facts;
  const token = signRatingToken(ctx.keyring, row.conversationId, row.sentAt);
  return { ...row.facts, ratingToken: token, ratingUrl: `${ctx.deps.publicUrl.replace(/\/$/, '')}/rate/${token}` };
}

async function delivery(row: MessageRow, _args: unknown, ctx: Ctx) {
  if (deliveryOf(row, undefined) === null) return null;
  const marks = await ctx.loaders.of(conversationLoaders).marks.load(row.conversationId);
  return deliveryOf(row, marks.find((mark) => mark.actorKind === 'CUSTOMER'));
}

/** Whether the scanner found something in a file; null while it has no verdict. One that was open when it was sent is open until something is found. */
async function isBlocked(ctx: Ctx, file: MessageFile): Promise<boolean | null> {
  const verdict = await ctx.loaders.of(scanLoaders).isBlocked.load(file.attachmentId);
  return file.isUnscanned ? verdict : verdict === true;
}

/** A message the caller may see; null when it is absent, hidden or outside the scope. */
export async function readMessage(ctx: Ctx, id: string): Promise<MessageRow | null> {
  const message = await selectMessageById(ctx.db, id);
  if (!message) return null;
  const conversation = await ctx.loaders.of(conversationLoaders).conversation.load(message.conversationId);
  if (!conversation || !canRead(ctx.viewer, conversation)) return null;
  return message.visibility === 'PUBLIC' || seesInternal(ctx.viewer, conversation) ? message : null;
}

export const messageFields = {
  Message: {
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readMessage(ctx, id),
    author: (row: MessageRow) => ({ kind: row.authorKind, id: row.authorId }),
    authorName, text, facts, delivery,
    attachments: async (row: MessageRow, _args: unknown, ctx: Ctx) => (row.recalledAt === null ? (await readContent(ctx, row))?.files : null) ?? [],
    recalledBy: ({ recalledBy }: MessageRow) => recalledBy && { kind: 'AGENT', id: recalledBy },
    recalledByName: ({ recalledBy }: MessageRow, _args: unknown, ctx: Ctx) => recalledBy && nameOfAgent(ctx, recalledBy),
    mentions: async (row: MessageRow, _args: unknown, ctx: Ctx) =>
      (await ctx.loaders.of(agentLoaders).agent.loadMany(row.mentionIds)).filter((agent) => agent !== null && !(agent instanceof Error)),
    deliveryError: () => null,
  },
  MessageAttachment: {
    isBlocked: async (file: MessageFile, _args: unknown, ctx: Ctx) => (await isBlocked(ctx, file)) === true,
    downloadUrl: async (file: MessageFile, _args: unknown, ctx: Ctx) => ((await isBlocked(ctx, file)) !== false ? null : signUploadLink(ctx.keyring, {
      attachmentId: file.attachmentId, verb: 'GET', viewerId: ctx.viewer.identity!.id, expiresAt: ctx.clock.now() + LINK_VALID_MS, publicUrl: ctx.deps.publicUrl,
    })),
    attachment: (file: MessageFile) => ({ id: file.attachmentId }),
  },
  ScheduledMessage: {
    agent: (row: ScheduledRow, _args: unknown, ctx: Ctx) => ctx.loaders.of(agentLoaders).agent.load(row.agentId),
    text: async (row: ScheduledRow, _args: unknown, ctx: Ctx) => (await readScheduled(ctx, row))?.text ?? null,
    attachments: async (row: ScheduledRow, _args: unknown, ctx: Ctx) => (await readScheduled(ctx, row))?.files ?? [],
  },
  TypingPerson: {
    actor: (person: ActorRef) => ({ kind: person.kind, id: person.id }),
    name: (person: ActorRef, _args: unknown, ctx: Ctx) => nameOfPerson(ctx, person),
    isNote: (person: { isNote: boolean }, _args: unknown, ctx: Ctx) => person.isNote && !ctx.viewer.isCustomer,
  },
};
