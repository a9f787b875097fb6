import { gathered } from '@careline/kit/db';
import { AppError } from '@careline/kit/errors';
import type { Services } from '@careline/kit/services';

/** A conversation as far as a ticket made from it needs to know. */
export interface ConversationInfo {
  id: string;
  customerId: string | null;
  agentId: string | null;
  queueId: string | null;
}

/** What was meant by a number or phone: nobody, one customer, or several. */
export type Lookup = 'NOT_FOUND' | 'AMBIGUOUS' | { customerId: string };

/** What a batch of tickets names, as conversations knows it; absent means it does not exist. */
export interface Directory {
  conversations: Map<string, ConversationInfo>;
  customers: Set<string>;
  lookups: Map<string, Lookup>;
  /** Whether each agent is enabled. */
  agents: Map<string, boolean>;
}

export interface DirectoryAsk {
  conversationIds: string[];
  customerIds: string[];
  lookups: string[];
  agentIds: string[];
}

type Ref = { id: string } | null;

const BATCH = 50;

/** Asks conversations for everything a batch names, a few questions at a time. Throws UNAVAILABLE while it is away. */
export async function askDirectory(services: Services, ask: DirectoryAsk): Promise<Directory> {
  const conversations = await askEach<{ id: string; customer: Ref; agent: Ref; queue: Ref }>(
    services, ask.conversationIds, 'ID!', (argument) => `conversation(id: ${argument}) { id customer { id } agent { id } queue { id } }`);
  const customers = await askEach<{ id: string }>(services, ask.customerIds, 'ID!', (argument) => `customer(id: ${argument}) { id }`);
  const lookups = await askEach<{ customer: Ref; candidates: { id: string }[] }>(
    services, ask.lookups, 'String!', (argument) => `findCustomer(lookup: ${argument}) { customer { id } candidates { id } }`);
  const agents = await askEach<{ id: string; isEnabled: boolean }>(services, ask.agentIds, 'ID!', (argument) => `agent(id: ${argument}) { id isEnabled }`);
  return {
    conversations: new Map([...conversations].flatMap(([id, found]) => (found
      ? [[id, { id: found.id, customerId: found.customer?.id ?? null, agentId: found.agent?.id ?? null, queueId: found.queue?.id ?? null }] as const] : []))),
    customers: new Set([...customers].flatMap(([id, found]) => (found ? [id] : []))),
    lookups: new Map([...lookups].map(([text, found]) => [text, lookupOf(found)])),
    agents: new Map([...agents].flatMap(([id, found]) => (found ? [[id, found.isEnabled] as const] : []))),
  };
}

function lookupOf(found: { customer: Ref; candidates: { id: string }[] } | null): Lookup {
  if (found?.customer) return { customerId: found.customer.id };
  return found && found.candidates.length > 1 ? 'AMBIGUOUS' : 'NOT_FOUND';
}

/** By what is asked: whoever asks while another question is under way is answered with all who ask meanwhile. */
const lines = new WeakMap<Services, Map<string, (value: string) => Promise<unknown>>>();

/** Asks conversations one question of each value, many callers' at once; null for what does not exist. */
export async function askEach<Found>(services: Services, values: string[], type: string, field: (argument: string) => string): Promise<Map<string, Found | null>> {
  const ofServices = lines.get(services) ?? new Map<string, (value: string) => Promise<unknown>>();
  lines.set(services, ofServices);
  const what = `${type} ${field('$')}`;
  const line = ofServices.get(what) ?? gathered((asked) => askTogether(services, asked, type, field), { most: BATCH });
  ofServices.set(what, line);
  return new Map(await Promise.all([...new Set(values)].map(async (value) => [value, ((await line(value)) ?? null) as Found | null] as const)));
}

async function askTogether(services: Services, values: readonly string[], type: string, field: (argument: string) => string): Promise<Map<string, unknown>> {
  const names = values.map((_, index) => `v${index}`);
  const document = `query TicketDirectory(${names.map((name) => `$${name}: ${type}`).join(', ')}) { ${names.map((name) => `${name}: ${field(`$${name}`)}`).join(' ')} }`;
  try {
    const data = await services.query<Record<string, unknown>>('conversations', document, Object.fromEntries(names.map((name, index) => [name, values[index]])));
    return new Map(names.map((name, index) => [values[index]!, data[name] ?? null]));
  } catch (error) {
    // One value that is not even an id or a phone number must not take the others with it.
    if (!(error instanceof AppError) || !['NOT_FOUND', 'BAD_USER_INPUT'].includes(error.code)) throw error;
    if (values.length === 1) return new Map();
    const answers = new Map<string, unknown>();
    for (const value of values) for (const [one, found] of await askTogether(services, [value], type, field)) answers.set(one, found);
    return answers;
  }
}
