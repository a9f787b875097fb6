import { ticketCreated } from '@careline/schema/events';
import type { DataKey } from '@careline/kit/crypto';
import { newId, type Tx } from '@careline/kit/db';
import { appendEvents } from '@careline/kit/events';
import { linkAttachments } from '../attachment/index.ts';
import type { TicketsContext } from '../context.ts';
import { holdPolicies, NO_DUE, type PolicyInForce } from '../sla/index.ts';
import { startClocks } from './start-clocks.ts';
import type { TicketPlan } from './plan-tickets.ts';
import { priorityName, priorityNumber } from './ticket.rules.ts';
import { storeListed } from './store-listed.ts';
import { insertTickets, sealFields, sealWords, type NewTicket } from './ticket.store.ts';
import { insertWords, ticketText, TICKET_SEQ } from './ticket-words.ts';
import type { ActorKind, EntryRow, NewTicketRow, TicketOrigin } from './ticket.tables.ts';
import { announceEntries } from './told-entries.ts';

/** So many tickets are made and sent to the database together. */
const PORTION = 100;

/**
 * Stores what was planned and has no problems, with clocks and events, in the caller's transaction; gives each plan the ticket that came of it.
 * `firstNumber` is the first of as many as are good.
 */
export async function storeTickets(ctx: TicketsContext, tx: Tx, plans: readonly TicketPlan[], firstNumber: number): Promise<Map<TicketPlan, NewTicketRow>> {
  const good = plans.filter(({ problems }) => problems.length === 0);
  const inForce = await holdPolicies(tx);
  const keys = await keysOfAll(ctx, tx, good.map(({ customerId }) => customerId!));
  for (const plan of good) if (filesOf(plan).length > 0) await linkAttachments(ctx, tx, filesOf(plan), plan.fileOwnerIds);
  const stored = new Map<TicketPlan, NewTicketRow>();
  // In portions, and with no question between them: the database stores one while the next is made.
  for (let from = 0; from < good.length; from += PORTION) {
    const made = good.slice(from, from + PORTION).map((plan, place) => ({ ...makeTicket(ctx, keys.get(plan.customerId!)!, plan, firstNumber + from + place), plan }));
    for (const { plan, ticket } of made) stored.set(plan, ticket);
    await storeMade(ctx, tx, made, inForce);
  }
  if (good.length > 0) tx.afterCommit(() => ctx.live.publish('sla-board', { count: good.length }));
  return stored;
}

/** The keys of these customers; whoever has none gets one. */
async function keysOfAll(ctx: TicketsContext, tx: Tx, customerIds: readonly string[]): Promise<Map<string, DataKey>> {
  const keys = await ctx.vault.keysOf(tx, customerIds);
  for (const customerId of customerIds) if (!keys.has(customerId)) keys.set(customerId, await ctx.vault.keyFor(tx, customerId));
  return keys;
}

async function storeMade(ctx: TicketsContext, tx: Tx, made: readonly (NewTicket & { plan: TicketPlan })[], inForce: readonly PolicyInForce[]): Promise<void> {
  const clocks = await startClocks(ctx, tx, made, inForce);
  await insertTickets(tx, made);
  await insertWords(ctx.keyring, tx, made.map(({ ticket: { id }, plan: { input } }) => ({
    ticketId: id, seq: TICKET_SEQ, text: ticketText({ subject: input.subject.trim(), description: input.description?.trim() || null }),
  })));
  await clocks.insert();
  await storeListed(ctx, tx, made.map(listedAsNew), ctx.clock.now());
  await appendEvents(tx, made.map(createdEvent), ctx.clock.now());
  await announceEntries(tx, made.flatMap(({ ticket, entries, plan }) => entries.map((entry) => ({ ticket: { ...ticket, customerId: plan.customerId }, entry, visibility: null }))), ctx.clock.now());
}

/** What a ticket that is made from another one takes from it. */
export interface Offspring {
  ticket: Pick<NewTicketRow, 'number' | 'categoryId' | 'priority'> & Record<'id', string> & Record<'customerId' | 'agentId' | 'teamId' | 'queueId', string | null>;
  subject: string;
  /** Since when the customer waits; null: from now on. */
  startedAt: number | null;
  /** Facts of the line that says where it comes from. */
  link: Record<string, unknown>;
}

