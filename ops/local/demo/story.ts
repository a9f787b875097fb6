import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { MINUTE, SECOND } from '@careline/kit/time';
import { DemoRefusal, type DemoApi } from './demo-api.ts';
import type { DemoClock } from './demo-clock.ts';
import type { DemoCustomer } from './people.ts';
import type { DemoScript } from './scripts.ts';
import type { DemoStaff } from './set-up.ts';

export interface StoryTeller {
  api: DemoApi;
  clock: DemoClock;
  staff: DemoStaff;
  channelKey: string;
  /** Refresh tokens of customers who wrote before, so that they come back as the same person. */
  visits: Map<DemoCustomer, string>;
  /** From 0 up to 1. */
  random(): number;
}

interface Open {
  id: string;
  lastSeq: number;
  customerId: string;
  visitor: Identity;
  owner: Identity;
}

/** Plays one script through the public verbs, from the visitor's first word; leaves it open when `isOpen`. */
export async function tellConversation(teller: StoryTeller, script: DemoScript, customer: DemoCustomer, isOpen: boolean): Promise<void> {
  const open = await begin(teller, script, customer);
  for (const [who, text] of script.lines.slice(1)) {
    // Somebody who is still waiting has not been answered.
    teller.clock.pass((12 + teller.random() * 75) * SECOND);
    await speak(teller, open, who, text);
  }
  await describe(teller, open, script);
  if (isOpen) return;
  await makeTicket(teller, open, script);
  teller.clock.pass((1 + teller.random() * 4) * MINUTE);
  await close(teller, open, script.score);
}

async function begin(teller: StoryTeller, script: DemoScript, customer: DemoCustomer): Promise<Open> {
  const { api, clock, staff, channelKey, visits } = teller;
  const visit = await api.tell<{ visitorToken: string; refreshToken: string; customer: { id: string } }>(
    'conversations', 'startVisit', { channelKey, refreshToken: visits.get(customer) ?? null, locale: script.locale, timeZone: 'Asia/Shanghai', device: 'Chrome · Windows' },
    'visitorToken refreshToken customer { id }', null,
  );
  const isNew = !visits.has(customer);
  visits.set(customer, visit.refreshToken);
  const visitor = await api.identityOf(visit.visitorToken);
  const input = { firstMessage: { clientMessageId: randomUUID(), text: script.lines[0]![1] }, idempotencyKey: randomUUID() };
  const { conversation } = await api.tell<{ conversation: { id: string } }>('conversations', 'startConversation', input, 'conversation { id }', visitor);
  clock.pass((8 + teller.random() * 40) * SECOND);
  const { id, lastSeq, owner } = await takeOver(teller, conversation.id, script);
  if (isNew) await introduce(teller, staff.admin, visit.customer.id, customer);
  return { id, lastSeq, customerId: visit.customer.id, visitor, owner };
}

/** Gives the conversation to somebody who serves its queue, unless routing is faster. */
async function takeOver({ api, staff, random }: StoryTeller, id: string, script: DemoScript) {
  const serving = staff.serving(script.queue);
  const chosen = staff.of(serving[Math.floor(random() * serving.length)]!.email);
  await api.tell('conversations', 'setPresence', { presence: 'ONLINE' }, 'agent { id }', chosen);
  await api.tell('conversations', 'assignConversation', { conversationId: id, agentId: chosen.agentId }, 'conversation { id }', staff.admin).catch((error: unknown) => {
    if (!(error instanceof DemoRefusal && error.code === 'ALREADY_ASSIGNED')) throw error;
  });
  const { conversation } = await api.ask<{ conversation: { lastSeq: number; agent: { id: string } } }>('conversations', 'query ($id: ID!) { conversation(id: $id) { lastSeq agent { id } } }', { id }, staff.admin);
  return { id, lastSeq: conversation.lastSeq, owner: staff.byId(conversation.agent.id) };
}

async function introduce({ api }: StoryTeller, admin: Identity, customerId: string, customer: DemoCustomer): Promise<void> {
  const { displayName, company, tier, locale, phone, email } = customer;
  await api.tell('conversations', 'updateCustomer', { customerId, displayName, company, tier, locale, phone, email }, 'customer { id }', admin);
}

async function speak({ api }: StoryTeller, open: Open, who: 'c' | 'a' | 'n', text: string): Promise<void> {
  const base = { conversationId: open.id, clientMessageId: randomUUID(), text };
  const [verb, input, speaker] = who === 'n'
    ? ['addNote', base, open.owner] as const
    : ['sendMessage', who === 'a' ? { ...base, lastSeenSeq: open.lastSeq } : base, who === 'a' ? open.owner : open.visitor] as const;
  const { message } = await api.tell<{ message: { seq: number } }>('conversations', verb, input, 'message { seq }', speaker);
  open.lastSeq = message.seq;
  const reader = who === 'c' ? open.owner : open.visitor;
  if (who !== 'n') await api.tell('conversations', 'markRead', { conversationId: open.id, seq: message.seq }, 'conversation { id }', reader);
}

async function describe({ api, staff }: StoryTeller, open: Open, script: DemoScript): Promise<void> {
  if (!script.tags && !script.priority) return;
  const { conversation } = await api.tell<{ conversation: { lastSeq: number } }>(
    'conversations', 'updateConversation', { conversationId: open.id, tags: script.tags, priority: script.priority }, 'conversation { lastSeq }', staff.admin,
  );
  open.lastSeq = conversation.lastSeq;
}

async function makeTicket({ api }: StoryTeller, open: Open, script: DemoScript): Promise<void> {
  if (!script.ticket) return;
  const { category, subject, priority } = script.ticket;
  const ticket = { category, subject, priority: priority === 'P0' ? 'P1' : priority, conversationId: open.id, description: script.lines.map(([, text]) => text).join('\n') };
  await api.tell('tickets', 'createTickets', { tickets: [ticket], idempotencyKey: randomUUID() }, 'results { userErrors { code } }', open.owner);
}

async function close({ api, clock, random }: StoryTeller, open: Open, score: number | undefined): Promise<void> {
  await api.tell('conversations', 'closeConversation', { conversationId: open.id, lastSeenSeq: open.lastSeq, confirm: true }, 'conversation { id }', open.owner);
  if (score === undefined) return;
  const { conversation } = await api.ask<{ conversation: { messages: { nodes: { kind: string; facts: { ratingToken?: string } | null }[] } } }>(
    'conversations', 'query ($id: ID!) { conversation(id: $id) { messages(last: 5) { nodes { kind facts } } } }', { id: open.id }, open.visitor,
  );
  const token = conversation.messages.nodes.findLast((message) => message.facts?.ratingToken)?.facts?.ratingToken;
  if (!token) return;
  clock.pass((20 + random() * 200) * SECOND);
  await api.tell('conversations', 'rateConversation', { token, score, reasons: [score > 3 ? 'SOLUTION' : 'SPEED'] }, 'rating { score }', null);
}
