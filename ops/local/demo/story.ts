import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { MINUTE, SECOND } from '@careline/kit/time';
import { DemoRefusal, type DemoApi } from './demo-api.ts';
import type { DemoClock } from './demo-clock.ts';
import { AGENTS, type DemoCustomer } from './people.ts';
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
  /** Null: nobody has taken it. */
  owner: Identity | null;
}

/** Plays one script through the public verbs, from the visitor's first word; leaves it open when `isOpen`. */
export async function tellConversation(teller: StoryTeller, script: DemoScript, customer: DemoCustomer, isOpen: boolean): Promise<void> {
  const open = await begin(teller, script, customer, isOpen);
  const lastAnswer = script.lines.findLastIndex(([who]) => who === 'a');
  for (const [index, [who, text]] of script.lines.entries()) {
    if (index === 0) continue;
    teller.clock.pass((12 + teller.random() * 75) * SECOND);
    await speak(teller, open, who, text);
    // What the customer of an open conversation said last is what the agent has still to read.
    if (who !== 'n' && !(isOpen && index > lastAnswer)) await read(teller, open, who);
  }
  await describe(teller, open, script);
  if (isOpen || !open.owner) return;
  await makeTicket(teller, open.id, open.owner, script);
  teller.clock.pass((1 + teller.random() * 4) * MINUTE);
  await close(teller, open, open.owner, script.score);
}

async function begin(teller: StoryTeller, script: DemoScript, customer: DemoCustomer, isOpen: boolean): Promise<Open> {
  const { api, clock, staff, channelKey, visits } = teller;
  const visit = await api.tell<{ visitorToken: string; refreshToken: string; customer: { id: string } }>(
    'conversations', 'startVisit', { channelKey, refreshToken: visits.get(customer) ?? null, locale: script.locale, timeZone: 'Asia/Shanghai', device: 'Chrome on Windows' },
    'visitorToken refreshToken customer { id }', null,
  );
  const owner = ownerFor(teller, script);
  // Routing gives it to who is there. What is still open comes by hand to somebody who has left: such work stays with its owner.
  if (owner && !isOpen) await setPresence(teller, owner, 'ONLINE');
  const isNew = !visits.has(customer);
  visits.set(customer, visit.refreshToken);
  const visitor = await api.identityOf(visit.visitorToken);
  const input = { firstMessage: { clientMessageId: randomUUID(), text: script.lines[0]![1] }, idempotencyKey: randomUUID() };
  const { conversation } = await api.tell<{ conversation: { id: string } }>('conversations', 'startConversation', input, 'conversation { id }', visitor);
  clock.pass((8 + teller.random() * 40) * SECOND);
  const lastSeq = owner ? await takeOver(teller, conversation.id, owner) : 0;
  if (owner && !isOpen) await setPresence(teller, owner, 'AWAY');
  if (isNew) await introduce(teller, staff.admin, visit.customer.id, customer);
  return { id: conversation.id, lastSeq, customerId: visit.customer.id, visitor, owner };
}

/** Who serves it: whom the script names, or anybody of its queue. */
function ownerFor({ staff, random }: StoryTeller, { owner, queue }: DemoScript): Identity | null {
  if (owner === null) return null;
  const serving = staff.serving(queue);
  return staff.of(owner ? `${owner}@demo.careline.example` : serving[Math.floor(random() * serving.length)]!.email);
}

async function setPresence({ api }: StoryTeller, agent: Identity, presence: 'ONLINE' | 'AWAY' | 'OFFLINE'): Promise<void> {
  await api.tell('conversations', 'setPresence', { presence }, 'agent { id }', agent);
}

/** Everybody leaves: nobody is there until somebody signs in. */
export async function leaveDesk(teller: StoryTeller): Promise<void> {
  for (const { email, role } of AGENTS) if (role === 'agent') await setPresence(teller, teller.staff.of(email), 'OFFLINE');
}

/** Gives the conversation to its owner, where routing did not do so already; gives its last seq. */
async function takeOver({ api, staff }: StoryTeller, id: string, owner: Identity): Promise<number> {
  const { agentId } = owner;
  await api.tell('conversations', 'assignConversation', { conversationId: id, agentId }, 'conversation { id }', staff.admin).catch((error: unknown) => {
    if (!(error instanceof DemoRefusal && error.code === 'ALREADY_ASSIGNED')) throw error;
  });
  const { conversation } = await api.ask<{ conversation: { lastSeq: number } }>('conversations', 'query ($id: ID!) { conversation(id: $id) { lastSeq } }', { id }, staff.admin);
  return conversation.lastSeq;
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
}

/** The other side reads what was said. */
async function read({ api }: StoryTeller, open: Open, who: 'c' | 'a'): Promise<void> {
  const reader = who === 'c' ? open.owner : open.visitor;
  if (reader) await api.tell('conversations', 'markRead', { conversationId: open.id, seq: open.lastSeq }, 'conversation { id }', reader);
}

async function describe({ api, staff }: StoryTeller, open: Open, script: DemoScript): Promise<void> {
  if (script.mention && open.owner) {
    await api.tell('conversations', 'addNote', { conversationId: open.id, clientMessageId: randomUUID(), text: script.mention, mentionIds: [open.owner.agentId] }, 'message { seq }', staff.supervisor);
  }
  if (!script.tags && !script.priority) return;
  const { conversation } = await api.tell<{ conversation: { lastSeq: number } }>(
    'conversations', 'updateConversation', { conversationId: open.id, tags: script.tags, priority: script.priority }, 'conversation { lastSeq }', staff.admin,
  );
  open.lastSeq = conversation.lastSeq;
}

async function makeTicket({ api }: StoryTeller, conversationId: string, owner: Identity, script: DemoScript): Promise<void> {
  if (!script.ticket) return;
  const { category, subject, priority } = script.ticket;
  const ticket = { category, subject, priority: priority === 'P0' ? 'P1' : priority, conversationId, description: script.lines.map(([, text]) => text).join('\n') };
  await api.tell('tickets', 'createTickets', { tickets: [ticket], idempotencyKey: randomUUID() }, 'results { userErrors { code } }', owner);
}

async function close({ api, clock, random }: StoryTeller, open: Open, owner: Identity, score: number | undefined): Promise<void> {
  await api.tell('conversations', 'closeConversation', { conversationId: open.id, lastSeenSeq: open.lastSeq, confirm: true }, 'conversation { id }', owner);
  if (score === undefined) return;
  const { conversation } = await api.ask<{ conversation: { messages: { nodes: { kind: string; facts: { ratingToken?: string } | null }[] } } }>(
    'conversations', 'query ($id: ID!) { conversation(id: $id) { messages(last: 5) { nodes { kind facts } } } }', { id: open.id }, open.visitor,
  );
  const token = conversation.messages.nodes.findLast((message) => message.facts?.ratingToken)?.facts?.ratingToken;
  if (!token) return;
  clock.pass((20 + random() * 200) * SECOND);
  await api.tell('conversations', 'rateConversation', { token, score, reasons: [score > 3 ? 'SOLUTION' : 'SPEED'] }, 'rating { score }', null);
}