/** Stores one ticket that is made from another one in the transaction that makes it, with its clocks. */
export async function storeTicket(ctx: TicketsContext, tx: Tx, { ticket: own, subject, startedAt, link }: Offspring): Promise<{ id: string }> {
  const { kind, id: viewerId, agentId } = ctx.viewer.identity!;
  const { id, customerId } = own;
  const now = ctx.clock.now();
  const origin: TicketOrigin = kind === 'AGENT' ? 'CONSOLE' : 'API';
  const key = (await ctx.vault.keysOf(tx, [customerId!])).get(customerId!)!;
  const category = (await ctx.loaders.categories()).find((one) => one.id === own.categoryId)!;
  const base = { ticketId: id, actorKind: kind as ActorKind, actorId: kind === 'AGENT' ? agentId : viewerId, at: now, sealedReason: null, terms: null };
  const priority = priorityName(own.priority);
  const created: EntryRow = { ...base, id: newId('ten'), seq: 1, kind: 'CREATED', facts: { origin, priority, categoryKey: category.key, confidence: null, ...(startedAt === null ? {} : { startedAt }) } };
  const linked: EntryRow = { ...base, id: newId('ten'), seq: 2, kind: 'LINKED', facts: link };
  const made: NewTicket = {
    ticket: { ...own, creatorAgentId: ctx.viewer.agentId, state: 'NEW', ...sealWords(key, id, { subject, description: null }), origin, lastSeq: 2, version: 1, createdAt: now, updatedAt: now, nextDueAt: NO_DUE },
    entries: [created, linked], conversationId: null, attachmentIds: [],
  };
  const clocks = await startClocks(ctx, tx, [made], await holdPolicies(tx));
  await insertTickets(tx, [made]);
  await clocks.insert();
  await storeListed(ctx, tx, [listedAsNew(made)], now);
  await insertWords(ctx.keyring, tx, [{ ticketId: id, seq: TICKET_SEQ, text: subject }]);
  await appendEvents(tx, [ticketCreated.make(id, { ticketId: id, number: String(own.number), customerId, conversationId: null, agentId: own.agentId, priority, categoryKey: category.key, origin, by: { kind: base.actorKind, id: base.actorId } })], now);
  await announceEntries(tx, made.entries.map((entry) => ({ ticket: { id, number: own.number, customerId }, entry, visibility: null })), now);
  return { id };
}

const listedAsNew = ({ ticket }: NewTicket) => ({ before: null, after: { queueId: null, teamId: null, agentId: null, creatorAgentId: null, tags: null, ...ticket, isMissed: false } });

const filesOf = (plan: TicketPlan) => [...new Set(plan.input.attachmentIds ?? [])];

function makeTicket(ctx: TicketsContext, key: DataKey, plan: TicketPlan, number: number): NewTicket {
  const { input, viewer } = plan;
  const id = newId('tkt');
  const now = ctx.clock.now();
  const origin = originOf(plan);
  const entries = entriesOf(plan, id, origin, now);
  return {
    ticket: {
      id, number, customerId: plan.customerId, agentId: input.agentId ?? null, creatorAgentId: viewer.agentId,
      queueId: plan.conversation?.queueId ?? null, teamId: plan.teamId, categoryId: plan.category!.id, state: 'NEW',
      priority: priorityNumber(input.priority ?? 'P2'),
      sealedFields: sealFields(key, id, plan.fields), parentId: plan.parent?.id ?? null,
      ...sealWords(key, id, { subject: input.subject.trim(), description: input.description?.trim() || null }),
      origin, lastSeq: entries.length, version: 1, createdAt: now, updatedAt: now, nextDueAt: NO_DUE,
    },
    entries, conversationId: plan.conversation?.id ?? null, attachmentIds: filesOf(plan),
  };
}

function originOf({ origin, conversation, viewer }: TicketPlan): TicketOrigin {
  if (origin) return origin;
  if (conversation) return 'CONVERSATION';
  return viewer.identity!.kind === 'AGENT' ? 'CONSOLE' : 'API';
}

function entriesOf(plan: TicketPlan, ticketId: string, origin: TicketOrigin, at: number): EntryRow[] {
  const { kind, id, agentId } = plan.viewer.identity!;
  const base = { ticketId, actorKind: kind as ActorKind, actorId: kind === 'AGENT' ? agentId : id, at, sealedReason: null, terms: null };
  const created: EntryRow = { ...base, id: newId('ten'), seq: 1, kind: 'CREATED', facts: { origin, priority: plan.input.priority ?? 'P2', categoryKey: plan.category!.key, confidence: null } };
  const links = [
    ...(plan.conversation ? [{ linkKind: 'CONVERSATION', ticketId: null, number: null, conversationId: plan.conversation.id }] : []),
    ...(plan.parent ? [{ linkKind: 'PARENT', ticketId: plan.parent.id, number: String(plan.parent.number), conversationId: null }] : []),
  ];
  return [created, ...links.map((facts, place): EntryRow => ({ ...base, id: newId('ten'), seq: place + 2, kind: 'LINKED', facts }))];
}

function createdEvent({ ticket, entries, plan, conversationId }: NewTicket & { plan: TicketPlan }) {
  const { actorKind: kind, actorId } = entries[0]!;
  return ticketCreated.make(ticket.id, {
    ticketId: ticket.id, number: String(ticket.number), customerId: plan.customerId, conversationId, agentId: ticket.agentId ?? null,
    priority: plan.input.priority ?? 'P2', categoryKey: plan.category!.key, origin: ticket.origin, by: { kind, id: actorId },
  });
}
